"""The other side's program: `python -P -m evoclass_remote.host` joins its standard streams to the host of a session.

The first message says which session.  If its host does not run yet, it is started and goes on by itself, so that a
connection may break without ending a run.  With `--serve` this process is the host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from evoclass.errors import ProtocolError
from evoclass.protocol import encode
from evoclass.runner import Runner
from evoclass_remote.wire import FromFront, Hello, Refuse, front_reader

READ = 256 * 1024

_READY = b"ready\n"


def main(arguments: list[str]) -> int:
    """Serve a session, or join one."""
    ours = os.dup(1)
    os.dup2(2, 1)  # whatever is printed here must not get into the messages
    if arguments[:1] == ["--serve"]:
        return _serve(ours)
    first = bytearray()
    hello = _hello(first)
    if hello is None:
        _write(ours, encode(Refuse(reason="stranger")))
        return 2
    try:
        connection = _connection(hello)
    except (OSError, subprocess.SubprocessError) as error:
        _write(ours, encode(Refuse(reason="no_host", detail=str(error)[:2000])))
        return 1
    if connection is None:
        _write(ours, encode(Refuse(reason="gone")))
        return 3
    connection.sendall(first)
    _join(connection, ours)
    return 0


# ------------------------------------------------------------------------------------------------- joining


def _hello(first: bytearray) -> Hello | None:
    """Read the first message from standard input; `first` gets every byte that was read."""
    reader = front_reader()
    messages: list[FromFront] = []
    with contextlib.suppress(ProtocolError):
        while not messages and (data := os.read(0, READ)):
            first += data
            messages += reader.feed(data)
    return messages[0] if messages and isinstance(messages[0], Hello) else None


def _connection(hello: Hello) -> socket.socket | None:
    """Return a connection to the session's host; None if there is none and none may be started."""
    place = _place(hello.session)
    with contextlib.suppress(OSError):
        return _connected(place)
    if not hello.begins:
        return None
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    # The log lies beside the socket, because nobody reads the standard error of a process that goes on alone.
    log = os.open(place.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    host = subprocess.Popen(
        [sys.executable, "-P", "-m", "evoclass_remote.host", "--serve"],
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
    if host.stdout.readline() != _READY:
        raise OSError(_last_line(place.with_suffix(".log")) or "the host has ended")
    return _connected(place)


def _connected(place: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(place))
    return connection


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def _place(session: str) -> Path:
    """Return the path of a session's socket, in a folder that only this user can enter.  Raises OSError."""
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"evoclass-host-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise OSError(f"{folder} is open to others")
    return folder / session


def _join(connection: socket.socket, ours: int) -> None:
    """Pass bytes both ways until one side ends."""

    def inwards() -> None:
        with contextlib.suppress(OSError):
            while data := os.read(0, READ):
                connection.sendall(data)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=inwards, daemon=True).start()
    with contextlib.suppress(OSError):
        while data := connection.recv(READ):
            _write(ours, data)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


# ------------------------------------------------------------------------------------------------- serving


def _serve(ours: int) -> int:
    from evoclass_remote.serving import Host

    hello = _hello(bytearray())
    if hello is None:
        return 2
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    logging.basicConfig(level=logging.INFO)
    place = _place(hello.session)

    def ready() -> None:
        _write(ours, _READY)
        os.close(ours)

    async def serve() -> None:
        await Host(hello, _runner).serve(place, ready)

    try:
        asyncio.run(serve())
    finally:
        for path in (place, place.with_suffix(".log")):
            with contextlib.suppress(OSError):
                path.unlink()
    return 0


def _runner(device: str) -> Runner:
    from evoclass_local.runners import LocalCpu, LocalCuda

    return LocalCuda() if device == "cuda" else LocalCpu()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
