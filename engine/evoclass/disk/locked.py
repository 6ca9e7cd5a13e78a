"""One process at a time: a lock on a file beside the file to change."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 5.0
"""Most seconds to wait for another process; its work under the lock takes far less."""

_PAUSE = 0.01


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path`, a file made for this.  Raises OSError, and TimeoutError when the lock stays taken."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        _wait(descriptor, path)
        yield
    finally:
        os.close(descriptor)  # this releases the lock too


def _wait(descriptor: int, path: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not _take(descriptor):
        if time.monotonic() > end:
            raise TimeoutError(errno.ETIMEDOUT, "another process holds it", os.fspath(path))
        time.sleep(_PAUSE)


def _take(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
