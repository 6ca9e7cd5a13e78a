"""Signs of life on the connections of a session: pings, how long they take, and how long nothing has answered."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from evoclass_remote.link import Stream
from evoclass_remote.wire import Ping

BEAT = 0.3
"""Seconds between two pings while a program or a line runs, or while there is no answer."""

IDLE_BEAT = 15.0
"""Seconds between two pings otherwise, so that nothing on the way takes the connection for dead."""

SILENCE = 0.5
"""Seconds without an answer after which the learner is told; a slow way has twice its own time in addition."""

LATE = 0.2
"""Seconds by which this process may itself be late before its watch means nothing."""

DEAD = 10.0
"""Seconds without a sign of life after which a connection is given up for a new one."""


class Watch:
    """Asks for signs of life on one connection after the other."""

    def __init__(
        self, send: Callable[[Ping], object], silent: Callable[[], object], busy: Callable[[], bool]
    ) -> None:
        """`silent` is called when nothing has answered for too long; `busy` says whether a program or a line runs."""
        self.round_trip = 0.0
        """Seconds of the latest ping, there and back."""
        self._send, self._silent, self._busy = send, silent, busy
        self._asked_at = 0.0
        """When the oldest order or ping was sent of those without a sign of life since, or 0."""
        self._asked = asyncio.Event()
        """Set when an order has been sent."""
        self._pings = 0
        self._sent_at: dict[int, float] = {}

    def asked(self) -> None:
        """Note an order, which the host acknowledges."""
        if not self._asked_at:
            self._asked_at = time.monotonic()
            self._asked.set()

    def heard(self) -> None:
        """Note a sign of life."""
        self._asked_at = 0.0

    def answered(self, number: int) -> None:
        """Note the answer to a ping."""
        if (sent := self._sent_at.get(number)) is not None:
            self.round_trip = time.monotonic() - sent
            self._sent_at.clear()

    async def keep(self, stream: Stream) -> None:
        """Ask again and again, and end a connection that is dead."""
        while True:
            busy = self._busy()
            pause = BEAT if self._asked_at or busy else IDLE_BEAT
            due = time.monotonic() + pause
            self._asked.clear()
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that comes together with a new order.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._asked.wait()
                continue  # no ping has to get in the way of the answer
            if pause == BEAT and not self._asked_at and not busy:
                continue  # there is nothing to watch any more
            now = time.monotonic()
            silent = now - self._asked_at if self._asked_at else 0.0
            if now > due + LATE:
                pass  # we were held up ourselves: what has come meanwhile is read first
            elif silent > DEAD:
                await stream.close()
                return
            elif silent > SILENCE + 2 * self.round_trip:
                self._silent()
            self._pings += 1
            self._sent_at[self._pings] = now
            self._asked_at = self._asked_at or now
            self._send(Ping(number=self._pings))
