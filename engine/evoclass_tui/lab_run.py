"""One run of a lab as the screen follows it: plain data that a worker fills and widgets read."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from evoclass.protocol import ErrorReport, Exit, Output, RunEvent
from evoclass.runner import Program, Run
from evoclass.running.recording import Recording
from evoclass.running.terminal import TerminalBuffer

TURN = 0.004
"""Seconds for which events may be taken in before the screen gets a turn to draw and take keys."""

HOPS = 6
"""Turns of the event loop that others then get: a key needs one from the app to the screen, one to the widget …"""

OUTPUT_WAITING = 256 * 1024
"""Characters of output kept between two events of other kinds; in a flood, listeners get the newest ones."""

ENTERED = 1000
"""Entries at the prompt whose names are known to completion."""

Listener = Callable[[RunEvent], object]


@dataclass(slots=True)
class LabRun:
    """A program, what it printed and did, and how it ended."""

    program: Program
    buffer: TerminalBuffer
    recording: Recording
    run: Run | None = None
    """None until it has started, and again when its process is gone."""
    error: ErrorReport | None = None
    prompt_error: ErrorReport | None = None
    """What the last line of the prompt failed with."""
    seconds: float = 0.0
    """Time that the learner gives this run; 0 for the limit of the lesson and the settings."""
    entered: deque[str] = field(default_factory=lambda: deque(maxlen=ENTERED))
    """What was entered at its prompt, lines and whole blocks."""
    kept: bool = False
    """Whether it is among the kept runs."""
    _listeners: list[Listener] = field(default_factory=list)
    _news: list[str] = field(default_factory=list)
    """Output that listeners have not received yet."""
    _news_length: int = 0

    @property
    def file(self) -> str:
        """Name of the lab file."""
        return self.program.file.name

    @property
    def exit(self) -> Exit | None:
        """How it ended, or None before its end."""
        return self.recording.exit

    def subscribe(self, listener: Listener) -> None:
        """Send the listener every event from now on; output is gathered until the next event of another kind."""
        self._listeners.append(listener)

    def release(self) -> None:
        """Stop sending events to listeners: another run, or none, is on the screen."""
        self._listeners.clear()

    def take(self, event: RunEvent) -> None:
        """Take an event in and pass it on to the listeners."""
        self.recording.take(event)
        if isinstance(event, Output):
            self.buffer.feed(event.text)
            self._news.append(event.text)
            self._news_length += len(event.text)
            if self._news_length > 2 * OUTPUT_WAITING:
                self._news = ["".join(self._news)[-OUTPUT_WAITING:]]
                self._news_length = OUTPUT_WAITING
            return
        if isinstance(event, ErrorReport):
            if self.exit is None:
                self.error = event
            else:
                self.prompt_error = event
        if text := self._take_output():
            self._tell(Output(text=text))
        self._tell(event)

    def _take_output(self) -> str:
        text = "".join(self._news)
        self._news.clear()
        self._news_length = 0
        return text

    def _tell(self, event: RunEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def follow(self) -> None:
        """Take in all events of the run.  Raises RunnerError."""
        if self.run is None:
            return
        turn = time.perf_counter()
        async with aclosing(self.run.events()) as events:
            async for event in events:
                self.take(event)
                if time.perf_counter() - turn > TURN:
                    for _ in range(HOPS):
                        await asyncio.sleep(0)
                    turn = time.perf_counter()
