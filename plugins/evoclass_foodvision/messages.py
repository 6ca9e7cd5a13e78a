"""Sentences of this package in the learner's language."""

from __future__ import annotations

import os
from typing import Any

from evoclass.i18n import Catalog, system_language


def say(key: str, **fields: Any) -> str:
    """Return the sentence `foodvision.key` in the language of the run, or of the system."""
    language = os.environ.get("EVOCLASS_LANGUAGE") or system_language()
    return Catalog(language, ["evoclass_foodvision"])(f"foodvision.{key}", **fields)
