"""Entry points of our groups, read from the files of installed packages.

`importlib.metadata` would do, but it loads the package `email` and builds an object of every installed package: that
took a tenth of a start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from evoclass.disk.regularfile import read_bytes
from evoclass.frozen import frozen

LARGEST = 2**22
"""Most bytes in a file of a package's metadata."""

_ENTRIES = "entry_points.txt"


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
        from pathlib import Path

        return PathDistribution(Path(self.folder)).requires or ()


def packages(path: Sequence[str], mark: str) -> Iterator[Package]:
    """Yield the installed packages whose file of entry points has a mark, in the order of the path."""
    for place in path:
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        for name in names:
            kind = name.lower().rpartition(".")[2]
            if kind in ("dist-info", "egg-info"):
                folder = os.path.join(place, name)
                try:
                    with open(os.path.join(folder, _ENTRIES), "rb") as file:
                        if mark.encode() not in file.read(LARGEST):
                            continue
                except OSError:
                    continue
                yield Package(folder)


def _text(folder: str, name: str) -> str:
    return read_bytes(os.path.join(folder, name), LARGEST).decode("utf-8")


def _about(folder: str) -> str:
    try:
        return _text(folder, "METADATA")
    except FileNotFoundError:
        return _text(folder, "PKG-INFO")
