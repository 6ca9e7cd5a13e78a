"""Calls into plugins' formats: their input and output are checked, and a failure is a PluginError."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from evoclass.errors import ConfigError, PluginError
from evoclass.exporter import Export, Exporter
from evoclass.i18n import Catalog
from evoclass.importer import Imported, Importer
from evoclass.pluginhost.blame import shown
from evoclass.pluginhost.kept import blamed
from evoclass.pluginhost.loading import contained, is_bundled
from evoclass.reading import pictures

if TYPE_CHECKING:
    from evoclass.pluginhost.registry import Registry

SECONDS = 120.0
"""Seconds that writing or reading one lesson may take."""

_SUFFIX = re.compile(r"(\.[A-Za-z0-9_-]{1,20}){1,3}\Z")

_PICTURE = re.compile(r"[A-Za-z0-9_-][\w-]*\.(svg|png|jpg|jpeg|gif|webp)\Z")

Made = TypeVar("Made")


def check_suffixes(cls: Any) -> None:
    """Raise ValueError if a format's files would have no usable suffix."""
    suffixes = cls.suffixes if issubclass(cls, Importer) else (cls.suffix,)
    if not isinstance(suffixes, tuple) or not suffixes:
        raise ValueError(f"the suffixes are {shown(suffixes)}, not a tuple of texts")
    for suffix in suffixes:
        if not isinstance(suffix, str) or not _SUFFIX.match(suffix):
            raise ValueError(f"{shown(suffix)} is no suffix of files")


def written(plugins: Registry, cls: type[Exporter], export: Export, target: Path) -> int:
    """Write a lesson in a plugin's format; return the number of parts.  Raises PluginError, ConfigError, OSError."""
    if is_bundled(cls):
        return cls().write(export, target)

    def work() -> int:
        count = _count(cls().write(export, target), "write()")
        if target.is_symlink() or not target.is_file() or not target.stat().st_size:
            raise ValueError("write() has written no file")
        for name, path in export.beside.items():
            if not isinstance(name, str) or Path(name).name != name or not isinstance(path, Path):
                raise ValueError(f"write() gave {shown(name)} to be copied beside the file")
        return count

    return _contained(plugins.owner("register_exporters", cls.name), cls.name, "write()", work)


def imported(plugins: Registry, cls: type[Importer], file: Path, made: Imported, catalog: Catalog) -> int:
    """Read a file in a plugin's format; return the number of its parts.  Raises PluginError, ConfigError."""
    if is_bundled(cls):
        return cls().read(file, made, catalog)

    def work() -> int:
        count = _count(cls().read(file, made, catalog), "read()")
        for name in ("title", "language", "body", "front_matter"):
            if type(getattr(made, name)) is not str:
                raise TypeError(f"read() has left {shown(getattr(made, name))} as {name}")
        if not isinstance(made.metadata, dict) or not isinstance(made.dropped, Counter):
            raise TypeError("read() has left metadata or dropped of another kind")
        for name, data in made.pictures.items():
            if not isinstance(name, str) or not _PICTURE.match(name) or name in made.taken:
                raise ValueError(f"read() gave a picture {shown(name)}")
            if not isinstance(data, bytes) or pictures.kind(data) is None or len(data) > pictures.LIMIT:
                raise ValueError(f"read() gave {name}, which is no picture")
        return count

    return _contained(plugins.owner("register_importers", cls.name), cls.name, "read()", work)


def _contained(plugin: str, name: str, what: str, work: Any) -> int:
    try:
        count: int = contained(work, SECONDS)
    except ConfigError:
        raise
    except Exception as error:
        raise PluginError(blamed(plugin, name, what, error)) from error
    return count


def _count(found: object, what: str) -> int:
    if type(found) is not int or found < 0:
        raise TypeError(f"{what} gave {shown(found)}, not how many parts there are")
    return found
