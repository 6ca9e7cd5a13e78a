"""The other side's program: `python -P -m evoclass_remote.host` joins its standard streams to the host of a session.

The first message says which session.  If its host does not run yet, it is started and goes on by itself, so that a
connection may break without ending a run.  With `--serve` this process is the host, and with `--bound PID` too it
ends with that process; with `--join` something else, such as a scheduler, starts the host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from evoclass.protocol import encode
from evoclass.runner import Runner
from evoclass_remote.joining import READY, Greeting, Refused, socket_of
from evoclass_remote.wire import Hello

READ = 256 * 1024


def main(arguments: list[str]) -> int:
    """Serve a session, or join one."""
    ours = os.dup(1)
    os.dup2(2, 1)  # whatever is printed here must not get into the messages
    greeting = Greeting()
    try:
        while not (data := os.read(0, READ)) or not greeting.feed(data):
            if not data:
                return 2
        if arguments[:1] == ["--serve"]:
            return _serve(greeting, ours, int(arguments[2]) if arguments[1:2] == ["--bound"] else None)
        connection = greeting.connection(starts=arguments[:1] != ["--join"])
    except Refused as refusal:
        _write(ours, encode(refusal.answer))
        return 1
    _join(connection, ours)
    return 0


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


def _serve(greeting: Greeting, ours: int, keeper: int | None) -> int:
    def ready() -> None:
        _write(ours, READY)
        os.close(ours)

    assert greeting.hello is not None
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    serve(greeting.hello, ready, keeper=keeper)
    return 0


def serve(hello: Hello, ready: Callable[[], object], idle: float = 0.0, keeper: int | None = None) -> None:
    """Be the host of a session until it is over; SIGTERM ends it too, and so does the end of the process `keeper`.

    `idle`: see `Host`.
    """
    from evoclass_remote.serving import Host

    logging.basicConfig(level=logging.INFO)
    place = socket_of(hello.session)

    async def until_over() -> None:
        host = Host(hello, _runner, idle)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, host.over.set)
        if keeper is not None:
            loop.add_reader(os.pidfd_open(keeper), host.over.set)
        await host.serve(place, ready)

    try:
        asyncio.run(until_over())
    finally:
        for path in (place, place.with_suffix(".log")):
            with contextlib.suppress(OSError):
                path.unlink()


def _runner(device: str) -> Runner:
    from evoclass_local.runners import LocalCpu, LocalCuda

    return LocalCuda() if device == "cuda" else LocalCpu()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
