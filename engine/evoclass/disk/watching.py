"""Tells when a file is saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

POLL = 0.1
"""Seconds between two looks where the system cannot tell by itself."""


async def saves(path: Path) -> AsyncIterator[None]:
    """Yield after each change of the file, however the editor writes it: in place, or as a new file of that name."""
    try:
        from watchfiles import awatch
    except ImportError:
        async for _ in _polled(path):
            yield
        return
    seen = _stamp(path)
    try:
        # The folder is watched, not the file: many editors put a new file in the place of the old one.
        async for _ in awatch(
            path.parent, recursive=False, debounce=20, step=10, rust_timeout=500, yield_on_timeout=True
        ):
            stamp = _stamp(path)
            if stamp is not None and stamp != seen:
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
        if stamp is not None and stamp != seen:
            seen = stamp
            yield


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
