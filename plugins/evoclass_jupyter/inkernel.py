"""The kernel's half: joins comms to the host of a session, in threads, so that the kernel's main thread stays free."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from evoclass.protocol import encode
from evoclass_remote.joining import Greeting, Refused

TARGET = "evoclass"
"""Name of the comm target."""

READ = 48 * 1024
"""Most bytes in one message; from 64 KB on, pyzmq passes memory on without a copy, which is slower for us."""


def offer() -> None:
    """Let front ends open comms to hosts."""
    from comm import get_comm_manager

    def opened(comm: Any, message: dict[str, Any]) -> None:
        Joint(comm, Pace(message["content"]["data"]["pace"]))

    get_comm_manager().register_target(TARGET, opened)


class Pace:
    """Lets through so many messages a second, and a quarter of that at once."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`rate` may be 0, for no limit."""
        self._rate, self._clock = rate, clock
        self._most = self._allowed = max(1.0, rate / 4)
        self._at = clock()

    def wait(self) -> float:
        """Count one message, and return the seconds that it has to wait."""
        if not self._rate:
            return 0.0
        now = self._clock()
        self._allowed = min(self._most, self._allowed + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._allowed / self._rate)


class Joint:
    """One comm, joined to a host's socket."""

    def __init__(self, comm: Any, pace: Pace) -> None:
        self._comm, self._pace = comm, pace
        self._sent = self._received = 0
        self._pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        """From the front end; None at the end."""
        comm.on_msg(self._take)
        comm.on_close(lambda message: self._pieces.put(None))
        threading.Thread(target=self._join, daemon=True).start()

    def _take(self, message: dict[str, Any]) -> None:
        number = message["content"]["data"]["n"]
        if number <= self._received:
            return  # it came twice
        self._received += 1
        if number == self._received:
            self._pieces.put(b"".join(message["buffers"]))
        else:  # one is missing: the front end opens another comm and says all again
            self._pieces.put(None)

    def _join(self) -> None:
        """Pass bytes to the host until the front end ends, or the host."""
        greeting = Greeting()
        try:
            while (data := self._pieces.get()) is not None and not greeting.feed(data):
                pass
            connection = greeting.connection() if data is not None else None
        except Refused as refusal:
            self._send(encode(refusal.answer))
            connection = None
        if connection is None:
            self._comm.close()
            return
        threading.Thread(target=self._listen, args=(connection,), daemon=True).start()
        with contextlib.suppress(OSError):
            while (data := self._pieces.get()) is not None:
                connection.sendall(data)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def _listen(self, connection: socket.socket) -> None:
        """Pass bytes to the front end until the host ends the connection."""
        with contextlib.suppress(OSError), connection:
            while data := connection.recv(READ):
                self._send(data)
        self._pieces.put(None)
        self._comm.close()

    def _send(self, data: bytes) -> None:
        if delay := self._pace.wait():
            time.sleep(delay)
        self._sent += 1
        self._comm.send({"n": self._sent}, buffers=[data])
