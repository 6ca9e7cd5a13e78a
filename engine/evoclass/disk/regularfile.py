"""Reads a file whose name comes from elsewhere: pipes, devices and endless files cannot block the reader."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


class NotRegularFile(OSError):
    """The name leads to a folder, a pipe, a socket or a device."""


class FileTooLarge(OSError):
    """The file holds more than the caller wants to read."""


def read_bytes(path: str | Path, limit: int) -> bytes:
    """Return all bytes of a regular file of at most `limit` bytes; links are followed.

    Raises NotRegularFile or FileTooLarge, and OSError as `open` does.
    """
    data = read_head(path, limit + 1, limit)
    if len(data) > limit:  # a file of /proc has no size, and a file may grow
        raise _too_large(path)
    return data


def read_head(path: str | Path, size: int, limit: int) -> bytes:
    """Return the first `size` bytes of a regular file of at most `limit` bytes; raises as `read_bytes` does."""
    _check(os.stat(path), path, limit)  # before opening, because opening a device can have effects
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)  # the opened file may differ from the checked one
        _check(status, path, limit)
        return file.read(size)


def _check(status: os.stat_result, path: str | Path, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
        raise NotRegularFile(code, "not a regular file", os.fspath(path))
    if status.st_size > limit:
        raise _too_large(path)


def _too_large(path: str | Path) -> FileTooLarge:
    return FileTooLarge(errno.EFBIG, os.strerror(errno.EFBIG), os.fspath(path))
