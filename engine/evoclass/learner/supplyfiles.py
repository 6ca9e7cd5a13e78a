"""Copies of a course's files in the learner's folder, where programs find them: data, and modules of the course.

A copy that the learner has changed stays as it is until it is restored; an untouched one follows the course.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.learner.workfiles import free_name
from evoclass.reading.coursefiles import LARGEST

RECORD = ".supplied.json"
"""Digest, time and size of each copy when it was made."""


class SupplyFiles:
    """The copies in one folder.  All methods raise OSError when the disk cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def bring(self, wanted: dict[str, tuple[Path, str]], restore: bool = False) -> None:
        """Make or renew copies, each of a file with its digest; `restore` replaces the learner's own versions too."""
        record = self._record()
        before = dict(record)
        for name, (path, digest) in wanted.items():
            known = record.get(name)
            if known == self._mark(name, digest):
                continue
            if not (restore or self._is_ours(name, known, digest)):
                record.pop(name, None)
                continue
            data = read_bytes(path, LARGEST)
            # Only content that the learner has been asked about is copied.
            if hashlib.sha256(data).hexdigest() != digest:
                raise OSError(errno.EAGAIN, "changed while it was read", str(path))
            target = self._folder / name
            if os.path.lexists(target) and not stat.S_ISREG(os.lstat(target).st_mode):
                os.rename(target, self._folder / free_name(self._folder, name, "other"))
            write_whole(target, data)
            record[name] = self._mark(name, digest)
        if record != before:
            write_whole(self._folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())

    def changed(self, wanted: dict[str, tuple[Path, str]]) -> bool:
        """Whether the learner has a version of their own of one of these files."""
        record = self._record()
        return any(
            os.path.lexists(self._folder / name) and not self._is_ours(name, record.get(name), digest)
            for name, (_, digest) in wanted.items()
        )

    def _is_ours(self, name: str, known: list[object] | None, digest: str) -> bool:
        """Whether there is no file of that name, or one as it was brought."""
        try:
            status = os.lstat(self._folder / name)
        except FileNotFoundError:
            return True
        if known is not None and known[1:] == [status.st_mtime_ns, status.st_size]:
            return True
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return False
        found = hashlib.sha256(read_bytes(self._folder / name, LARGEST)).hexdigest()
        return found in (digest, known[0] if known else digest)

    def _mark(self, name: str, digest: str) -> list[object]:
        try:
            status = os.lstat(self._folder / name)
        except FileNotFoundError:
            return []
        return [digest, status.st_mtime_ns, status.st_size]

    def _record(self) -> dict[str, list[object]]:
        try:
            known = json.loads(read_bytes(self._folder / RECORD, LARGEST))
        except (OSError, ValueError, RecursionError):
            return {}  # a program has changed the record too: then copies are compared with the course
        entries = known.items() if isinstance(known, dict) else ()
        return {name: mark for name, mark in entries if isinstance(mark, list) and len(mark) == 3}
