"""A file of what can be made again: if it is damaged or cannot be written, that only costs time."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole

LARGEST = 256 * 2**20
"""Bytes of such a file at most."""

Kept = TypeVar("Kept")


def load(path: Path, kind: type[Kept]) -> Kept | None:
    """Return what the file holds; None when there is none, or it is damaged, or no regular file."""
    try:
        return msgspec.msgpack.decode(read_bytes(path, LARGEST), type=kind)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):  # a flipped bit may make text no text
        return None


def save(path: Path, value: Any) -> None:
    """Write the file, if that is possible."""
    with contextlib.suppress(OSError, UnicodeEncodeError):  # the name of a file may be no text
        write_whole(path, msgspec.msgpack.encode(value))
