"""The actor: it joins bridges to the host of one session, which runs on the actor's node."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading

import ray

from evoclass.protocol import encode
from evoclass_remote.joining import Greeting, Refused

READ = 64 * 1024
"""Most bytes in one answer; Ray moves larger ones through its store."""

PATIENCE = 120.0
"""Seconds in which the first bridge has to come: the one that asked for the actor may have gone."""


class HostActor:
    """Holds the processors and GPUs of one host, and ends when the host ends.

    The host is a process of its own, because an actor has threads and may not fork; it ends with the actor.
    """

    def __init__(self) -> None:
        self._ways: dict[str, _Way] = {}
        self._host = False
        timer = threading.Timer(PATIENCE, self._end_unless_begun)
        timer.daemon = True
        timer.start()

    async def ready(self) -> None:
        """Return at once: the actor has a place."""

    async def feed(self, bridge: str, data: bytes) -> None:
        """Take bytes from a bridge."""
        connection = await self._way(bridge).feed(data)
        if connection is not None and not self._host:
            self._host = True
            pid, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            asyncio.get_running_loop().add_reader(os.pidfd_open(pid), _end)

    async def take(self, bridge: str) -> bytes:
        """Return the next bytes for a bridge, as soon as there are some; none at the end."""
        return await self._way(bridge).take()

    async def leave(self, bridge: str) -> None:
        """Let go of a bridge."""
        if (way := self._ways.pop(bridge, None)) is not None:
            way.close()

    def _way(self, bridge: str) -> _Way:
        return self._ways.setdefault(bridge, _Way())

    def _end_unless_begun(self) -> None:
        if not self._host:
            _end()


class _Way:
    """The connection of one bridge to the host."""

    def __init__(self) -> None:
        self._greeting = Greeting()
        self._joined = asyncio.Event()
        self._refusal = b""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def feed(self, data: bytes) -> socket.socket | None:
        """Pass bytes to the host; return the connection when they have made it."""
        if self._writer is not None:
            self._writer.write(data)
            await self._writer.drain()
            return None
        try:
            if not self._greeting.feed(data):
                return None
            connection = await asyncio.to_thread(self._greeting.connection, bound=True)
        except Refused as refused:
            self._refusal = encode(refused.answer)
            self._joined.set()
            return None
        self._reader, self._writer = await asyncio.open_unix_connection(sock=connection)
        self._joined.set()
        return connection

    async def take(self) -> bytes:
        await self._joined.wait()
        if self._reader is None:
            refusal, self._refusal = self._refusal, b""
            return refusal
        try:
            return await self._reader.read(READ)
        except OSError:
            return b""

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _end() -> None:
    """End this actor."""
    ray.kill(ray.get_runtime_context().current_actor)
