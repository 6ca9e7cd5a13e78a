"""The front matters of a course, kept between starts, so that a large course opens as fast as a small one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from evoclass.disk import cachefile
from evoclass.model import LessonEntry

VERSION = 4
"""Version of the index; raise it when entries or the reading of front matter change."""

Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and size in bytes."""

Row = tuple[int, int, str, int, str, str, int, tuple[str, ...]]
"""Stamp, id, number, title, language, minutes, and the ids of the lessons that it builds on."""


def entry_of(row: Row, path: str, languages: tuple[str, ...]) -> LessonEntry:
    """Return the entry that a row describes."""
    return LessonEntry(
        id=row[2],
        number=row[3],
        title=row[4],
        language=row[5],
        path=Path(path),
        minutes=row[6],
        needs=row[7],
        languages=languages,
    )


class HeadIndex:
    """Entries by file, valid while the file's stamp is the same.  A damaged or missing index file is an empty index."""

    def __init__(self, folder: Path | None, course: Path) -> None:
        name = hashlib.sha256(os.fsencode(course.absolute())).hexdigest()[:20]
        self._file = folder / f"lessons-{name}.msgpack" if folder is not None else None
        self._rows: dict[str, Row] = {}
        self._broken: dict[str, tuple[Stamp, LessonEntry]] = {}
        """Entries of files that are not lessons; kept only within this process."""
        self._changed = False
        if self._file is not None:
            version, rows = cachefile.load(self._file, tuple[int, dict[str, Row]]) or (0, {})
            if version == VERSION:
                self._rows = rows
            else:
                self._changed = True  # rewrite the outdated file

    def row(self, path: str, stamp: Stamp) -> Row | None:
        """Return the row of a file, or None if the file is new or has changed."""
        row = self._rows.get(path)
        return row if row is not None and row[0] == stamp[0] and row[1] == stamp[1] else None

    def broken(self, path: str, stamp: Stamp) -> LessonEntry | None:
        """Return the entry of an unchanged file that is not a lesson, or None."""
        known = self._broken.get(path)
        return known[1] if known is not None and known[0] == stamp else None

    def put(self, path: str, stamp: Stamp, entry: LessonEntry) -> None:
        """Remember the entry of a file."""
        if entry.problem is None:
            self._rows[path] = (
                *stamp,
                entry.id,
                entry.number,
                entry.title,
                entry.language,
                entry.minutes,
                entry.needs,
            )
            self._changed = True
        else:
            self._broken[path] = (stamp, entry)

    def save(self) -> None:
        """Write the index if it has changed; a folder that cannot be written only costs time."""
        if self._file is None or not self._changed:
            return
        self._changed = False
        cachefile.save(self._file, (VERSION, self._rows))
