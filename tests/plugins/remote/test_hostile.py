"""Whatever the other side sends: only a ProtocolError comes of it, nothing grows, and nothing is written elsewhere.

EVOCLASS_FUZZ=100000 makes the two long tests as thorough as before a release.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
import os
import socket
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import Closed, Detail, Exit, MessageReader, Output, RunEvent, encode
from evoclass.runner import Availability, Features, Limits, Program, Run, Runner
from evoclass_remote import session as sessions
from evoclass_remote.brought import Brought
from evoclass_remote.link import Link, Stream, Tell
from evoclass_remote.remoterun import RemoteRun
from evoclass_remote.serving import Host
from evoclass_remote.session import Session
from evoclass_remote.staging import StagingError
from evoclass_remote.wire import (
    VERSION,
    Ask,
    Begin,
    Bye,
    End,
    Failed,
    File,
    FromFront,
    FromHost,
    Happened,
    Heard,
    Hello,
    LookAt,
    Looked,
    Need,
    Piece,
    Ping,
    Pong,
    Refuse,
    Taken,
    Warm,
    Welcome,
    Written,
    host_reader,
)
from plugins.remote.hostile import RUNS, Forger

MESSAGES = int(os.environ.get("EVOCLASS_FUZZ", "1500"))
KEY, TOKEN = "a" * 32, "a secret"
GROWTH = 100_000
"""Bytes by which the memory that is held may grow in the last third of the messages."""


@pytest.fixture
async def faults() -> AsyncIterator[list[Any]]:
    """Collect what gets out of tasks and callbacks, and what is logged as an error; there may be none."""
    found: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(context))
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.exc_info or record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    noisy = [logging.getLogger(name) for name in ("evoclass_remote", "asyncio")]
    for logger in noisy:
        logger.setLevel(logging.ERROR)
    yield found
    root.removeHandler(handler)
    for logger in noisy:
        logger.setLevel(logging.NOTSET)
    assert not found


class Idle(Run):
    """A program that only waits."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    @property
    def running(self) -> bool:
        return not self._over.is_set()

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        yield Output(text="begun\n")
        await self._over.wait()
        yield Exit(reason="stopped", code=130, seconds=0.0)
        yield Closed()

    def write(self, text: str) -> None: ...

    def resize(self, columns: int, rows: int) -> None: ...

    async def stop(self) -> None:
        self._over.set()

    async def evaluate(self, source: str) -> None:
        raise RunnerError("there is no prompt now", "runner.no_prompt")

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        return Detail(request=0, expression=expression)

    def attend(self, names: Sequence[str]) -> None: ...

    async def close(self) -> None:
        self._over.set()


class Idler(Runner):
    """A runner without processes, for a host that is told nonsense."""

    features = Features()

    @classmethod
    def available(cls) -> Availability:
        return Availability(True, device="CPU")

    async def warm_up(self) -> None: ...

    @property
    def ready(self) -> bool:
        return True

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        return Idle()

    async def close(self) -> None: ...


HELLO = Hello(version=VERSION, session=KEY, token=TOKEN)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """The socket of a host in this process; the host has left nothing at the end."""
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.setattr("evoclass_remote.serving.new_folder", lambda: _made(there / "host"))
    made, ready = Host(HELLO, lambda device: Idler()), asyncio.Event()
    serving = asyncio.create_task(made.serve(tmp_path / "socket", ready.set))
    await ready.wait()
    yield tmp_path / "socket"
    made.over.set()
    await asyncio.wait_for(serving, 20)
    assert not list(there.iterdir())


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


