"""A host that something else starts, such as a scheduler: who may speak with it, and when it ends by itself."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from evoclass.contracts.outcome import program
from evoclass.errors import RunnerError
from evoclass.protocol import encode
from evoclass.runner import Limits, Program, Run
from evoclass_remote import joining, serving
from evoclass_remote.command import CommandRunner
from evoclass_remote.door import through
from evoclass_remote.joining import Greeting, Refused, socket_of
from evoclass_remote.link import LinkError
from evoclass_remote.serving import Host
from evoclass_remote.wire import (
    VERSION,
    Begin,
    Door,
    Failed,
    FromHost,
    Hello,
    Order,
    Refuse,
    Stop,
    Taken,
    Warm,
    Welcome,
    host_reader,
)

SESSION = "0" * 32


class NoRunner(CommandRunner):
    """A runner that cannot run anything, and so costs nothing."""

    name = "none"
    command = ("/nowhere/python3",)

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        raise RunnerError("there is nothing to run it with")


class Served:
    """A host without a token, and connections to it."""

    def __init__(self, place: Path, idle: float) -> None:
        self.place = place
        hello = Hello(version=VERSION, session=SESSION, token="")
        self.ready = asyncio.Event()
        host = Host(hello, lambda device: NoRunner(), idle)
        self.serving = asyncio.create_task(host.serve(place, self.ready.set))
        self.over = host.over

    async def says(self, token: str, *orders: Order) -> AsyncIterator[FromHost]:
        """Greet the host, and yield what it says."""
        reader, writer = await asyncio.open_unix_connection(self.place)
        writer.write(b"".join(map(encode, (Hello(version=VERSION, session=SESSION, token=token), *orders))))
        messages = host_reader()
        while data := await reader.read(65536):
            for message in messages.feed(data):
                yield message
        writer.close()


@pytest.fixture
async def host(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    with tempfile.TemporaryDirectory() as folder:
        made = Served(Path(folder) / "s", getattr(request, "param", 0.0))
        await made.ready.wait()
        yield made
        made.over.set()
        await made.serving


async def test_the_first_front_end_brings_the_token(host: Served) -> None:
    assert [type(message) async for message in host.says("")] == [Refuse]
    first = host.says("mine")
    assert isinstance(await anext(first), Welcome)
    assert [message async for message in host.says("another")] == [Refuse(reason="stranger")]
    assert isinstance(await anext(host.says("mine")), Welcome)
    assert [message async for message in first if not isinstance(message, Warm)] == [
        Refuse(reason="taken_over")
    ]


@pytest.mark.parametrize("host", [0.2], indirect=True)
async def test_a_host_that_nobody_uses_ends_and_says_so(host: Served) -> None:
    said = [message async for message in host.says("mine")]
    assert said[-1] == Refuse(reason="idle")
    await host.serving


def test_a_host_that_does_not_come_is_not_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(joining, "PATIENCE", 0.1)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    greeting = Greeting()
    assert greeting.feed(encode(Hello(version=VERSION, session=SESSION, token="mine")))
    with pytest.raises(Refused) as refused:
        greeting.connection(starts=False)
    assert refused.value.answer.reason == "gone"
    assert not socket_of(SESSION).exists()


async def test_an_order_is_acknowledged_with_the_answer_or_else_soon(
    host: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "TAKEN", 3600.0)
    begin = Begin(number=1, run=SESSION, program=program("", tmp_path), limits=Limits())
    both = host.says("mine", begin, Stop(number=2, run="1" * 32))
    told = [message async for message in until(both, Failed)]
    assert [message for message in told if isinstance(message, Taken)] == [Taken(number=2)]
    monkeypatch.setattr(serving, "TAKEN", 0.0)
    alone = host.says("mine", Stop(number=3, run="1" * 32))
    assert [message async for message in until(alone, Taken)][-1] == Taken(number=3)


async def test_a_front_end_may_go_on_at_a_port_of_the_host_without_its_secret(host: Served) -> None:
    greeting = Hello(version=VERSION, session=SESSION, token="mine", door="127.0.0.1")
    reader, writer = await asyncio.open_unix_connection(host.place)
    writer.write(encode(greeting))
    (door,) = host_reader().feed(await reader.read(65536))
    assert isinstance(door, Door)
    stream = await through(("127.0.0.1", door.port), SESSION, "mine")
    writer.close()
    stream.write(encode(msgspec.structs.replace(greeting, token="", door="")))
    assert isinstance(next(host_reader().feed(await stream.read())), Welcome)
    host.over.set()
    while await stream.read():
        pass
    await stream.close()
    await host.serving
    with pytest.raises(LinkError):
        await through(("127.0.0.1", door.port), SESSION, "mine")


async def test_a_stranger_gets_no_port(host: Served) -> None:
    assert isinstance(await anext(host.says("mine")), Welcome)
    reader, writer = await asyncio.open_unix_connection(host.place)
    writer.write(encode(Hello(version=VERSION, session=SESSION, token="yours", door="127.0.0.1")))
    assert list(host_reader().feed(await reader.read(65536))) == [Refuse(reason="stranger")]
    writer.close()


async def until(messages: AsyncIterator[FromHost], kind: type[FromHost]) -> AsyncIterator[FromHost]:
    """Yield messages up to the first of a kind."""
    async with asyncio.timeout(20):
        async for message in messages:
            yield message
            if isinstance(message, kind):
                return
