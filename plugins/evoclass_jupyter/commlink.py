"""Connections to a host through a kernel: a byte stream in numbered pieces, for Jupyter drops messages under load."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

from evoclass.errors import RunnerError
from evoclass_jupyter.channels import Channels, CommClose, CommMessage, KernelMessage, Reply, State
from evoclass_jupyter.inkernel import TARGET
from evoclass_jupyter.kernels import Kernels
from evoclass_remote.link import Link, LinkError, Stream, Tell

BOOT = """\
import sys
sys.path[:] = [folder for folder in sys.path if folder]
from evoclass_jupyter.inkernel import offer
offer()
"""
"""What the kernel runs first; files where it was started must not stand in for modules."""

PATIENCE = 60.0
"""Seconds in which a kernel has to run it."""

PACE = 400
"""Messages a second from a kernel at first: a Jupyter server drops what is above 1,000."""

SLOWEST = 2
"""Messages a second to which that goes down where a server drops more."""

PIECE = 256 * 1024
"""Most bytes in one message to the kernel."""

GONE = ("restarting", "starting", "dead")
"""States of a kernel that has forgotten us."""


class CommLink(Link):
    """Speaks with a host that a kernel joins or starts."""

    def __init__(self, kernels: Kernels, kernel: str) -> None:
        self._kernels, self._kernel = kernels, kernel
        self._pace = PACE

    async def open(self, tell: Tell) -> Stream:
        channels = await self._kernels.connect(tell)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._boot(channels)
        except BaseException as error:
            await channels.close()
            if isinstance(error, TimeoutError):
                raise LinkError(f"the kernel has said nothing for {PATIENCE:.0f} s") from error
            raise
        return CommStream(channels, self._pace, self._dropped)

    async def _boot(self, channels: Channels) -> None:
        asked = channels.send(
            "execute_request",
            {
                "code": BOOT,
                "silent": True,
                "store_history": False,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": True,
            },
        )
        while True:
            message = await channels.receive()
            if message.kind == "execute_reply" and message.parent == asked:
                break
            _check_alive(message)
        reply = message.as_(Reply)
        if reply.status != "ok":
            reason = f"{reply.ename}: {reply.evalue}"[:500]
            raise RunnerError(
                f"no EvoClass: {reason}", "jupyter.no_evoclass", kernel=self._kernel, reason=reason
            )

    def _dropped(self) -> None:
        """Have the kernel speak more slowly on the next connection."""
        self._pace = max(SLOWEST, self._pace // 2)

    async def close(self) -> None:
        await self._kernels.close()


class CommStream(Stream):
    """A comm of a kernel; the pieces are numbered from 1 in each direction."""

    def __init__(self, channels: Channels, pace: int, dropped: Callable[[], object]) -> None:
        """`dropped` is called when a piece is missing."""
        self._channels, self._dropped = channels, dropped
        self._comm = uuid.uuid4().hex
        self._sent = self._received = 0
        self._waiting = bytearray()
        self._open = True
        channels.send("comm_open", {"comm_id": self._comm, "target_name": TARGET, "data": {"pace": pace}})

    async def read(self) -> bytes:
        while True:
            message = await self._channels.receive()
            _check_alive(message)
            if message.kind == "comm_msg":
                piece = message.as_(CommMessage)
                if piece.comm_id != self._comm or piece.data.n <= self._received:
                    continue
                self._received += 1
                if piece.data.n != self._received:
                    self._dropped()
                    raise LinkError("the server has dropped messages")
                if data := b"".join(message.buffers):
                    return data
            elif message.kind == "comm_close" and message.as_(CommClose).comm_id == self._comm:
                self._open = False
                return b""

    def write(self, data: bytes) -> None:
        # What is written in one turn goes as one message: each costs the kernel two more.
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting += data

    def _flush(self) -> None:
        data, self._waiting = bytes(self._waiting), bytearray()
        if not self._open:
            return
        for start in range(0, len(data), PIECE):
            self._sent += 1
            self._channels.send(
                "comm_msg",
                {"comm_id": self._comm, "data": {"n": self._sent}},
                [data[start : start + PIECE]],
            )

    async def drain(self) -> None:
        self._flush()
        await self._channels.drain()

    async def close(self) -> None:
        if self._open:
            self._flush()
            self._open = False
            self._channels.send("comm_close", {"comm_id": self._comm, "data": {}})
        await self._channels.close()


def _check_alive(message: KernelMessage) -> None:
    """Raise LinkError if the kernel has ended or has been started anew."""
    if message.kind == "shutdown_reply":
        raise LinkError("the kernel has been shut down")
    if message.kind == "status" and (state := message.as_(State).execution_state) in GONE:
        raise LinkError(f"the kernel is {state}")
