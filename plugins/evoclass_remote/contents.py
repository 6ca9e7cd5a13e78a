"""Contents of files on their way to a host: those that it asks for, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec

from evoclass_remote.link import LinkError
from evoclass_remote.wire import File, Piece

ALONG = 64 * 1024
"""Bytes of contents that travel in the order that begins a program."""


class Contents:
    """Sends contents without holding up anything else on the connection."""

    def __init__(self, send: Callable[[Piece], object], drain: Callable[[], Awaitable[None]]) -> None:
        """`drain` waits until most of what was sent is on its way; it may raise LinkError."""
        self.pieces: Callable[[str], Iterator[bytes]] = lambda digest: iter(())
        """Yields a content; raises OSError."""
        self._send, self._drain = send, drain
        self._sending: asyncio.Task[None] | None = None
        self._sent: set[str] = set()
        """What the host should have by now; it asks for what it has lost."""

    def along(self, files: Sequence[File]) -> tuple[File, ...]:
        """Return the files, those with their contents that are small and have not been sent yet."""
        found, room = [], ALONG
        for file in files:
            if file.digest not in self._sent and file.size <= room:
                with contextlib.suppress(OSError):
                    data = b"".join(self.pieces(file.digest))
                    file = msgspec.structs.replace(file, data=data[: file.size])
                    self._sent.add(file.digest)
                    room -= file.size
            found.append(file)
        return tuple(found)

    def ask(self, digests: Sequence[str]) -> None:
        """Send these contents, after those that were asked for before."""
        before = self._sending

        async def send() -> None:
            if before is not None:
                await before
            with contextlib.suppress(LinkError):
                for digest in digests:
                    await self._send_one(digest)

        self._sending = asyncio.create_task(send())

    def cancel(self) -> None:
        """Send nothing more: the connection has ended."""
        if self._sending is not None:
            self._sending.cancel()
        self._sending = None

    async def _send_one(self, digest: str) -> None:
        pieces = self.pieces(digest)
        self._sent.add(digest)
        data = await asyncio.to_thread(_next, pieces) or b""
        last = False
        while not last:
            following = await asyncio.to_thread(_next, pieces)
            last = following is None
            self._send(Piece(digest=digest, data=data, last=last))
            await self._drain()
            data = following or b""


def _next(pieces: Iterator[bytes]) -> bytes | None:
    """Return the next piece, or None at the end."""
    try:
        return next(pieces, None)
    except OSError:  # it has gone: the host sees that the content is not what was announced
        return None
