"""The port of a host: the session's front end gets in, a stranger does not, and no secret travels."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from evoclass_remote import door
from evoclass_remote.door import NONCE, PROOF, Doorkeeper, through
from evoclass_remote.link import LinkError

SESSION, TOKEN = "0" * 32, "a secret of the session"
HERE = "127.0.0.1"

Knock = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


class Kept(Doorkeeper):
    """A port that answers whoever is let in with a word."""

    def __init__(self, token: str = TOKEN) -> None:
        self.let_in = 0
        super().__init__(SESSION, token, self._welcome)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.let_in += 1
        writer.write(b"welcome")
        writer.close()


@pytest.fixture
async def keeper() -> AsyncIterator[Kept]:
    made = Kept()
    yield made
    made.close()


@pytest.fixture
async def place(keeper: Kept) -> tuple[str, int]:
    return HERE, await keeper.open_at(HERE)


async def test_the_front_end_of_the_session_is_let_in(keeper: Kept, place: tuple[str, int]) -> None:
    stream = await through(place, SESSION, TOKEN)
    assert await stream.read() == b"welcome"
    await stream.close()
    assert (keeper.let_in, await keeper.open_at(HERE)) == (1, place[1])


@pytest.mark.parametrize(("session", "token"), [(SESSION, "another secret"), ("1" * 32, TOKEN)])
async def test_a_front_end_accepts_no_stranger(
    session: str, token: str, keeper: Kept, place: tuple[str, int]
) -> None:
    with pytest.raises(LinkError, match="a stranger answers"):
        await through(place, session, token)
    assert keeper.let_in == 0


async def echoed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Say what the host has said: its own proof."""
    writer.write(secrets.token_bytes(NONCE))
    await reader.readexactly(NONCE)
    writer.write(await reader.readexactly(PROOF))
    return await reader.read()


async def guessed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(secrets.token_bytes(NONCE + PROOF))
    await reader.readexactly(NONCE + PROOF)
    return await reader.read()


async def signed_with_another_secret(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    ours = secrets.token_bytes(NONCE)
    writer.write(ours)
    numbers = ours + await reader.readexactly(NONCE)
    await reader.readexactly(PROOF)
    place = writer.get_extra_info("peername")
    writer.write(door._proof("another secret", "front", SESSION, place, numbers))
    return await reader.read()


async def hung_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write_eof()
    return await reader.read()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    return await reader.read()


@pytest.mark.parametrize("knock", [echoed, guessed, signed_with_another_secret, hung_up, silent])
async def test_who_proves_nothing_is_not_let_in(
    knock: Knock, keeper: Kept, place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if knock is silent:
        monkeypatch.setattr(door, "KNOCKING", 0.05)
    reader, writer = await asyncio.open_connection(*place)
    with contextlib.suppress(ConnectionError):
        assert not await asyncio.wait_for(knock(reader, writer), 20)
    writer.close()
    assert keeper.let_in == 0


async def test_an_overheard_conversation_opens_nothing_and_holds_no_secret(
    keeper: Kept, place: tuple[str, int]
) -> None:
    heard: list[bytes] = []

    async def overhear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*place)
        for source, target, size in (
            (reader, back, NONCE),
            (there, writer, NONCE + PROOF),
            (reader, back, PROOF),
        ):
            heard.append(await source.readexactly(size))
            target.write(heard[-1])
        heard.append(await there.read())
        back.close()
        writer.close()

    between = await asyncio.start_server(overhear, HERE, 0)
    port = between.sockets[0].getsockname()[1]
    # The port is part of what is proved: a stranger at another one cannot pass the proofs on.
    with pytest.raises(LinkError, match="a stranger answers"):
        await through((HERE, port), SESSION, TOKEN)
    between.close()
    assert TOKEN.encode() not in b"".join(heard)
    assert keeper.let_in == 0


async def test_no_more_than_a_few_may_knock_at_once(keeper: Kept, place: tuple[str, int]) -> None:
    crowd = [await asyncio.open_connection(*place) for _ in range(door.STRANGERS)]
    for _, writer in crowd:
        writer.write(secrets.token_bytes(NONCE))
    for reader, _ in crowd:  # each has been taken in hand by now
        await reader.readexactly(NONCE + PROOF)
    with pytest.raises(LinkError):
        await through(place, SESSION, TOKEN)
    for _, writer in crowd:
        writer.close()
    for reader, _ in crowd:
        await reader.read()
    await (await through(place, SESSION, TOKEN)).close()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "localhost", "192.0.2.1", "x"])
async def test_a_host_listens_only_at_an_address_of_its_own(address: str, keeper: Kept) -> None:
    assert await keeper.open_at(address) == 0


async def test_a_place_without_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "NEAR", 0.05)
    mute = await asyncio.start_server(lambda reader, writer: asyncio.Event().wait(), HERE, 0)
    with pytest.raises(LinkError):
        await through((HERE, mute.sockets[0].getsockname()[1]), SESSION, TOKEN)
    mute.close()
