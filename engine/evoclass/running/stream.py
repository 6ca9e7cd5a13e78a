"""The events of one run between their producer and their reader: in order, coalesced, bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable

from evoclass.protocol import MAX_FIGURES, Closed, Figure, Output, RunEvent, Step

CHUNK = 32 * 1024
"""Most characters of one `Output` event, so that drawing one never takes long."""

ROOM = 1024 * 1024
"""Characters of output and bytes of figures that may wait for the reader; a program that prints more has to wait, as at
any terminal."""

MESSAGES = 256
"""Other events that may wait."""


class EventStream:
    """A queue with one reader; its producer looks at `full` and continues when `on_room` is called."""

    def __init__(self, on_room: Callable[[], None] | None = None) -> None:
        self._waiting: deque[RunEvent | list[str]] = deque()
        self._characters = 0
        self._messages = 0
        self._reader: asyncio.Future[None] | None = None
        self._on_room = on_room
        self._was_full = False
        self._over = False

    @property
    def full(self) -> bool:
        """Whether the producer should wait."""
        full = self._characters >= ROOM or self._messages >= MESSAGES
        self._was_full = self._was_full or full
        return full

    def put(self, event: RunEvent) -> None:
        """Append an event; a `Step` replaces the one that waits right before it, a figure its earlier picture."""
        if isinstance(event, Step) and self._waiting and isinstance(self._waiting[-1], Step):
            self._waiting[-1] = event
            return
        if isinstance(event, Figure):
            self._make_room_for(event)
        self._waiting.append(event)
        self._messages += 1
        self._wake()

    def _make_room_for(self, figure: Figure) -> None:
        waiting = [event for event in self._waiting if isinstance(event, Figure)]
        old = [event for event in waiting if event.number == figure.number]
        for event in old or waiting[: max(0, len(waiting) - MAX_FIGURES + 1)]:
            self._waiting.remove(event)
            self._messages -= 1
            self._characters -= len(event.png)
        self._characters += len(figure.png)

    def put_output(self, text: str) -> None:
        """Append program output; adjacent pieces become one event."""
        if not text:
            return
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, list) and len(last[0]) < CHUNK:
            last.append(text)
            if len(last) > 64:
                last[:] = ["".join(last)]
        else:
            self._waiting.append([text])
        self._characters += len(text)
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _take(self) -> RunEvent:
        head = self._waiting.popleft()
        if not isinstance(head, list):
            self._messages -= 1
            if isinstance(head, Figure):
                self._characters -= len(head.png)
            return head
        text = "".join(head)
        if len(text) > CHUNK:
            self._waiting.appendleft([text[CHUNK:]])
            text = text[:CHUNK]
        self._characters -= len(text)
        return Output(text=text)

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        """Yield every event up to `Closed`; one reader at a time.  Other tasks get a turn between two events."""
        while not self._over:
            if self._waiting:
                await asyncio.sleep(0)
            while not self._waiting:
                self._reader = asyncio.get_running_loop().create_future()
                await self._reader
            event = self._take()
            if self._was_full and self._characters < ROOM // 2 and self._messages < MESSAGES // 2:
                self._was_full = False
                if self._on_room:
                    self._on_room()
            self._over = isinstance(event, Closed)
            yield event
