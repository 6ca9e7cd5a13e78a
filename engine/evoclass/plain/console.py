"""Lines in, lines out: the use of a terminal, a pipe or a file in plain mode."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterable
from functools import cached_property

from evoclass.plain.retelling import Retelling
from evoclass.running.terminal import TerminalBuffer
from evoclass.wording.printable import printable


class Leave(Exception):
    """The learner wants to leave, or there is no more input."""


class Console:
    """Standard input and output."""

    def __init__(self) -> None:
        self._output = Retelling(_write)

    @property
    def interactive(self) -> bool:
        """Whether a person types here (not a pipe)."""
        return sys.stdin.isatty()

    def say(self, *lines: str) -> None:
        """Print lines."""
        self._output.finish()
        for line in lines:
            print(printable(line.rstrip()), flush=True)

    def program(self, text: str) -> None:
        """Pass a program's output on, each line in its last state."""
        self._output.feed(text)

    def ask(self, question: str) -> str:
        """Print a question and ` > `, and return the line that answers it.

        Raises Leave at the end of input or on Ctrl+C.
        """
        try:
            line = self._line(f"{question} > ")
        except Leave:
            print(flush=True)
            raise
        if not self.interactive:
            print(
                printable(line), flush=True
            )  # a pipe's input is not echoed: a transcript must show the answers
        return line.strip()

    def text(self, question: str) -> str:
        """Ask for several lines; a line with a single dot ends them."""
        self.say(question)
        lines = []
        while (line := self._line()) != ".":
            lines.append(line)
        return "\n".join(lines)

    def _wait(self) -> None:
        """Return when there is a line to read; a Ctrl+C is noticed at any time.

        `input` loses one that arrives just before it starts to read: its flag is set, and then it waits for a line.
        """
        heard, wake = self._signals
        before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        try:
            while sys.stdin not in select.select([sys.stdin, heard], [], [])[0]:
                os.read(heard, 1)  # a signal that ended nothing
        finally:
            signal.set_wakeup_fd(before)

    @cached_property
    def _signals(self) -> tuple[int, int]:
        heard, wake = os.pipe()
        os.set_blocking(wake, False)
        return heard, wake

    def _line(self, prompt: str = "") -> str:
        try:
            print(printable(prompt), end="", flush=True)
            if self.interactive and os.name == "posix":
                self._wait()
            return input()
        except (EOFError, KeyboardInterrupt):
            raise Leave from None


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def settled(chunks: Iterable[str]) -> str:
    """Return the text that a terminal would show in the end: a progress bar in its last state, no colours."""
    buffer = TerminalBuffer()
    for chunk in chunks:
        buffer.feed(chunk)
    return buffer.plain()
