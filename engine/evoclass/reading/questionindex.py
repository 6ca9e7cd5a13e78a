"""Which questions each lesson asks, kept between starts, so that progress needs no lesson read twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from evoclass.disk import cachefile

VERSION = 1
"""Version of the index; raise it when the ids of questions are made in another way."""

Row = tuple[int, int, tuple[str, ...]]
"""Time of the last change in nanoseconds, size in bytes, ids of the questions."""


class _Stored(msgspec.Struct, array_like=True):
    version: int
    names: str
    rows: dict[str, Row]


class QuestionIndex:
    """Ids of questions by file.  A damaged or missing index file is an empty index."""

    def __init__(self, folder: Path | None, names: Iterable[str]) -> None:
        """`names` are those of all directives: a block of an unknown one is no question."""
        self._file = folder / "questions.msgpack" if folder is not None else None
        self._names = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:20]
        self._rows: dict[str, Row] | None = None
        self._fresh: dict[str, tuple[str, ...]] = {}
        """Ids that were compared with the disk in this process."""
        self._changed = False

    def ids(self, path: Path) -> tuple[str, ...] | None:
        """Return the ids of a lesson's questions, or None if the file is new or has changed."""
        known = self._fresh.get(str(path))
        if known is None:
            row = self._kept().get(os.path.abspath(path))
            if row is not None and row[:2] == stamp_of(path):
                known = self._fresh[str(path)] = row[2]
        return known

    def put(self, path: Path, read: tuple[int, int], ids: tuple[str, ...]) -> None:
        """Keep the ids of a lesson whose file had the stamp `read`."""
        self._fresh[str(path)] = ids
        row, place = (*read, ids), os.path.abspath(path)
        if self._kept().get(place) != row:
            self._kept()[place] = row
            self._changed = True

    def save(self) -> None:
        """Write the index if it has changed; a folder that cannot be written only costs time."""
        if self._file is not None and self._changed:
            self._changed = False
            cachefile.save(self._file, _Stored(VERSION, self._names, self._kept()))

    def _kept(self) -> dict[str, Row]:
        if self._rows is None:
            stored = cachefile.load(self._file, _Stored) if self._file is not None else None
            usable = stored is not None and (stored.version, stored.names) == (VERSION, self._names)
            self._rows = stored.rows if stored is not None and usable else {}
        return self._rows


def stamp_of(path: Path) -> tuple[int, int]:
    """Return when a file was last changed, and its size."""
    try:
        status = path.stat()
    except OSError:
        return 0, -1
    return status.st_mtime_ns, status.st_size
