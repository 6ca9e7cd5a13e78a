"""Files that a program has written there, on their way into the learner's folder."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from evoclass_remote.staging import StagingError, inside, travels
from evoclass_remote.wire import Written


class Brought:
    """Writes files below one folder, and nowhere else: the host may be anybody's."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._room = most
        self._file: BinaryIO | None = None
        self._path = self._part = Path()

    def take(self, piece: Written) -> None:
        """Write a part of a file.  Raises StagingError, OSError."""
        if piece.first:
            self._begin(piece.path)
        if self._file is None:
            raise StagingError("a part of a file that was not begun")
        self._room -= len(piece.data)
        if self._room < 0:
            raise StagingError("more bytes than were asked for")
        self._file.write(piece.data)
        if piece.last:
            self._file.close()
            os.replace(self._part, self._path)
            self._file = None

    def _begin(self, path: str) -> None:
        self.close()
        parts = inside(path)
        if not all(map(travels, parts.parts)):
            raise StagingError(f"{path!r} is hidden")
        folder = self._folder
        for part in parts.parts[:-1]:
            folder = folder / part
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                raise StagingError(f"{folder} is no folder")
        self._path = folder / parts.name
        part_file = folder / f".{parts.name}.part"
        descriptor = os.open(part_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        self._part = part_file
        self._file = os.fdopen(descriptor, "wb")

    def allow(self, size: int) -> None:
        """Expect another file that was asked for."""
        self._room += size

    def close(self) -> None:
        """Give up a file that has not come to its end."""
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)
            self._file = None
