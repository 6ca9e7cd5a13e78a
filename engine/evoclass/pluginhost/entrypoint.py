"""Entry points of our groups, read from the files of installed packages.

`importlib.metadata` would do, but it loads the package `email` and builds an object of every installed package: that
took a tenth of a start.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from evoclass.disk import cachefile, paths
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError
from evoclass.frozen import frozen

LARGEST = 2**22
"""Most bytes in a file of a package's metadata."""

SETTLED = 2_000_000_000
"""Nanoseconds without a change after which a folder's packages are kept: two changes may get the same time."""

_ENTRIES = "entry_points.txt"


class _Folder(msgspec.Struct, array_like=True):
    changed: int
    """Its time of the last change, in nanoseconds."""
    names: list[str]


class Point(Protocol):
    """What is needed of an entry point, ours or one of `importlib.metadata`."""

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> str: ...

    @property
    def group(self) -> str: ...

    def load(self) -> Any: ...


class FoundPoint(NamedTuple):
    """An entry point as its package's file has it."""

    name: str
    value: str
    group: str

    def load(self) -> Any:
        """Import what it names."""
        module, _, attributes = self.value.partition("[")[0].partition(":")
        found: Any = import_module(module.strip())
        for attribute in filter(None, attributes.strip().split(".")):
            found = getattr(found, attribute)
        return found


@frozen
class Package:
    """An installed package with entry points; its files are read when they are asked for."""

    folder: str

    def points(self) -> list[FoundPoint]:
        """Return its entry points.  Raises OSError, ValueError."""
        found, group = [], ""
        for line in map(str.strip, _text(self.folder, _ENTRIES).splitlines()):
            if line.startswith("[") and line.endswith("]"):
                group = line[1:-1]
            elif line and not line.startswith("#"):
                name, mark, value = line.partition("=")
                if not mark:
                    raise ValueError(f"{_ENTRIES}: {line!r} names nothing")
                found.append(FoundPoint(name.strip(), value.strip(), group))
        return found

    def about(self) -> tuple[str, str]:
        """Return its name and its version.  Raises OSError, ValueError."""
        known: dict[str, str] = {}
        for line in _about(self.folder).splitlines():
            if not line:
                break
            name, _, value = line.partition(":")
            known.setdefault(name.lower(), value.strip())
        return known.get("name", ""), known.get("version", "")

    def requires(self) -> Sequence[str]:
        """Return what it requires, as PEP 508 has it."""
        from importlib.metadata import PathDistribution

        return PathDistribution(Path(self.folder)).requires or ()


def packages(path: Sequence[str], mark: str) -> Iterator[Package]:
    """Yield the installed packages whose file of entry points has a mark, in the order of the path.

    Which they are is kept for each folder until the folder changes, as it does when a package comes or goes.
    """
    kept = _kept_file()
    known = (kept and cachefile.load(kept, dict[str, _Folder])) or {}
    found: dict[str, _Folder] = {}
    for place in path:
        try:
            changed = os.stat(place or ".").st_mtime_ns
        except OSError:
            continue
        folder = known.get(mark + place)
        if folder is None or folder.changed != changed or not os.path.isabs(place):
            folder = _Folder(changed, [*_marked(place, mark)])
            if time.time_ns() - changed > SETTLED and os.path.isabs(place):
                found[mark + place] = folder
        for name in folder.names:
            yield Package(os.path.join(place, name))
    if kept and found:
        cachefile.save(kept, known | found)


def _kept_file() -> Path | None:
    try:
        return paths.cache_folder() / "packages.msgpack"
    except ConfigError:
        return None


def _marked(place: str, mark: str) -> Iterator[str]:
    """Yield the folders of metadata in a folder whose file of entry points has a mark."""
    try:
        names = os.listdir(place or ".")
    except OSError:
        return
    for name in names:
        if name.lower().rpartition(".")[2] in ("dist-info", "egg-info"):
            with suppress(OSError), open(os.path.join(place, name, _ENTRIES), "rb") as file:
                if mark.encode() in file.read(LARGEST):
                    yield name


def _text(folder: str, name: str) -> str:
    return read_bytes(os.path.join(folder, name), LARGEST).decode("utf-8")


def _about(folder: str) -> str:
    try:
        return _text(folder, "METADATA")
    except FileNotFoundError:
        return _text(folder, "PKG-INFO")
