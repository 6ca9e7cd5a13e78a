"""The languages that the canteen speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def spoken(language: str, entries: Mapping[str, T]) -> T:
    """Return the entry of `language`.  Raises ValueError when there is none."""
    if language not in entries:
        raise ValueError(f"language must be one of {', '.join(sorted(entries))}, not {language!r}")
    return entries[language]
