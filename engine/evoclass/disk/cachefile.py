"""A file of data that can be made again: if it is damaged or cannot be written, that only costs time."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole

LARGEST = 256 * 2**20
"""Most bytes in a cache file."""

Kept = TypeVar("Kept")


def load(path: Path, kind: type[Kept]) -> Kept | None:
    """Return the file's data; None when it does not exist, is damaged, or is not a regular file."""
    try:
        return msgspec.msgpack.decode(read_bytes(path, LARGEST), type=kind)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):  # a flipped bit may make text invalid
        return None


def save(path: Path, value: Any) -> None:
    """Write the file if possible."""
    # A file name may not be valid text, and a plugin's problem may hold a value of any kind.
    with contextlib.suppress(OSError, UnicodeEncodeError, TypeError, OverflowError):
        path.parent.mkdir(exist_ok=True)
        write_whole(path, msgspec.msgpack.encode(value))
