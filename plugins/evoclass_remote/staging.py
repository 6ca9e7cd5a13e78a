"""The host's files: contents by their digest, and a folder for each run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

from evoclass_remote.wire import PIECE, Digest, File, Piece

LARGEST = 256 * 1024 * 1024
"""Most bytes of files that travel with one program."""

ROOM = 1024 * 1024 * 1024
"""Bytes of contents that a host keeps for later programs."""

DEEPEST = 64
"""Most names in a path, so that a list of files makes no millions of folders."""

Arrival = Literal["more", "complete", "broken"]
"""Of a content: parts are missing, all is there, or it is not what was announced."""


class StagingError(Exception):
    """A file that cannot be taken or placed; the message is a sentence."""


class Stock:
    """Contents that have arrived, by digest: what has come once need not come again soon."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700)
        self._coming: dict[Digest, tuple[int, hashlib._Hash, int]] = {}
        """Of each content that is on its way: descriptor, digest so far, size so far."""
        self._wanted: dict[Digest, int] = {}
        self._held: dict[Digest, int] = {}
        """Size of each content that is there; the one that was used last stands last."""

    def lacks(self, files: Iterable[File]) -> list[Digest]:
        """Return the contents that have to come, and expect them.  Raises StagingError if they are too large."""
        files = list(files)
        if sum(file.size for file in files) > LARGEST:
            raise StagingError(f"the files are larger than {LARGEST} bytes")
        for file in files:
            if (size := self._held.pop(file.digest, None)) is not None:
                self._held[file.digest] = size
        found = {file.digest: file.size for file in files if file.digest not in self._held}
        self._wanted |= found
        return list(found)

    def take_along(self, files: Iterable[File]) -> None:
        """Take the contents that came with a list of files, of those that are expected.  Raises OSError."""
        for file in files:
            if file.data is not None:
                self.take(Piece(digest=file.digest, data=file.data, last=True))

    def expected(self) -> list[Digest]:
        """Return the contents that have not come yet, and begin each of them again."""
        for descriptor, _, _ in self._coming.values():
            os.close(descriptor)
        self._coming.clear()
        return list(self._wanted)

    def take(self, piece: Piece) -> Arrival:
        """Take a part of a content, and return whether it is complete now.  Raises OSError, and gives it up then."""
        if piece.digest not in self._wanted:
            return "more"  # it came on a connection that has broken since, or could not be kept
        try:
            return self._take(piece)
        except OSError:
            self._drop(piece.digest)
            raise

    def _take(self, piece: Piece) -> Arrival:
        path = self._folder / f"{piece.digest}.part"
        descriptor, digest, size = self._coming.get(piece.digest) or (
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            hashlib.sha256(),
            0,
        )
        size += len(piece.data)
        self._coming[piece.digest] = descriptor, digest, size
        fits = size <= self._wanted[piece.digest]
        if fits:
            data = memoryview(piece.data)
            while data:
                data = data[os.write(descriptor, data) :]
            digest.update(piece.data)
            if not piece.last:
                return "more"
        if fits and digest.hexdigest() == piece.digest:
            os.replace(path, self.path(piece.digest))
            self._held[piece.digest] = size
        complete = self.has([piece.digest])
        self._drop(piece.digest)
        return "complete" if complete else "broken"

    def _drop(self, digest: Digest) -> None:
        """Expect no more of a content, and let go of what has not become whole."""
        del self._wanted[digest]
        if (coming := self._coming.pop(digest, None)) is not None:
            os.close(coming[0])
        (self._folder / f"{digest}.part").unlink(missing_ok=True)

    def forget(self, digests: Iterable[Digest]) -> None:
        """Expect contents no longer."""
        for digest in digests:
            if digest in self._wanted:
                self._drop(digest)

    def has(self, digests: Iterable[Digest]) -> bool:
        """Whether all these contents are there."""
        return all(digest in self._held for digest in digests)

    def make_room(self, needed: Container[Digest]) -> None:
        """Delete contents that have not been used for the longest time, as far as nobody needs them."""
        excess = sum(self._held.values()) - ROOM
        for digest, size in list(self._held.items()):
            if excess <= 0:
                break
            if digest not in needed:
                self.path(digest).unlink(missing_ok=True)
                del self._held[digest]
                excess -= size

    def path(self, digest: Digest) -> Path:
        """Return the file with a content."""
        return self._folder / digest


class Stage:
    """The folder that one program runs in."""

    def __init__(self, folder: Path, files: Sequence[File], stock: Stock) -> None:
        """Make the folder with its files.  Raises StagingError, OSError."""
        self.folder = folder
        folder.mkdir(mode=0o700)
        self._before: dict[str, tuple[int, int]] = {}
        try:
            for file in files:
                path = folder / inside(file.path)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(stock.path(file.digest), path)
                self.known(file.path)
        except (StagingError, OSError):
            self.remove()
            raise

    def known(self, path: str) -> None:
        """Take a file as it is now for one that the program has found there.  Raises OSError, StagingError."""
        status = os.lstat(self.folder / inside(path))
        self._before[path] = status.st_mtime_ns, status.st_size

    def changed(self) -> list[tuple[str, int]]:
        """Return path and size of each new or changed file, small files first."""
        found = [
            (path, size)
            for path, (time, size) in _regular_files(self.folder)
            if self._before.get(path) != (time, size)
        ]
        return sorted(found, key=lambda file: (file[1], file[0]))

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces.  Raises OSError, StagingError."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self.folder / inside(path), flags)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise StagingError(f"{path} is no file")
            while data := file.read(PIECE):
                yield data

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def inside(path: str) -> PurePosixPath:
    """Return a path that stays below its folder.  Raises StagingError for any other."""
    parts = PurePosixPath(path)
    climbs = parts.is_absolute() or ".." in parts.parts
    if climbs or not 0 < len(parts.parts) <= DEEPEST or "\0" in path:
        raise StagingError(f"{path!r} is no path of a file below its folder")
    return parts


def new_folder() -> Path:
    """Return a new folder that only this user can enter."""
    return Path(tempfile.mkdtemp(prefix="evoclass-"))


def _regular_files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield path, time and size of each regular file below a folder; links are not followed."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if travels(name)]
        for name in filter(travels, names):
            path = os.path.join(root, name)
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode):
                    yield os.path.relpath(path, folder), (status.st_mtime_ns, status.st_size)


def travels(name: str) -> bool:
    """Whether a file or folder of this name goes along: hidden ones and compiled modules stay."""
    return not name.startswith(".") and name != "__pycache__"
