"""A digest of everything in a course folder, on which the learner's trust depends.

It never leaves the folder: it takes a link's text, not its target, and opens only regular files.
Its size is bounded, and it can be computed in a separate thread.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from evoclass.errors import ConfigError
from evoclass.reading.coursefiles import LARGEST, UNCOUNTED

MOST_FILES = 50_000
"""Most files and folders in a course."""

MOST_BYTES = 2 * 2**30
"""Most bytes in a course."""

_Signature = tuple[int, int, int, int, int]

_CHUNK = 2**20


class CourseDigest:
    """Digests of folders; a file that has not changed is not read again."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[_Signature, str]] = {}

    def of(self, place: Path, shown: Mapping[str, str]) -> str:
        """Return the digest of a folder or a file.

        `shown` maps paths within the folder to the SHA-256 of the content that was read: this is used instead of the
        current file on disk.  Raises ConfigError, which names the file that cannot be read or the limit exceeded.
        """
        entries = {os.fsencode(name): f"file {digest}" for name, digest in shown.items()}
        root = os.fsencode(place)
        try:
            if not place.is_dir():
                entries.setdefault(b".", self._entry(root, os.lstat(os.path.realpath(root)), MOST_BYTES))
            else:
                left = MOST_BYTES
                for count, (name, path, status) in enumerate(_walk(root), 1):
                    if count > MOST_FILES:
                        raise _too_much(place, f"{MOST_FILES:,}", "trust.too_many")
                    left -= status.st_size if stat.S_ISREG(status.st_mode) else 0
                    if left < 0:
                        raise _too_much(place, f"{MOST_BYTES / 2**30:g}", "trust.too_large")
                    if name not in entries:
                        entries[name] = self._entry(path, status, left + status.st_size)
        except OSError as error:
            where = os.fsdecode(error.filename) if error.filename is not None else str(place)
            raise ConfigError(
                f"{where}: {error.strerror}", "trust.unreadable", file=where, reason=error.strerror
            ) from error
        total = hashlib.sha256(b"evoclass course 2\0")
        for name in sorted(entries):
            total.update(name + b"\0" + entries[name].encode() + b"\0")
        return total.hexdigest()

    def file(self, path: Path) -> str:
        """Return the SHA-256 of a file; one that has not changed is not read again.  Raises OSError."""
        return self._entry(os.fsencode(path), os.stat(path), LARGEST).removeprefix("file ")

    def _entry(self, path: bytes, status: os.stat_result, most: int) -> str:
        """Return one folder entry's part of the digest."""
        if stat.S_ISLNK(status.st_mode):
            return "link " + hashlib.sha256(os.readlink(path)).hexdigest()
        if not stat.S_ISREG(status.st_mode):
            return f"kind {stat.S_IFMT(status.st_mode):o}"
        signature = (
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_size,
            status.st_ino,
            status.st_dev,
        )
        known = self._known.get(path)
        if known is None or known[0] != signature:
            known = self._known[path] = (signature, _hash(path, most))
        return f"file {known[1]}"


def _walk(root: bytes) -> Iterator[tuple[bytes, bytes, os.stat_result]]:
    """Yield name within the folder, path and status of each entry that counts.  Raises OSError."""
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(root, folder)) as found:
            for entry in found:
                if os.fsdecode(entry.name) in UNCOUNTED:
                    continue
                name = os.path.join(folder, entry.name)
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(name)
                yield name, entry.path, status


def _hash(path: bytes, most: int) -> str:
    """Return the SHA-256 of a regular file.  Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    total, size = hashlib.sha256(), 0
    with open(os.open(path, flags), "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it has changed while it was read", path)
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise OSError(0, "it grows while it is read", path)
            total.update(chunk)
    return total.hexdigest()


def _too_much(place: Path, limit: str, key: str) -> ConfigError:
    return ConfigError(f"{place} is too large to be trusted as a whole", key, folder=place, limit=limit)
