"""A cache file that belongs to a key: what was made for another key, or is damaged, is not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from evoclass.disk import cachefile


class _Keyed(msgspec.Struct, array_like=True):
    key: str
    digest: bytes
    """SHA-256 of the content: a damaged one could still be read, as something else."""
    content: bytes


def load(path: Path, key: str) -> bytes | None:
    """Return the content for a key, or None."""
    kept = cachefile.load(path, _Keyed)
    if kept is None or kept.key != key or hashlib.sha256(kept.content).digest() != kept.digest:
        return None
    return kept.content


def save(path: Path, key: str, content: bytes) -> None:
    """Write the file if possible."""
    cachefile.save(path, _Keyed(key, hashlib.sha256(content).digest(), content))