class Peer:
    """A connection to a host, spoken to by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._messages: MessageReader[FromHost] = host_reader()
        self._received: list[FromHost] = []

    @classmethod
    async def at(cls, place: Path, *first: FromFront) -> Peer:
        made = cls(*await asyncio.open_unix_connection(place))
        made.send(*first)
        return made

    def send(self, *messages: FromFront) -> None:
        self.writer.write(b"".join(map(encode, messages)))

    async def until(self, kind: type) -> Any:
        """Return the next message of a kind, or None at the end of the connection."""
        async with asyncio.timeout(20):
            while True:
                while self._received:
                    if isinstance(message := self._received.pop(0), kind):
                        return message
                if not (data := await self.reader.read(2**16)):
                    return None
                self._received += self._messages.feed(data)

    async def all_until(self, kind: type) -> list[FromHost]:
        """Return all messages up to the next one of a kind."""
        found = [await self.until(object)]
        while not isinstance(found[-1], kind):
            found.append(await self.until(object))
        return found

    def close(self) -> None:
        self.writer.close()


class Flat:
    """Watches over the memory that this process holds in the last third of a test."""

    def __init__(self) -> None:
        self._held: list[int] = []

    def third(self) -> None:
        """Note what is held after a third; what was made in the first one is not counted."""
        gc.collect()
        if not tracemalloc.is_tracing():
            tracemalloc.start()
        self._held.append(tracemalloc.get_traced_memory()[0])
        if len(self._held) == 3:
            tracemalloc.stop()
            _, before, after = self._held
            print(f"{MESSAGES} messages: {after - before:+} bytes in the last third")
            assert after - before < GROWTH


async def test_a_host_survives_whatever_a_front_end_sends(
    place: Path, tmp_path: Path, faults: list[Any]
) -> None:
    there = tmp_path / "there"
    outside = beside(there)
    flat, forger = Flat(), Forger(1, FromFront, Bye, Hello)
    for _ in range(3):
        sent = 0
        while sent < MESSAGES // 3:
            peer = await Peer.at(place, HELLO)
            forger.number = (await peer.until(Welcome)).taken
            draining = asyncio.create_task(_drained(peer.reader))
            # Not many on one connection: one that announces too much swallows the rest.
            for data in forger.messages(60):
                peer.writer.write(data)
                sent += 1
                if sent % 4 == 0:
                    await asyncio.sleep(0)
                if draining.done():
                    break
            peer.close()
            await draining
        flat.third()
    assert beside(there) == outside
    peer = await Peer.at(place, HELLO, Ping(number=5))
    welcome = await peer.until(Welcome)
    assert welcome.version == VERSION
    assert (await peer.until(Pong)).number == 5
    peer.close()


async def _drained(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        while await reader.read(2**16):
            pass


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        (Hello(version=VERSION, session=KEY, token="a guess"), "stranger"),
        (Hello(version=VERSION, session=KEY, token=""), "stranger"),
        (Hello(version=VERSION, session=RUNS[0], token=TOKEN), "stranger"),
        (Hello(version=VERSION + 1, session=KEY, token=TOKEN), "version"),
        (Ping(number=1), "stranger"),
    ],
    ids=["token", "no token", "session", "version", "no greeting"],
)
async def test_a_stranger_is_refused_and_the_session_goes_on(
    hello: FromFront, reason: str, place: Path, faults: list[Any]
) -> None:
    ours = await Peer.at(place, HELLO)
    await ours.until(Welcome)
    stranger = await Peer.at(place, hello)
    refusal = await stranger.until(Refuse)
    assert refusal.reason == reason
    assert await stranger.until(Welcome) is None
    stranger.close()
    ours.send(Ping(number=1))
    assert (await ours.until(Pong)).number == 1
    ours.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user for a moment")
async def test_another_user_is_not_even_answered(place: Path, faults: list[Any]) -> None:
    for folder in (*place.parents, place):
        if folder.stat().st_uid == 0 and folder.is_relative_to("/tmp/pytest-of-root"):
            folder.chmod(0o777)
    script = (
        "import os, socket, sys\nos.setuid(65534)\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
        "s.sendall(bytes.fromhex(sys.argv[2]))\nprint(s.recv(100))"
    )
    asked = await asyncio.create_subprocess_exec(
        *("/usr/bin/env", "python3", "-c", script, str(place), encode(HELLO).hex()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asked.communicate()
    assert said.decode().endswith(("b''\n", "reset by peer\n", "Broken pipe\n"))


async def test_orders_may_not_be_missing(place: Path, faults: list[Any]) -> None:
    peer = await Peer.at(place, HELLO, begin(1), begin(3))
    assert await peer.until(Pong) is None
    peer.close()
    peer = await Peer.at(place, HELLO)
    welcome = await peer.until(Welcome)
    assert (welcome.taken, welcome.runs) == (1, (RUNS[1],))
    peer.close()


def begin(number: int, **more: Any) -> Begin:
    """Return the order that begins a run of that number."""
    program = Program(source="", file=Path("/w/program.py"), folder=Path("/w"))
    return Begin(number=number, run=RUNS[number], program=program, limits=Limits(), **more)


async def test_a_run_that_is_over_answers_nothing_more(place: Path, faults: list[Any]) -> None:
    peer = await Peer.at(place, HELLO, begin(1))
    await peer.until(Happened)
    peer.send(End(number=2, run=RUNS[1]))
    while not isinstance((await peer.until(Happened)).event, Closed):
        pass
    peer.send(*(Ask(number=number, run=RUNS[1], source="1") for number in range(3, 20)))
    for number in range(2):
        peer.send(Ping(number=number))
        answers = await peer.all_until(Pong)
        assert {type(answer) for answer in answers} <= {Taken, Pong}
    peer.close()


async def test_answers_that_nobody_takes_end_the_connection(
    place: Path, faults: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_remote.journal.BACKLOG", 1000)
    peer = await Peer.at(place, HELLO, begin(1))
    await peer.until(Happened)
    for number in range(2, 200):
        peer.send(LookAt(number=number, run=RUNS[1], request=number, expression="x" * 100))
        await asyncio.sleep(0)
    await asyncio.wait_for(_drained(peer.reader), 20)
    peer.close()
    # Whoever takes them then is served again.
    peer = await Peer.at(place, HELLO)
    taken = (await peer.until(Welcome)).taken
    assert 10 < taken < 150
    for _ in range(2, taken + 1):
        last = await peer.until(Looked)
    peer.send(Heard(run=RUNS[1], number=last.number))
    peer.send(LookAt(number=taken + 1, run=RUNS[1], request=1, expression="y"))
    assert (await peer.until(Looked)).detail.expression == "y"
    peer.close()


async def test_old_contents_go_when_there_are_too_many(
    place: Path, faults: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_remote.staging.ROOM", 2500)
    contents = [bytes([number]) * 1000 for number in range(5)]
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    peer = await Peer.at(place, HELLO)
    orders = count(1)

    async def begun(run: int, content: int) -> list[str]:
        """Begin a run with a file, send that if it is asked for, and return what was asked for."""
        file = File(path="data", size=1000, digest=digests[content])
        peer.send(msgspec.structs.replace(begin(run, files=(file,)), number=next(orders)), Ping(number=run))
        answers = await peer.all_until(Pong)
        needs = [digest for one in answers if isinstance(one, Need) for digest in one.digests]
        if needs:
            peer.send(Piece(digest=digests[content], data=contents[content], last=True))
        if not any(isinstance(one, Happened) for one in answers):
            await peer.until(Happened)
        return needs

    async def ended(run: int) -> None:
        peer.send(End(number=next(orders), run=RUNS[run]))
        while not isinstance((news := await peer.until(Happened)).event, Closed):
            pass
        peer.send(Heard(run=RUNS[run], number=news.number), Ping(number=0))
        await peer.until(Pong)

    assert await begun(0, 0) == [digests[0]]  # and runs on
    for content in range(1, 4):
        assert await begun(1, content) == [digests[content]]
        await ended(1)
    assert {path.name for path in place.parent.glob("there/host/stock/*")} == {digests[0], digests[3]}
    assert await begun(1, 0) == []
    assert await begun(2, 3) == []
    assert await begun(3, 1) == [digests[1]]
    peer.close()


async def test_a_content_that_comes_along_and_is_another_one_is_asked_for(
    place: Path, faults: list[Any]
) -> None:
    digest = hashlib.sha256(b"soup").hexdigest()
    peer = await Peer.at(place, HELLO)
    for number, data in enumerate((b"poison", b"sou", b""), start=1):
        file = File(path="data", size=4, digest=digest, data=data)
        peer.send(msgspec.structs.replace(begin(number, files=(file,)), number=number), Ping(number=number))
        answers = await peer.all_until(Pong)
        assert [one.digests for one in answers if isinstance(one, Need)] == [(digest,)]
    file = File(path="data", size=4, digest=digest, data=b"soup")
    peer.send(msgspec.structs.replace(begin(4, files=(file,)), number=4), Ping(number=4))
    answers = await peer.all_until(Pong)
    assert [one for one in answers if isinstance(one, Need)] == []
    peer.close()


async def test_files_that_are_too_large_are_not_even_asked_for(place: Path, faults: list[Any]) -> None:
    announced = File(path="big", size=2**40, digest="0" * 64)
    peer = await Peer.at(place, HELLO, begin(1, files=(announced,)))
    assert "larger than" in (await peer.until(Failed)).said
    peer.close()


async def test_a_name_with_a_zero_byte_is_a_failed_run(place: Path, faults: list[Any]) -> None:
    order = begin(1)
    file = Path("/elsewhere/a\0b")
    order = msgspec.structs.replace(order, program=replace(order.program, file=file))
    peer = await Peer.at(place, HELLO, order)
    assert (await peer.until(Failed)).said
    peer.close()


async def test_a_front_end_that_does_not_listen_gets_no_more_answers(
    place: Path, faults: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evoclass_remote.serving.SILENCE", 0.3)
    client = socket.socket(socket.AF_UNIX)
    client.setblocking(False)
    client.connect(str(place))
    client.sendall(encode(HELLO))
    pings = encode(Ping(number=1)) * 1000
    loop = asyncio.get_running_loop()

    async def ask_on() -> None:
        for _ in range(5000):
            await loop.sock_sendall(client, pings)

    with pytest.raises(ConnectionError):  # the host stops reading, and after a while takes us for gone
        await asyncio.wait_for(ask_on(), 20)
    client.close()


# ---------------------------------------------------------------------------------------------- hostile hosts


class Scripted(Stream):
    """A connection on which everything has been said already."""

    def __init__(self, said: Iterator[bytes]) -> None:
        self._said = said

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        return next(self._said, b"")

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None: ...

    async def close(self) -> None: ...


class ScriptedLink(Link):
    """Yields the connections that a test has prepared, and then none."""

    def __init__(self, connections: Iterator[Iterator[bytes]]) -> None:
        self._connections = connections
        self.over = asyncio.Event()

    async def open(self, tell: Tell) -> Stream:
        said = next(self._connections, None)
        if said is None:
            self.over.set()
            raise RunnerError("no more")
        return Scripted(said)


def in_folder(folder: Path) -> Program:
    """Return a program of which nobody reads the events."""
    return Program(source="", file=folder / "program.py", folder=folder)


async def test_a_front_end_survives_whatever_a_host_sends(
    tmp_path: Path, faults: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PAUSES", (0.0,))
    folder, outside = tmp_path / "work", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    flat, forger = Flat(), Forger(2, FromHost, Welcome, Refuse)
    welcome = encode(Welcome(version=VERSION, pid=1, runs=tuple(RUNS)))
    before = below(tmp_path) - below(folder)
    sessions_made: list[Session] = []

    def connections() -> Iterator[Iterator[bytes]]:
        session = sessions_made[-1]
        for _ in range(5):
            for run in session._runs.values():
                run.lost()
            for key in RUNS:
                run = RemoteRun(key, in_folder(folder), 10_000, session.order, session.heard)
                run.goes_on()
                session.add(run)
            forger.number = 0
            yield iter([welcome, *forger.messages(100)])

    for number in range(MESSAGES // 1500 * 3):
        link = ScriptedLink(connections())
        sessions_made[:] = [Session(link, KEY, TOKEN, device="cpu", lease=60.0)]
        sessions_made[0].start()
        await asyncio.wait_for(link.over.wait(), 300)
        await sessions_made[0].close()
        if (number + 1) % (MESSAGES // 1500) == 0:
            flat.third()
    assert below(tmp_path) - below(folder) == before
    assert below(folder)
    assert not [path for path in below(folder) if path.name.startswith(".")]


def below(folder: Path) -> set[Path]:
    """Return all that is in a folder."""
    return {*folder.rglob("*")}


def beside(folder: Path) -> set[Path]:
    """Return all that is in the folder above, at one look: the host still deletes its own."""
    return {path for path in below(folder.parent) if not path.is_relative_to(folder)}


async def told(*messages: Any, lease: float = 5.0) -> tuple[Session, RunnerError]:
    """Return a session with a host that says these words and no more, and why it ended."""
    link = ScriptedLink(iter([iter([encode(message) for message in messages])]))
    session = Session(link, KEY, TOKEN, device="cpu", lease=lease)
    session.start()
    with pytest.raises(RunnerError) as caught:
        await asyncio.wait_for(session.warm, 20)
    await session.close()
    return session, caught.value


async def test_a_host_that_answers_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, faults: list[Any]
) -> None:
    monkeypatch.setattr(sessions, "GREETING", 0.05)

    class Mute(Scripted):
        async def read(self) -> bytes:
            await asyncio.Event().wait()
            return b""

    class MuteLink(Link):
        async def open(self, tell: Tell) -> Stream:
            return Mute(iter(()))

    session = Session(MuteLink(), KEY, TOKEN, device="cpu", lease=5.0)
    session.start()
    with pytest.raises(RunnerError) as caught:
        await asyncio.wait_for(session.warm, 20)
    assert caught.value.key == "remote.silent"
    await session.close()


async def test_a_new_run_at_the_end_of_a_connection_leaves_no_watch_behind(
    tmp_path: Path, faults: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PAUSES", (0.0,))
    made: list[Session] = []

    def said() -> Iterator[bytes]:
        yield encode(Welcome(version=VERSION, pid=1))
        yield encode(Pong(number=1))  # the watch begins
        made[0].add(RemoteRun(RUNS[0], in_folder(tmp_path), 0, made[0].order, made[0].heard))

    link = ScriptedLink(iter([said()]))
    made.append(Session(link, KEY, TOKEN, device="cpu", lease=5.0))
    made[0].start()
    await asyncio.wait_for(link.over.wait(), 20)
    await made[0].close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("field", ["key", "message", "self"])
async def test_fields_of_a_sentence_may_have_any_name(field: str, faults: list[Any]) -> None:
    welcome = Welcome(version=VERSION, pid=1)
    _, error = await told(welcome, Warm(problem="no", key="remote.no_host", fields={field: "x"}))
    assert error.fields == {field: "x"}


async def test_a_run_that_the_host_does_not_have_is_lost(tmp_path: Path, faults: list[Any]) -> None:
    """A host that claims to have taken all orders, and holds other runs, leaves nobody waiting."""
    welcome = Welcome(version=VERSION, pid=1, taken=2**53, runs=(RUNS[3],))
    link = ScriptedLink(iter([iter([encode(welcome)])]))
    session = Session(link, KEY, TOKEN, device="cpu", lease=5.0)
    run = RemoteRun(RUNS[0], in_folder(tmp_path), 0, session.order, session.heard)
    session.add(run)
    session.start()
    events = [event async for event in run.events()]
    assert [event.reason for event in events if isinstance(event, Exit)] == ["lost"]
    assert run.over
    await session.close()


async def test_a_host_may_not_tell_more_than_its_window(tmp_path: Path, faults: list[Any]) -> None:
    run = RemoteRun(RUNS[0], in_folder(tmp_path), 0, lambda order: True, lambda key, number: None)

    def flood() -> None:
        for number in range(1, 30):
            run.take(Happened(run=RUNS[0], number=number, event=Output(text="x" * 1_000_000)))

    with pytest.raises(ProtocolError):
        flood()


async def test_nothing_counts_after_the_end(tmp_path: Path, faults: list[Any]) -> None:
    run = RemoteRun(RUNS[0], in_folder(tmp_path), 100, lambda order: True, lambda key, number: None)
    ends = (Exit(reason="finished", code=0, seconds=1.0), Closed(), Output(text="late"), Closed())
    for number, event in enumerate(ends, 1):
        run.take(Happened(run=RUNS[0], number=number, event=event))
    run.take(written(9, "late.txt", b"late"))
    assert [type(event) async for event in run.events()] == [Exit, Closed]
    assert not below(tmp_path)


def written(number: int, path: str, data: bytes, *, first: bool = True, last: bool = True) -> Written:
    """Return a part of a file."""
    return Written(run=RUNS[0], number=number, path=path, data=data, first=first, last=last)


@pytest.mark.parametrize(
    "path",
    [
        "../out",
        "/tmp/out",
        "a/../../out",
        ".hidden",
        "a/.git/hooks",
        "",
        ".",
        "a\0b",
        "link/x",
        "file/x",
        "a/" * 65 + "b",
    ],
)
def test_files_come_only_below_the_folder(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    (folder / "file").write_text("mine")
    before = {*tmp_path.rglob("*")}
    brought = Brought(folder, 100, RUNS[1])
    with pytest.raises((StagingError, OSError)):
        brought.take(written(1, path, b"x"))
    brought.close()
    assert {*tmp_path.rglob("*")} == before


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "mine")
    Brought(folder, 100, RUNS[1]).take(written(1, "link", b"theirs"))
    assert (tmp_path / "mine").read_text() == "mine"
    assert (folder / "link").read_text() == "theirs"


def test_no_more_files_come_than_were_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoclass_remote.brought.MOST_FILES", 3)
    brought = Brought(tmp_path, 100, RUNS[1])
    for number in range(3):
        brought.take(written(number, str(number), b""))
    with pytest.raises(StagingError, match="more files"):
        brought.take(written(4, "3", b""))
    brought = Brought(tmp_path, 100, RUNS[1])
    brought.take(written(5, "large", b"x" * 60, last=False))
    with pytest.raises(StagingError, match="more bytes"):
        brought.take(written(6, "large", b"x" * 60, first=False, last=False))
    brought.close()
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1", "2"}
