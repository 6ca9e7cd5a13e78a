"""Acknowledgements travel with what they would otherwise hold up, for a relay may delay the second of two messages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.protocol import Exit, Output, Prompt, encode
from evoclass_remote import session as sessions
from evoclass_remote.link import Link, Stream, Tell
from evoclass_remote.remoterun import RemoteRun
from evoclass_remote.session import Session
from evoclass_remote.wire import (
    VERSION,
    Ask,
    FromFront,
    FromHost,
    Happened,
    Heard,
    Hello,
    Welcome,
    front_reader,
)

KEY = "0" * 32


class Played(Stream, Link):
    """A host that says what a test says, and remembers each write."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[bytes] = asyncio.Queue()
        self.writes: asyncio.Queue[list[FromFront]] = asyncio.Queue()
        self._reader = front_reader()

    async def open(self, tell: Tell) -> Stream:
        return self

    async def read(self) -> bytes:
        return await self.says.get()

    def write(self, data: bytes) -> None:
        self.writes.put_nowait(list(self._reader.feed(data)))

    async def drain(self) -> None: ...

    async def close(self) -> None: ...

    def tells(self, *messages: FromHost) -> None:
        self.says.put_nowait(b"".join(map(encode, messages)))


async def test_news_that_come_together_are_acknowledged_once_and_a_prompt_with_the_next_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = Played()
    monkeypatch.setattr(sessions, "HEARD", 3600.0)
    session = Session(host, KEY, "token", device="cpu", lease=60.0)
    run = RemoteRun(KEY, program("", tmp_path), 0, session.order, session.heard)
    session.add(run)
    host.tells(Welcome(version=VERSION, pid=1, runs=(KEY,)))
    session.start()
    await host.writes.get()
    told = (Output(text="1"), Exit(reason="finished", code=0, seconds=0.1))
    host.tells(*(Happened(run=KEY, number=number, event=event) for number, event in enumerate(told, 1)))
    assert await host.writes.get() == [Heard(run=KEY, number=2)]
    host.tells(Happened(run=KEY, number=3, event=Prompt()))
    await Outcome(run).until(Prompt)
    run.fit_figures((5.0, 4.0, 100.0))
    await run.evaluate("x")
    asked = Ask(number=1, run=KEY, source="x", figure_size=(5.0, 4.0, 100.0))
    assert await host.writes.get() == [Heard(run=KEY, number=3), asked]
    await session.close()


@pytest.mark.parametrize("proven", [False, True])
async def test_the_secret_does_not_travel_to_a_host_that_knows_us(proven: bool) -> None:
    host = Played()
    host.proven = proven  # type: ignore[misc]
    session = Session(host, KEY, "token", device="cpu", lease=60.0)
    session.start()
    (hello,) = await host.writes.get()
    assert isinstance(hello, Hello)
    assert hello.token == ("" if proven else "token")
    session.abandon()
    await session.close()
