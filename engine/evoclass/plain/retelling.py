"""A program's output as plain mode tells it: a line that is drawn again and again is told once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from evoclass.running.escapes import EscapeFilter
from evoclass.running.terminal import TerminalBuffer

_REDRAWS = re.compile(r"[\r\b]|\x1b\[[\d;:]*[CDGKJXP@]")
"""What moves back in a line, or erases part of it."""

SOON = 0.15
"""Seconds after which the beginning of a line is told: a prompt has no end, while a bar moves back at once."""

LATE = 3.0
"""Seconds of silence after which a redrawn line is told without its end: the program may wait for an answer."""


class Retelling:
    """Tells a program's output line by line, without the sequences that could do more than colour.

    Who sees the screen sees a progress bar move; a screen reader would read out each of its states.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        self._escapes = EscapeFilter()
        self._line = ""
        """The line that has not ended yet."""
        self._redrawn: TerminalBuffer | None = None
        """The same line as a terminal shows it, once it was redrawn."""
        self._told = ""
        """What was told of the line."""
        self._timer: asyncio.TimerHandle | None = None

    def feed(self, text: str) -> None:
        """Take output, cut anywhere."""
        self._stop()
        *lines, last = self._escapes.feed(text).split("\n")
        for line in lines:
            self._add(line)
            self._end()
        self._add(last)
        if last:
            pause = SOON if self._redrawn is None else LATE
            self._timer = asyncio.get_running_loop().call_later(pause, self._catch_up)

    def finish(self) -> None:
        """Tell what is left of the last line; what comes next is not the program's."""
        self._stop()
        if self._line:
            self._end()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _add(self, text: str) -> None:
        if self._redrawn is None and _REDRAWS.search(text):
            self._redrawn = TerminalBuffer()
            self._redrawn.feed(self._line)
        if self._redrawn is None:
            self._line += text
        else:
            self._redrawn.feed(text)
            self._line = self._redrawn.plain()

    def _end(self) -> None:
        self._catch_up("\n")
        self._line = self._told = ""
        self._redrawn = None

    def _catch_up(self, end: str = "") -> None:
        """Tell what has been added to the line, or the line again if it has changed."""
        added = self._line.startswith(self._told)
        self._tell((self._line[len(self._told) :] if added else f"\n{self._line}") + end)
        self._told = self._line
