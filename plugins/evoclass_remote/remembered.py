"""Sessions on disk, so that a front end that starts again after a crash comes back to its programs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from pathlib import Path

import msgspec

from evoclass.runner import Program, own_folders

LARGEST = 16 * 1024 * 1024
"""Largest file that is read."""


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    token: str
    programs: dict[str, Program] = {}
    note: str = ""


_encoder = msgspec.json.Encoder(enc_hook=str)
_decoder = msgspec.json.Decoder(_Content, dec_hook=lambda wanted, text: wanted(text))


class Remembered:
    """The secret of a session, and the programs that run in it; the file is locked while its front end lives."""

    def __init__(self, path: Path, descriptor: int, content: _Content) -> None:
        self.key, self.token = content.key, content.token
        self.programs = dict(content.programs)
        """Of runs that have not been let go of, by the run's key."""
        self.note = content.note
        """What the way to the host needs to know again: the name of an allocation."""
        self._path, self._descriptor = path, descriptor

    @classmethod
    def of(cls, runner: str) -> Remembered:
        """Return a session of a runner that nobody has any more, or else a new one.  Raises OSError."""
        folder = own_folders()[0] / "remote"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(folder.glob(f"{runner}@*.json")):
            with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeError):
                if (found := cls._taken_over(path)) is not None:
                    return found
        content = _Content(key=secrets.token_hex(16), token=secrets.token_urlsafe(24))
        path = folder / f"{runner}@{content.key}.json"
        made = cls(path, _locked(path, os.O_CREAT | os.O_EXCL), content)
        made._write()
        return made

    @classmethod
    def _taken_over(cls, path: Path) -> Remembered | None:
        descriptor = _locked(path, 0)
        try:
            return cls(path, descriptor, _decoder.decode(os.pread(descriptor, LARGEST, 0)))
        except (msgspec.MsgspecError, UnicodeError):
            path.unlink()
            os.close(descriptor)
            raise

    def begins(self, run: str, program: Program) -> None:
        """Remember a run."""
        self.programs[run] = program
        self._write()

    def ends(self, run: str) -> None:
        """Forget a run."""
        if self.programs.pop(run, None) is not None:
            self._write()

    def write_down(self, note: str) -> None:
        """Keep a note."""
        self.note = note
        self._write()

    def _write(self) -> None:
        content = _Content(key=self.key, token=self.token, programs=self.programs, note=self.note)
        data = _encoder.encode(content)
        with contextlib.suppress(OSError):  # a full disk costs only the way back after a crash
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, data, 0)

    def forget(self) -> None:
        """Delete the file: the session is over."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1  # what is noted from now on must not get into another file of this number


def _locked(path: Path, flags: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
