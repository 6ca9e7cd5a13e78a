"""What the front matters of a course say, kept between starts, so that a large course opens as fast as a small one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from evoclass.model import LessonEntry

VERSION = 1
"""Goes up when an entry or the reading of front matters changes."""

Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and size in bytes."""

Row = tuple[int, int, str, int, str, str, int]
"""Stamp, id, number, title, language, minutes."""


class HeadIndex:
    """Entries by file, valid as long as the file's stamp is the same.  A damaged or missing file is an empty index."""

    def __init__(self, folder: Path | None, course: Path) -> None:
        name = hashlib.sha256(os.fsencode(course.absolute())).hexdigest()[:20]
        self._file = folder / f"lessons-{name}.msgpack" if folder is not None else None
        self._rows: dict[str, Row] = {}
        self._entries: dict[str, tuple[Stamp, LessonEntry]] = {}
        self._folders: dict[str, Path] = {}
        self._changed = False
        if self._file is not None:
            try:
                version, rows = msgspec.msgpack.decode(
                    self._file.read_bytes(), type=tuple[int, dict[str, Row]]
                )
                if version == VERSION:
                    self._rows = rows
            except (OSError, msgspec.DecodeError):
                self._changed = True  # it is written anew

    def get(self, path: str, stamp: Stamp, languages: tuple[str, ...]) -> LessonEntry | None:
        """Return the entry of a file that has not changed, or None; `languages` are those that the lesson exists in."""
        known = self._entries.get(path)
        if known is not None and known[1].languages == languages:
            return known[1] if known[0] == stamp else None
        row = self._rows.get(path)
        if row is None or (row[0], row[1]) != stamp:
            return None
        entry = LessonEntry(
            id=row[2],
            number=row[3],
            title=row[4],
            language=row[5],
            path=self._place(path),
            minutes=row[6],
            languages=languages,
        )
        self._entries[path] = (stamp, entry)
        return entry

    def _place(self, path: str) -> Path:
        """Return a path below a folder that is made once: parsing each from scratch takes twice as long."""
        head, _, name = path.rpartition(os.sep)
        folder = self._folders.get(head)
        if folder is None:
            folder = self._folders[head] = Path(head or os.sep)
        return folder.joinpath(name)

    def put(self, path: str, stamp: Stamp, entry: LessonEntry) -> None:
        """Remember the entry of a file."""
        self._entries[path] = (stamp, entry)
        if entry.problem is None:
            self._rows[path] = (*stamp, entry.id, entry.number, entry.title, entry.language, entry.minutes)
            self._changed = True

    def save(self) -> None:
        """Write the index, if there is something new; a folder that cannot be written only costs time."""
        if self._file is None or not self._changed:
            return
        self._changed = False
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            temporary.write_bytes(msgspec.msgpack.encode((VERSION, self._rows)))
            os.replace(temporary, self._file)
        except OSError:
            temporary.unlink(missing_ok=True)
