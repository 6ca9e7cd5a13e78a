"""A port of a host, for a front end that can reach its machine; each proves to the other that it knows the secret.

Whoever can reach the port may be a stranger, and whatever answers at a port may be one too.  Each side sends a number
that nobody can foresee, and gets both numbers back, signed with the session's secret, which itself never travels.
Nothing is encrypted.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Literal

from evoclass_remote.link import LinkError, Stream

logger = logging.getLogger(__name__)

NEAR = 2.0
"""Seconds in which a front end has to have been let in: where the network drops what it does not like, none will be."""

KNOCKING = 5.0
"""Seconds in which whoever knocks has to prove who it is."""

STRANGERS = 8
"""Most that may be knocking at once."""

NONCE = 32
PROOF = 32

READ = 256 * 1024

LEAVING = 1.0
"""Seconds in which what was written has to be on its way when a connection is closed."""


class Doorkeeper:
    """The port, on the side of the host."""

    def __init__(
        self,
        session: str,
        token: str,
        let_in: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    ) -> None:
        """`let_in` gets each connection of the session's front end."""
        self._session, self._token, self._let_in = session, token, let_in
        self._server: asyncio.Server | None = None
        self._place: tuple[str, int] = ("", 0)
        self._knocking = 0

    async def open_at(self, address: str) -> int:
        """Listen at an IP address of this machine and return the port, or 0 if that cannot be."""
        if self._place[0] != address:
            self.close()
            try:
                if ipaddress.ip_address(address).is_unspecified:
                    raise ValueError("not at all addresses of a machine")
                self._server = await asyncio.start_server(self._knocked, address, 0, backlog=STRANGERS)
            except (ValueError, OSError) as error:
                logger.warning("no port at %s: %s", address, error)
                return 0
            self._place = (address, self._server.sockets[0].getsockname()[1])
        return self._place[1]

    def close(self) -> None:
        """Take no connections any more."""
        if self._server is not None:
            self._server.close()
            self._server, self._place = None, ("", 0)

    async def _knocked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        known = False
        if self._knocking < STRANGERS:
            self._knocking += 1
            try:
                async with asyncio.timeout(KNOCKING):
                    known = await self._is_known(reader, writer)
            except (TimeoutError, EOFError, OSError) as error:
                logger.info("a stranger has knocked: %s", error or type(error).__name__)
            finally:
                self._knocking -= 1
        if not known:
            writer.transport.abort()
            return
        await self._let_in(reader, writer)

    async def _is_known(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        theirs, ours = await reader.readexactly(NONCE), secrets.token_bytes(NONCE)
        numbers = theirs + ours
        writer.write(ours + self._proof("host-", numbers))
        return hmac.compare_digest(await reader.readexactly(PROOF), self._proof("front", numbers))

    def _proof(self, side: Literal["host-", "front"], numbers: bytes) -> bytes:
        return _proof(self._token, side, self._session, self._place, numbers)


async def through(place: tuple[str, int], session: str, token: str) -> DirectStream:
    """Return a connection to the host of a session, which listens at an IP address and a port.  Raises LinkError."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(NEAR):
            reader, writer = await asyncio.open_connection(*place)
            ours = secrets.token_bytes(NONCE)
            writer.write(ours)
            numbers = ours + await reader.readexactly(NONCE)
            proof = await reader.readexactly(PROOF)
            if not hmac.compare_digest(proof, _proof(token, "host-", session, place, numbers)):
                raise LinkError("a stranger answers")
            writer.write(_proof(token, "front", session, place, numbers))
    except BaseException as error:
        if writer is not None:
            writer.transport.abort()
        if isinstance(error, TimeoutError | EOFError | OSError):
            raise LinkError(str(error) or type(error).__name__) from error
        raise
    return DirectStream(reader, writer)


def _proof(
    token: str, side: Literal["host-", "front"], session: str, place: tuple[str, int], numbers: bytes
) -> bytes:
    """Return what only somebody with the secret can say: about this side, session and port, once."""
    said = f"evoclass {side} {session} {place[0]} {place[1]} ".encode() + numbers
    return hmac.digest(token.encode(), said, "sha256")


class DirectStream(Stream):
    """A TCP connection to a host, which has proved to be the one."""

    proven = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        try:
            return await self._reader.read(READ)
        except OSError as error:
            raise LinkError(str(error)) from error

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    async def drain(self) -> None:
        try:
            await self._writer.drain()
        except OSError as error:
            raise LinkError(str(error)) from error

    async def close(self) -> None:
        self._writer.close()
        try:
            with contextlib.suppress(OSError):
                await asyncio.wait_for(self._writer.wait_closed(), LEAVING)
        except TimeoutError:
            self._writer.transport.abort()
