"""One run of a lab as the screen follows it: plain data that a worker fills and widgets read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from evoclass.protocol import ErrorReport, Exit, Output, RunEvent
from evoclass.runner import Program, Run
from evoclass.running.recording import Recording
from evoclass.running.terminal import TerminalBuffer

TURN = 0.004
"""Seconds that events may be taken in without letting the screen draw and take keys."""

HOPS = 6
"""Turns of the event loop left to others after that: a key takes one from the app to the screen, one to the widget …"""

OUTPUT_WAITING = 256 * 1024
"""Characters of output kept for the panels between two looks; a panel sees the newest of a flood."""


@dataclass(slots=True)
class LabRun:
    """A program, what it printed and did, and how it ended."""

    program: Program
    buffer: TerminalBuffer
    recording: Recording
    run: Run | None = None
    """None until it has started, and again when its process is gone."""
    error: ErrorReport | None = None
    seconds: float = 0.0
    """Time that the learner gives this run; 0 for the limit of the lesson and the settings."""
    kept: bool = False
    """Whether it is among the runs that are kept."""
    _news: list[str] = field(default_factory=list)
    _news_length: int = 0

    @property
    def file(self) -> str:
        """Name of the lab file."""
        return self.program.file.name

    @property
    def exit(self) -> Exit | None:
        """How it ended, if it has."""
        return self.recording.exit

    def take(self, event: RunEvent) -> None:
        """Fold one event in."""
        self.recording.take(event)
        if isinstance(event, Output):
            self.buffer.feed(event.text)
            self._news.append(event.text)
            self._news_length += len(event.text)
            if self._news_length > 2 * OUTPUT_WAITING:
                self._news = ["".join(self._news)[-OUTPUT_WAITING:]]
                self._news_length = OUTPUT_WAITING
        elif isinstance(event, ErrorReport):
            self.error = event

    def take_output(self) -> str:
        """Return what was printed since the last call."""
        text = "".join(self._news)
        self._news.clear()
        self._news_length = 0
        return text

    async def follow(self, tell: Callable[[RunEvent], object]) -> None:
        """Take in all events of the run, and tell of those that are not output.  Raises RunnerError."""
        if self.run is None:
            return
        turn = time.perf_counter()
        async with aclosing(self.run.events()) as events:
            async for event in events:
                self.take(event)
                if not isinstance(event, Output):
                    tell(event)
                if time.perf_counter() - turn > TURN:
                    for _ in range(HOPS):
                        await asyncio.sleep(0)
                    turn = time.perf_counter()
