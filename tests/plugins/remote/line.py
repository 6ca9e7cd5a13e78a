"""A long and poor line to a server on this machine: late, stumbling, and silent when a test wants it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Line:
    """Passes bytes on to a port, each some time after it came."""

    def __init__(self, port: int, delay: float, loss: float) -> None:
        """A lost packet stops what follows for as long as TCP takes to send it again."""
        self.port = 0
        """Where the line begins."""
        self.dead = False
        """While it is, everything that is sent vanishes, and new connections get no answer."""
        self._there, self._delay, self._loss = port, delay, loss
        self._random = random.Random(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a connection to the port."""
        there, back = await asyncio.open_connection("127.0.0.1", self._there)
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        free = 0.0
        with contextlib.suppress(ConnectionError):
            while data := await source.read(16 * 1024):
                if self.dead:
                    await (
                        asyncio.Event().wait()
                    )  # a packet is missing: nothing behind it is passed on any more
                free = max(loop.time() + self._delay, free) + (
                    0.25 if self._random.random() < self._loss else 0
                )
                loop.call_at(free, target.write, data)
        loop.call_at(max(loop.time(), free) + 0.01, target.close)

    def cancel(self) -> None:
        """Cut all connections."""
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def poor_line(port: int, *, delay: float, loss: float) -> AsyncIterator[Line]:
    """Run a line to a port until the block ends."""
    line = Line(port, delay, loss)
    server = await asyncio.start_server(line.connected, "127.0.0.1")
    line.port = server.sockets[0].getsockname()[1]
    async with server:
        yield line
        line.cancel()
