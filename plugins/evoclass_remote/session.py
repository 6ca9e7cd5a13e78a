"""The front end's side of a session with a host: one connection after the other, and not a word lost between them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping

import msgspec

from evoclass.errors import ProtocolError, RunnerError
from evoclass.protocol import Message, MessageReader, Waiting, encode
from evoclass_remote.contents import Contents
from evoclass_remote.link import Link, LinkError, Stream
from evoclass_remote.remoterun import RemoteRun
from evoclass_remote.watch import Watch
from evoclass_remote.wire import (
    VERSION,
    Begin,
    Bye,
    Door,
    FromHost,
    Heard,
    Hello,
    Need,
    Order,
    Pong,
    Refuse,
    Taken,
    Warm,
    Welcome,
    host_reader,
)

logger = logging.getLogger(__name__)

HEARD = 0.2
"""Seconds for which the acknowledgement of a prompt waits for an order to go with: nothing follows a prompt, and of two
small messages, one after the other, a relay on the way may hold the second back for 40 ms."""

GREETING = 120.0
"""Seconds in which a host has to answer the first message: it may have to be started."""

PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each new attempt to connect; the last one repeats."""


class Session:
    """A session with one host, which a front end begins or comes back to."""

    def __init__(self, link: Link, key: str, token: str, *, device: str, lease: float) -> None:
        """`key` and `token` are new, or those of a session that an earlier front end began."""
        self.welcome: Welcome | None = None
        """What the host said on the newest connection."""
        self.warm: asyncio.Future[Warm] = asyncio.get_running_loop().create_future()
        """What the host says of its runner; a RunnerError if there is no host."""
        self.contents = Contents(self._send, self._drain)
        self.watch = Watch(self._send, self._is_silent, self._is_busy)
        self.on_waiting: Callable[[Waiting | None], object] = bool
        """Called whenever it becomes known what the session waits for, and with None at the end of the wait."""
        self.waiting: Waiting | None = None
        """Why there is no connection at the moment."""
        self._link, self._device, self._lease = link, device, lease
        self._key, self._token = key, token
        self._begins = True
        self._runs: dict[str, RemoteRun] = {}
        self._orders: deque[Order] = deque()
        """Not known to have been taken."""
        self._number = 0
        self._unheard: dict[str, int] = {}
        """Number of the newest news that were taken and not acknowledged, by run."""
        self._hearing: asyncio.TimerHandle | None = None
        self._stream: Stream | None = None
        self._met_at = self._lost_at = 0.0
        """When the newest connection was made, or 0; and when the one before broke."""
        self._task: asyncio.Task[None] | None = None
        self._over = False

    @property
    def connected(self) -> bool:
        """Whether the host listens now."""
        return self._stream is not None

    @property
    def over(self) -> bool:
        """Whether there will be no connection any more."""
        return self._over

    def start(self) -> None:
        """Connect in the background, and stay connected."""
        if self._task is None:
            self._task = asyncio.create_task(self._hold())

    def add(self, run: RemoteRun) -> None:
        """Take a run in, whose orders and news pass through here from now on."""
        self._runs[run.key] = run
        if self.waiting is not None:
            run.wait_for(self.waiting)

    def order(self, order: Order) -> bool:
        """Send an order, now or when there is a connection; return whether there is one."""
        self._number += 1
        numbered = msgspec.structs.replace(order, number=self._number)
        self._orders.append(numbered)
        self._send(numbered)
        self.watch.asked()
        return self.connected

    def heard(self, run: str, number: int) -> None:
        """Tell the host that the news of a run have been taken: once for all that came together."""
        self._unheard[run] = number
        taken, loop = self._runs.get(run), asyncio.get_running_loop()
        pause = HEARD if taken is not None and taken.at_prompt else 0.0
        if self._hearing is not None:
            if self._hearing.when() <= loop.time() + pause:
                return
            self._hearing.cancel()
        self._hearing = loop.call_later(pause, self._tell_heard)

    def _tell_heard(self) -> None:
        data = self._heard_so_far()
        if self._stream is not None:
            self._stream.write(data)

    def _heard_so_far(self) -> bytes:
        """Return the acknowledgements that are due."""
        if self._hearing is not None:
            self._hearing.cancel()
            self._hearing = None
        unheard, self._unheard = self._unheard, {}
        return b"".join(encode(Heard(run=run, number=number)) for run, number in unheard.items())

    def _send(self, message: Message) -> None:
        if self._stream is not None:
            self._stream.write(self._heard_so_far() + encode(message))

    async def _drain(self) -> None:
        if self._stream is not None:
            await self._stream.drain()

    # --------------------------------------------------------------------------------------------- connecting

    async def _hold(self) -> None:
        if (error := await self._stay_connected()) is not None:
            self._give_up(error)
            await self._link.close()

    async def _stay_connected(self) -> RunnerError | None:
        """Connect again and again, and return why that makes no sense any more; None after the end of the session."""
        attempt = 0
        while not self._over:
            self._met_at = 0.0
            try:
                self._tell(Waiting(stage="connecting" if self.welcome is None else "lost"))
                why = LinkError(await self._connection())
            except LinkError as error:
                why = error
            except ProtocolError as error:
                why = LinkError(str(error), "remote.garbled")
            except RunnerError as error:
                return error
            except Exception as error:  # a mistake of ours must not leave the learner waiting
                logger.exception("the session has failed")
                return RunnerError(repr(error), "remote.garbled", reason=repr(error))
            if self._over:
                return None
            logger.info("no connection: %s", why)
            now = time.monotonic()
            if self._met_at:
                self._lost_at = now
                attempt = 0 if now - self._met_at > PAUSES[-1] else attempt
            if self.welcome is None or now - self._lost_at > self._lease:
                return self._link.explained(why)
            self._tell(Waiting(stage="lost"))
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
        return None

    async def _connection(self) -> str:
        """Speak with the host until the connection ends, and return what was said of the end.

        Raises LinkError, ProtocolError, or RunnerError if it makes no sense to try again.
        """
        stream = await self._link.open(self._tell)
        reader = host_reader()
        watch: asyncio.Task[None] | None = None
        try:
            stream.write(encode(self._hello(stream)))
            received = await self._first_words(stream, reader)
            self._greeted(received.pop(0), stream)
            watch = asyncio.create_task(self.watch.keep(stream))
            while True:
                self.watch.heard()
                for message in received:
                    self._take(message)
                if self.waiting is not None:
                    self._wait_is_over()
                data = await stream.read()
                if not data:
                    return stream.complaint
                received = list(reader.feed(data))
        finally:
            self._stream = None
            if watch is not None:
                watch.cancel()
            self.contents.cancel()
            await stream.close()

    async def _first_words(self, stream: Stream, reader: MessageReader[FromHost]) -> list[FromHost]:
        """Return the first messages of a host.  Raises LinkError."""
        received: list[FromHost] = []
        try:
            async with asyncio.timeout(GREETING):
                while not received:
                    data = await stream.read()
                    if not data:
                        raise LinkError(stream.complaint)
                    try:
                        received += reader.feed(data)
                    except ProtocolError as error:  # such as what a shell prints when it starts
                        raise LinkError(_line(data), "remote.chatter") from error
        except TimeoutError as error:
            raise LinkError(stream.complaint, "remote.silent") from error
        return received

    def _hello(self, stream: Stream) -> Hello:
        return Hello(
            version=VERSION,
            session=self._key,
            token="" if stream.proven else self._token,
            device=self._device,
            lease=self._lease,
            begins=self._begins,
            heard={run.key: run.number for run in self._runs.values() if run.number},
        )

    def _greeted(self, message: FromHost, stream: Stream) -> None:
        match message:
            case Refuse(reason="version", detail=detail):
                raise RunnerError(
                    f"the host speaks version {detail}, we speak {VERSION}",
                    "remote.version",
                    theirs=detail,
                    ours=VERSION,
                )
            case Refuse(reason=reason, detail=detail):
                raise RunnerError(f"refused: {reason} {detail}", f"remote.refused.{reason}", reason=detail)
            case Welcome():
                self.welcome = message
            case _:
                raise ProtocolError("no welcome")
        assert self.welcome is not None
        self._met_at = time.monotonic()
        self._begins = False
        self._stream = stream
        if self._number < self.welcome.taken:  # we come back to a session that another front end began
            self._number = self.welcome.taken
            waiting, self._orders = self._orders, deque()
            for order in waiting:
                self._number += 1
                self._orders.append(msgspec.structs.replace(order, number=self._number))
        self._forget_orders(self.welcome.taken)
        for order in self._orders:
            self._send(order)
        self._wait_is_over()
        begins = {order.run for order in self._orders if isinstance(order, Begin)}
        for key in self._runs.keys() - begins - {*self.welcome.runs}:
            self._runs.pop(key).lost()

    def _is_busy(self) -> bool:
        return any(run.busy for run in self._runs.values())

    def _is_silent(self) -> None:
        self._tell(Waiting(stage="lost"))

    def _tell(self, waiting: Waiting) -> None:
        if waiting == self.waiting:
            return
        self.waiting = waiting
        self.on_waiting(waiting)
        for run in self._runs.values():
            if not run.over:
                run.wait_for(waiting)

    def _wait_is_over(self) -> None:
        if self.waiting is not None:
            self.waiting = None
            self.on_waiting(None)

    def _give_up(self, error: RunnerError) -> None:
        self._over = True
        self._wait_is_over()
        if not self.warm.done():
            self.warm.set_exception(error)
            self.warm.exception()  # nobody may be waiting for it
        for run in self._runs.values():
            run.lost()
        self._runs.clear()

    # -------------------------------------------------------------------------------------------- the messages

    def _take(self, message: FromHost) -> None:
        match message:
            case Warm():
                if self.warm.done():
                    return
                if message.problem:
                    fields: Mapping[str, str] = message.fields
                    self.warm.set_exception(RunnerError(message.problem, message.key, **fields))
                    self.warm.exception()
                else:
                    self.warm.set_result(message)
            case Taken(number=number):
                self._forget_orders(number)
            case Need(digests=digests):
                self.contents.ask(digests)
            case Pong(number=number):
                self.watch.answered(number)
            case Refuse():
                raise RunnerError(
                    f"refused: {message.reason}", f"remote.refused.{message.reason}", reason=message.detail
                )
            case Welcome() | Door():
                raise ProtocolError("a second welcome")
            case _:
                if (run := self._runs.get(message.run)) is None:
                    self.heard(message.run, message.number)  # it was let go of
                    return
                run.take(message)
                if run.over:
                    del self._runs[message.run]

    def _forget_orders(self, number: int) -> None:
        while self._orders and self._orders[0].number <= number:
            self._orders.popleft()

    # --------------------------------------------------------------------------------------------------- the end

    def abandon(self) -> None:
        """Have no connection any more; `close` waits until one that is being made has been given up."""
        self._over = True
        if self._task is not None and not self._task.cancelling():
            self._task.cancel()

    async def close(self) -> None:
        """End the session; the host ends everything that it still runs."""
        self._over = True
        self._send(Bye())
        with contextlib.suppress(LinkError):
            await self._drain()
        if self._task is not None:
            if self._stream is not None:
                # The host closes the connection when it has cleaned up.
                await asyncio.wait([self._task], timeout=3)
            self.abandon()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._give_up(RunnerError("the runner is closed", "runner.closed"))
        await self._link.close()


def _line(data: bytes) -> str:
    """Return the beginning of what was said instead of a message."""
    return data[:200].decode("utf-8", "replace").partition("\n")[0].strip()
