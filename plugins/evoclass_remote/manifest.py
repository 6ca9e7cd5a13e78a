"""The files that travel with a program, by their content."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from evoclass.errors import RunnerError
from evoclass.runner import Program
from evoclass_remote.staging import LARGEST, travels
from evoclass_remote.wire import MOST_FILES, PIECE, File

AT_ONCE = 64, 256 * 1024
"""Files, and bytes of them that have to be read, up to which a list takes less time than a thread takes to begin."""

KEPT = 256
"""Contents of small files that are kept in memory."""


def _paths(folder: str) -> Iterator[str]:
    """Yield the paths of files that travel, and at most one more than may."""
    count = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if travels(name))
        for name in sorted(filter(travels, names)):
            yield os.path.join(root, name)
            count += 1
            if count > MOST_FILES:
                return


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    """Return what is another one when a file has changed."""
    return status.st_mtime_ns, status.st_size, status.st_ino


class Manifest:
    """Lists folders, and reads a file again only when it has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int, int], str, int]] = {}
        """Mark, digest and size of each file when it was read."""
        self._places: dict[str, str] = {}
        """Where each content was found last."""
        self._contents: dict[str, bytes] = {}
        """The contents of small files."""

    async def files(self, program: Program) -> tuple[File, ...]:
        """Return the files below the program's folder.  Raises RunnerError."""
        if self._is_short(str(program.folder)):
            return self._files(program)
        return await asyncio.to_thread(self._files, program)

    def _is_short(self, folder: str) -> bool:
        most, room = AT_ONCE
        for count, path in enumerate(_paths(folder)):
            with contextlib.suppress(OSError):
                mark = _mark(os.lstat(path))
                known = self._known.get(path)
                room -= 0 if known is not None and known[0] == mark else mark[1]
            if count >= most or room < 0:
                return False
        return True

    def _files(self, program: Program) -> tuple[File, ...]:
        folder = str(program.folder)
        if not os.path.isdir(folder):
            raise RunnerError(f"no folder {folder}", "remote.no_folder", folder=folder)
        paths = list(_paths(folder))
        try:
            size = sum(os.lstat(path).st_size for path in paths)
        except OSError:
            size = 0  # one has just gone; a file that is too large is refused over there too
        if len(paths) > MOST_FILES or size > LARGEST:
            raise RunnerError(
                f"{folder} has more files than can travel with a program",
                "remote.too_large",
                folder=folder,
                files=MOST_FILES,
                megabytes=LARGEST // 2**20,
            )
        return tuple(file for path in paths if (file := self._file(path, folder)) is not None)

    def _file(self, path: str, folder: str) -> File | None:
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode):
                return None
            mark = _mark(status)
            known = self._known.get(path)
            if known is None or known[0] != mark:
                known = self._known[path] = mark, *self._read(path)
        except OSError:
            return None  # it has gone, or is not ours to read
        _, digest, size = known
        self._places[digest] = path
        return File(path=Path(os.path.relpath(path, folder)).as_posix(), size=size, digest=digest)

    def _read(self, path: str) -> tuple[str, int]:
        """Return digest and size of a file; the content of a small one is kept, for it may change before it is sent."""
        total, size, start = hashlib.sha256(), 0, b""
        with open(path, "rb") as file:
            while data := file.read(PIECE):
                total.update(data)
                start = start or data
                size += len(data)
        digest = total.hexdigest()
        if size <= PIECE:
            self._contents[digest] = start
            while len(self._contents) > KEPT:
                del self._contents[next(iter(self._contents))]
        return digest, size

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Yield a content in pieces.  Raises OSError."""
        if digest in self._contents:
            yield self._contents[digest]
            return
        with open(self._places.get(digest, ""), "rb") as file:
            while data := file.read(PIECE):
                yield data
