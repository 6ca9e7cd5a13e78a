"""The host of one session: it runs the programs, and outlives its connections for as long as the lease lasts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import platform
import secrets
import shutil
import socket
import struct
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import msgspec

from evoclass.errors import EvoClassError, ProtocolError
from evoclass.protocol import Message, MessageReader, encode
from evoclass.runner import Runner
from evoclass_remote.door import Doorkeeper
from evoclass_remote.hostrun import HostRun
from evoclass_remote.staging import StagingError, Stock, new_folder
from evoclass_remote.wire import (
    MOST_FILES,
    VERSION,
    Begin,
    Bye,
    Door,
    End,
    FromFront,
    Heard,
    Hello,
    Need,
    Order,
    Piece,
    Ping,
    Pong,
    Refuse,
    Taken,
    Warm,
    Welcome,
    front_reader,
)

logger = logging.getLogger(__name__)

FIRST_HELLO = 10.0
"""Seconds in which a connection has to say who it is."""

SILENCE = 40.0
"""Seconds without a word after which a front end counts as gone: it sends pings, and may have been switched off."""

MOST_RUNS = 64
"""Most runs that a front end may hold at once."""

READ = 256 * 1024

TAKEN = 0.1
"""Seconds for which the acknowledgement of orders waits for news to go with: of two small messages, one after the
other, a relay on the way may hold the second back for 40 ms."""

LOOKS = 10
"""Looks at what runs, in the time after which an idle host ends."""


class Host:
    """Holds one runner and the runs of one front end."""

    def __init__(self, hello: Hello, make_runner: Callable[[str], Runner], idle: float = 0.0) -> None:
        """`hello` says whose host this is; without a token in it, the first front end that comes brings the token.

        After `idle` seconds with a front end but without a program the host ends; 0 for never.
        """
        self._idle = idle
        self._session, self._token, self._lease = hello.session, hello.token, hello.lease
        self._runner = make_runner(hello.device)
        self._folder = new_folder()
        self._stock = Stock(self._folder / "stock")
        self._runs: dict[str, HostRun] = {}
        self._taken = 0
        self._count = 0
        self._writer: asyncio.StreamWriter | None = None
        self._door: Doorkeeper | None = None
        self._flushing = False
        self._telling_taken: asyncio.TimerHandle | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._used_at = 0.0
        self._warm: Warm | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self.over = asyncio.Event()
        """Set when the session has ended, or its lease."""

    async def serve(self, place: Path, ready: Callable[[], object]) -> None:
        """Take connections at the socket `place` until the session is over; nothing is left then."""
        server = await asyncio.start_unix_server(self._connected, place)
        self._start_lease()
        beside = [asyncio.create_task(self._warm_up())]
        if self._idle:
            beside.append(asyncio.create_task(self._watch_use()))
        ready()
        try:
            await self.over.wait()
        finally:
            server.close()
            if self._door is not None:
                self._door.close()
            for task in beside:
                task.cancel()
            if self._expiry is not None:
                self._expiry.cancel()
            with contextlib.suppress(Exception):
                await asyncio.gather(*(run.clean_up() for run in self._runs.values()), *self._tasks)
            await self._runner.close()
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            if self._writer is not None:
                self._writer.close()  # the end of the connection tells the front end that nothing is left

    async def _warm_up(self) -> None:
        answer = type(self._runner).available()
        warm = Warm(
            torch=_version("torch"), device=answer.device, device_key=answer.device_key, fields=answer.fields
        )
        try:
            if answer.ok:
                await self._runner.warm_up()
            else:
                warm = msgspec.structs.replace(warm, problem=answer.reason, key=answer.reason)
        except EvoClassError as error:
            problem = str(error)[:2000] or type(error).__name__
            warm = msgspec.structs.replace(warm, problem=problem, fields={})
        self._warm = warm
        self._send(warm)

    async def _watch_use(self) -> None:
        """End a host that costs others a machine and that nobody uses."""
        while True:
            await asyncio.sleep(self._idle / LOOKS)
            now = self._loop.time()
            if self._writer is None or any(run.busy for run in self._runs.values()):
                self._used_at = now  # without a front end, the lease counts
            elif now - self._used_at >= self._idle:
                self._send(Refuse(reason="idle"))
                self.over.set()

    # ------------------------------------------------------------------------------------------- connections

    def _start_lease(self, silent: float = 0.0) -> None:
        """Count from when the front end was there last, `silent` seconds ago."""
        self._expiry = self._loop.call_later(max(0.0, self._lease - silent), self.over.set)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if _is_ours(writer):
            await self._speak(reader, writer, proven=False)
        else:
            writer.close()

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._speak(reader, writer, proven=True)

    async def _speak(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, proven: bool
    ) -> None:
        """Serve a connection to its end; its front end may have `proven` that it knows the token."""
        messages, silent = front_reader(), 0.0
        try:
            greeting = await self._greeting(reader, writer, messages, proven)
            if greeting is None:
                return
            hello, received = greeting
            self._attach(hello, writer)
            while self._writer is writer:
                for message in received:
                    self._take(message)
                async with asyncio.timeout(SILENCE):
                    await writer.drain()  # a front end that does not listen gets no further answers
                    data = await reader.read(READ)
                if not data:
                    break
                received = list(messages.feed(data))
        except (ProtocolError, OSError) as error:
            # Whoever speaks like this is not our front end, or has gone: it may come again.
            logger.warning("a connection has ended: %s", error or type(error).__name__)
            writer.transport.abort()  # to close it would wait until all has been read
            silent = SILENCE if isinstance(error, TimeoutError) else 0.0
        finally:
            if self._writer is writer:
                self._writer = None
                self._start_lease(silent)
            writer.close()

    async def _greeting(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        messages: MessageReader[FromFront],
        proven: bool,
    ) -> tuple[Hello, list[FromFront]] | None:
        """Return a greeting that is accepted, and what came with it; None if there is none."""
        received: list[FromFront] = []
        asked = False
        while True:
            async with asyncio.timeout(FIRST_HELLO):
                while not received:
                    if not (data := await reader.read(READ)):
                        return None
                    received += messages.feed(data)
            hello = received.pop(0)
            if (refusal := self._refusal(hello, proven)) is not None:
                writer.write(encode(refusal))
                return None
            assert isinstance(hello, Hello)
            if not hello.door or asked:
                return hello, received
            asked = True
            self._door = self._door or Doorkeeper(self._session, self._token, self._let_in)
            writer.write(encode(Door(port=await self._door.open_at(hello.door))))

    def _refusal(self, hello: FromFront, proven: bool) -> Refuse | None:
        if not isinstance(hello, Hello) or hello.session != self._session:
            return Refuse(reason="stranger")
        if proven:
            return None if hello.version == VERSION else Refuse(reason="version", detail=str(VERSION))
        self._token = self._token or hello.token
        if not hello.token or not secrets.compare_digest(hello.token.encode(), self._token.encode()):
            return Refuse(reason="stranger")
        if hello.version != VERSION:
            return Refuse(reason="version", detail=str(VERSION))
        return None

    def _attach(self, hello: Hello, writer: asyncio.StreamWriter) -> None:
        """Speak on this connection from now on, and repeat what has not been heard."""
        if self._writer is not None:
            self._writer.write(encode(Refuse(reason="taken_over")))
            self._writer.close()
        if self._expiry is not None:
            self._expiry.cancel()
        self._writer, self._lease, self._used_at = writer, hello.lease, self._loop.time()
        self._send(
            Welcome(
                version=VERSION,
                pid=os.getpid(),
                python=platform.python_version(),
                place=socket.gethostname()[:200],
                taken=self._taken,
                runs=tuple(self._runs),
            )
        )
        if self._warm is not None:
            self._send(self._warm)
        for name, run in self._runs.items():
            if hello.heard.get(name):
                run.journal.resume(hello.heard[name])
            else:
                run.rewind()
        self._need(self._stock.expected())
        self._flush()

    def _need(self, digests: Sequence[str]) -> None:
        for start in range(0, len(digests), MOST_FILES):
            self._send(Need(digests=tuple(digests[start : start + MOST_FILES])))

    def _send(self, message: Message) -> None:
        if self._writer is not None:
            self._writer.write(self._taken_so_far() + encode(message))

    def _tell_taken_soon(self) -> None:
        if self._telling_taken is None:
            self._telling_taken = self._loop.call_later(TAKEN, self._tell_taken)

    def _tell_taken(self) -> None:
        if self._writer is not None:
            self._writer.write(self._taken_so_far())

    def _taken_so_far(self) -> bytes:
        """Return the acknowledgement of orders that is due, if there is one."""
        if self._telling_taken is None:
            return b""
        self._telling_taken.cancel()
        self._telling_taken = None
        return encode(Taken(number=self._taken))

    def _flush_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        """Send the news that the windows allow."""
        self._flushing = False
        if self._writer is not None:
            data = b"".join(message for run in self._runs.values() for message in run.journal.due())
            if data:
                self._writer.write(self._taken_so_far() + data)

    # ------------------------------------------------------------------------------------------------ orders

    def _take(self, message: FromFront) -> None:
        """Take a message.  Raises ProtocolError."""
        match message:
            case Heard(run=name, number=number):
                if name in self._runs:
                    self._runs[name].journal.heard(number)
                    self._forget(name)
                    self._flush()
            case Ping(number=number):
                self._send(Pong(number=number))
            case Piece():
                self._piece(message)
            case Bye():
                self.over.set()
            case Hello():
                raise ProtocolError("a second greeting")
            case _:
                if message.number > self._taken + 1:
                    raise ProtocolError("orders are missing")
                if (run := self._runs.get(message.run)) is not None and run.journal.overfull:
                    raise ProtocolError("orders whose answers nobody takes")
                if message.number == self._taken + 1:
                    self._taken = message.number
                    self._order(message)
                self._tell_taken_soon()

    def _order(self, order: Order) -> None:
        self._used_at = self._loop.time()
        run = self._runs.get(order.run)
        if isinstance(order, Begin):
            if run is not None or len(self._runs) >= MOST_RUNS:
                raise ProtocolError("a run that cannot begin")
            run = self._runs[order.run] = HostRun(order, self._stock, self._flush_soon)
            try:
                if self._stock.lacks(order.files):
                    self._stock.take_along(order.files)
                self._need(self._stock.lacks(order.files))
            except (StagingError, OSError) as error:
                run.refuse(str(error))
            run.begin(self._runner, self._new_stage)
            self._look_for_complete()
        elif run is not None and isinstance(order, End):
            run.end()
        elif run is not None:
            run.take(order)

    def _piece(self, piece: Piece) -> None:
        try:
            arrival, why = self._stock.take(piece), "a file has changed while it was sent"
        except OSError as error:
            arrival, why = "broken", str(error)
        if arrival == "complete":
            self._stock.make_room(self._needed)
            self._look_for_complete()
        elif arrival == "broken":
            for run in self._runs.values():
                if piece.digest in run.files and not run.complete.is_set():
                    run.refuse(why)

    @property
    def _needed(self) -> set[str]:
        """The contents of the programs that wait or run."""
        return {digest for run in self._runs.values() for digest in run.files}

    def _look_for_complete(self) -> None:
        for run in self._runs.values():
            if not run.complete.is_set() and self._stock.has(run.files):
                run.complete.set()

    def _new_stage(self) -> Path:
        self._count += 1
        return self._folder / str(self._count)

    def _forget(self, name: str) -> None:
        """Let go of a run once its front end has heard all of it."""
        run = self._runs[name]
        if not run.forgettable:
            return
        del self._runs[name]
        self._stock.forget({*run.files} - self._needed)
        self._stock.make_room(self._needed)
        task = asyncio.create_task(run.clean_up())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_ours(writer: asyncio.StreamWriter) -> bool:
    """Whether the other end of a local socket is a process of this user."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True  # the socket's folder lets in nobody else
    sock = writer.get_extra_info("socket")
    credentials = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", credentials)[1] == os.getuid())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
