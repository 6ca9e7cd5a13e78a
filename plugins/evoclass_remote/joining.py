"""Connects to the host of a session on this machine, and starts it if it does not run yet."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evoclass.errors import ProtocolError
from evoclass.protocol import encode
from evoclass_remote.wire import VERSION, Hello, Refuse, front_reader

READY = b"ready\n"
"""What a host prints when it takes connections."""

PATIENCE = 60.0
"""Seconds in which a host has to be there that something else starts."""

PAUSE = 0.05
"""Seconds between two looks for it."""


LONGEST = 100
"""Most bytes of the path of a socket; Linux takes 107, macOS 103."""


class Refused(Exception):
    """There is no host for whoever asks."""

    def __init__(self, answer: Refuse) -> None:
        super().__init__(answer.detail)
        self.answer = answer
        """What the front end is told."""


class Greeting:
    """Collects a front end's bytes until its first message is whole."""

    def __init__(self) -> None:
        self._reader = front_reader()
        self._received = bytearray()
        self.hello: Hello | None = None
        """The first message, once it is there."""

    def feed(self, data: bytes) -> bool:
        """Take more bytes, and return whether the first message is whole.  Raises Refused for any other message."""
        self._received += data
        try:
            first = next(self._reader.feed(data), None)
        except ProtocolError as error:  # a greeting of another version
            raise Refused(Refuse(reason="version", detail=str(VERSION))) from error
        if first is None:
            return False
        if not isinstance(first, Hello):
            raise Refused(Refuse(reason="stranger"))
        self.hello = first
        return True

    def connection(self, *, starts: bool = True, bound: bool = False) -> socket.socket:
        """Return a connection to the host, which has got all bytes so far: start it, or wait for it.

        A `bound` host ends with this process.  Raises Refused.
        """
        assert self.hello is not None
        try:
            options = ("--bound", str(os.getpid())) if bound else ()
            connection = _connection(self.hello, options) if starts else _awaited(self.hello)
            connection.sendall(self._received)
            return connection
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused(Refuse(reason="no_host", detail=str(error)[:2000])) from error


def _connection(hello: Hello, words: tuple[str, ...]) -> socket.socket:
    place = socket_of(hello.session)
    with contextlib.suppress(OSError):
        return _connected(place)
    if not hello.begins:
        raise Refused(Refuse(reason="gone"))
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    # The log lies beside the socket, because nobody reads the standard error of a process that goes on alone.
    log = os.open(place.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    host = subprocess.Popen(
        [sys.executable, "-P", "-m", "evoclass_remote.host", "--serve", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    os.close(log)
    assert host.stdin is not None
    assert host.stdout is not None
    # By its input, for every user of the machine can read the words of a command.
    host.stdin.write(encode(hello))
    host.stdin.close()
    if host.stdout.readline() != READY:
        raise OSError(_last_line(place.with_suffix(".log")) or "the host has ended")
    return _connected(place)


def _awaited(hello: Hello) -> socket.socket:
    place, end = socket_of(hello.session), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            return _connected(place)
        time.sleep(PAUSE)
    raise Refused(Refuse(reason="gone"))


def _connected(place: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(place))
    return connection


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def socket_of(session: str) -> Path:
    """Return the path of a session's socket, in a folder that only this user can enter.  Raises OSError."""
    # Not in XDG_RUNTIME_DIR: that folder is deleted when the last connection of the account ends.
    name = f"evoclass-host-{os.getuid()}"
    folder = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(folder / session)) > LONGEST:
        folder = Path("/tmp") / name
    folder.mkdir(mode=0o700, exist_ok=True)
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise OSError(f"{folder} is open to others")
    return folder / session
