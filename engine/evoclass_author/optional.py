"""Libraries for other formats: the extra `author` installs them, and only some formats need them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from evoclass.errors import ConfigError
from evoclass.i18n import Catalog


def optional(module: str, catalog: Catalog) -> Any:
    """Return a module, or raise ConfigError with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigError(catalog("author.export.missing", package=module)) from error
