"""Files that a program has written there, on their way into the learner's folder."""

from __future__ import annotations

import contextlib
import os
import stat
from io import FileIO
from pathlib import Path

from evoclass_remote.staging import StagingError, inside, travels
from evoclass_remote.wire import MOST_FILES, Written


class Brought:
    """Writes files below one folder, and nowhere else: the host may be anybody's."""

    def __init__(self, folder: Path, most: int, key: str) -> None:
        """`key` names the run, and so the file that a front end may leave half written when it crashes."""
        self._folder = folder
        self._half = f".{key[:16]}.part"
        self._room = most
        self._files = MOST_FILES
        self._file: FileIO | None = None
        self._path = self._part = Path()
        self._name = ""

    def take(self, piece: Written) -> None:
        """Write a part of a file.  Raises StagingError, OSError."""
        if piece.first:
            self._begin(piece.path)
        if self._file is None or piece.path != self._name:
            raise StagingError("a part of a file that was not begun")
        self._room -= len(piece.data)
        if self._room < 0:
            raise StagingError("more bytes than were asked for")
        data = memoryview(piece.data)
        while data:
            data = data[self._file.write(data) :]
        if piece.last:
            self._file.close()
            os.replace(self._part, self._path)
            self._file = None

    def _begin(self, path: str) -> None:
        self.close()
        self._files -= 1
        if self._files < 0:
            raise StagingError("more files than were asked for")
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
        self._path, self._name = folder / parts.name, path
        self._part = folder / self._half
        self._part.unlink(missing_ok=True)
        # Without a buffer, what a full disk does not take is an error here and not when the file is closed.
        self._file = FileIO(self._part, "xb")

    def allow(self, size: int) -> None:
        """Expect another file that was asked for."""
        self._room += size
        self._files += 1

    def close(self) -> None:
        """Give up a file that has not come to its end."""
        if self._file is not None:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                self._part.unlink()
