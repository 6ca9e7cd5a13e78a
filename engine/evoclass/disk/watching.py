"""Tells when a file, or one of a folder, is saved."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

POLL = 0.1
"""Seconds between two looks where the system cannot tell by itself."""

MOST = 2_000
"""Most files of a folder that are looked at."""


async def saves(path: Path) -> AsyncIterator[None]:
    """Yield after each change of a file, however the editor writes it: in place, or as a new file of that name.

    In a folder each file counts, those in its folders too, but for hidden ones and `__pycache__`.
    """
    try:
        from watchfiles import awatch
    except ImportError:
        async for _ in _polled(path):
            yield
        return
    seen = _stamp(path)
    try:
        # The folder is watched, not the file: many editors put a new file in the place of the old one.
        folder, recursive = _watched(path)
        async for _ in awatch(
            folder, recursive=recursive, debounce=20, step=10, rust_timeout=500, yield_on_timeout=True
        ):
            stamp = _stamp(path)
            if stamp and stamp != seen:
                seen = stamp
                yield
    except Exception:  # no watch is left on this machine, or a name in the folder is no UTF-8: look ourselves
        async for _ in _polled(path):
            yield


async def _polled(path: Path) -> AsyncIterator[None]:
    seen = _stamp(path)
    while True:
        await asyncio.sleep(POLL)
        stamp = _stamp(path)
        if stamp and stamp != seen:
            seen = stamp
            yield


def _stamp(path: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return what changes with each save; empty while there is nothing."""
    found = []
    for file in islice(_files(path), MOST):
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((str(file), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)


def _watched(path: Path) -> tuple[Path, bool]:
    """Return the folder to watch, and whether the folders in it count."""
    return (path, True) if path.is_dir() else (path.parent, False)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith((".", "__")))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))
