"""Ways to a host on this machine, which tests can break."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from evoclass_remote.command import HOST, CommandRunner
from evoclass_remote.commandlink import CommandLink, CommandStream
from evoclass_remote.link import Link, LinkError, Stream, Tell


class BreakableLink(CommandLink):
    """A pipe to a host that a test cuts, and that cannot be made again while it is cut."""

    def __init__(self) -> None:
        super().__init__((sys.executable, *HOST))
        self.whole = asyncio.Event()
        self.whole.set()
        self.streams: list[CommandStream] = []

    async def open(self, tell: Tell) -> Stream:
        if not self.whole.is_set():
            raise LinkError("the line is cut")
        stream = await super().open(tell)
        assert isinstance(stream, CommandStream)
        self.streams.append(stream)
        return stream

    def cut(self) -> None:
        """Break the connection, and let nobody make a new one."""
        self.whole.clear()
        self.break_once()

    def break_once(self) -> None:
        """Break the connection."""
        os.killpg(self.streams[-1]._process.pid, signal.SIGKILL)

    def mend(self) -> None:
        """Let connections be made again."""
        self.whole.set()


class Breakable(CommandRunner):
    """A runner over a link that can be cut."""

    name = "breakable"
    lease = 20.0

    def __init__(self) -> None:
        super().__init__()
        self.link = BreakableLink()

    def make_link(self) -> Link:
        return self.link
