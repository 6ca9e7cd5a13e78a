"""Tells when a file, or a file in a folder, is saved."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path

POLL = 0.1
"""Seconds between two checks where the system cannot report changes."""

MOST = 2_000
"""Most files of a folder that are checked."""


async def saves(*paths: Path) -> AsyncIterator[None]:
    """Yield after each change of one of these files, however the editor writes it: in place, or as a new file.

    In a folder, each file counts, also in sub-folders, except hidden ones and `__pycache__`.
    """
    try:
        from watchfiles import awatch
    except ImportError:
        async for _ in _polled(*paths):
            yield
        return
    seen = _stamp(paths)
    try:
        # The folder is watched, not the file: many editors replace the old file with a new one.
        folders, recursive = _watched(paths)
        async for _ in awatch(
            *folders, recursive=recursive, debounce=20, step=10, rust_timeout=500, yield_on_timeout=True
        ):
            stamp = _stamp(paths)
            if stamp and stamp != seen:
                seen = stamp
                yield
    except Exception:  # the machine has no watches left, or a file name is not UTF-8: check ourselves
        async for _ in _polled(*paths):
            yield


async def _polled(*paths: Path) -> AsyncIterator[None]:
    seen = _stamp(paths)
    while True:
        await asyncio.sleep(POLL)
        stamp = _stamp(paths)
        if stamp and stamp != seen:
            seen = stamp
            yield


def _stamp(paths: Sequence[Path]) -> tuple[tuple[str, int, int, int], ...]:
    """Return a stamp that changes with each save; empty while there is no file."""
    found = []
    for file in islice((file for path in paths for file in _files(path)), MOST):
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((str(file), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)


def _watched(paths: Sequence[Path]) -> tuple[list[Path], bool]:
    """Return the folders to watch, and whether their sub-folders count; a folder that is not there yet is left out."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    return [folder for folder in folders if folder.is_dir()], any(path.is_dir() for path in paths)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith((".", "__")))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))
