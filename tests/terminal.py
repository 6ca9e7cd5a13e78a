"""The real program in a real pseudo-terminal, and a screen to read."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import pexpect
import pyte

KEYS = {
    "F1": "\x1bOP",
    "F5": "\x1b[15~",
    "Enter": "\r",
    "Tab": "\t",
    "Shift+Tab": "\x1b[Z",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "PageDown": "\x1b[6~",
    "PageUp": "\x1b[5~",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "Escape": "\x1b",
    "Space": " ",
}


class Terminal:
    """A program in a terminal of a given size."""

    def __init__(
        self,
        arguments: Sequence[str],
        columns: int,
        rows: int,
        environment: Mapping[str, str],
        before: Sequence[str] = (),
    ) -> None:
        """The words `before` are a command that starts the program somewhere."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        words = [*before, sys.executable, "-m", "evoclass", *arguments]
        self.child = pexpect.spawn(
            words[0],
            words[1:],
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            timeout=60,
        )

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def _read(self, seconds: float) -> None:
        try:
            self._stream.feed(self.child.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            return

    def wait(self, condition: str | Callable[[str], bool], seconds: float = 60.0) -> str:
        """Read until the screen holds a text (or fulfils a condition) and return the screen."""
        holds = condition if callable(condition) else (lambda text: condition in text)
        end = time.monotonic() + seconds
        while not holds(self.text):
            if time.monotonic() > end:
                raise AssertionError(f"never came: {condition!r}; the screen says:\n{self.text}")
            try:
                self._read(0.2)
            except pexpect.EOF:
                raise AssertionError(f"ended before {condition!r}; the screen says:\n{self.text}") from None
        return self.text

    def press(self, *keys: str) -> None:
        """Press keys: names such as `F5`, `^S`, or text to type."""
        for key in keys:
            if len(key) == 2 and key[0] == "^":
                self.child.send(chr(ord(key[1].upper()) - 64))
            else:
                self.child.send(KEYS.get(key, key))

    def click(self, text: str, last: bool = False) -> None:
        """Click on the first (or last) place where a text stands on the screen, once it is there."""
        self._wait_for_rest(text)
        places = [(row, line.find(text)) for row, line in enumerate(self.screen.display) if text in line]
        assert places, f"nowhere on the screen: {text!r}\n{self.text}"
        row, column = places[-1 if last else 0]
        # SGR mouse report: press and release of the left button; columns and rows count from 1.
        self.child.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")

    def _wait_for_rest(self, text: str) -> None:
        """Wait until a text stands where it stood for a while: a page that is still being laid out moves."""
        before: list[str] = []

        def rests(screen: str) -> bool:
            now = [f"{row} {line.find(text)}" for row, line in enumerate(screen.split("\n")) if text in line]
            before.append(" ".join(now))
            return bool(now) and len(before) > 2 and len(set(before[-3:])) == 1

        self.wait(rests)

    def ended(self) -> int:
        """Wait for the program's end and return its exit code."""
        end = time.monotonic() + 30
        while True:
            try:
                self._read(0.2)
            except pexpect.EOF:
                break
            assert time.monotonic() < end, f"did not end; the screen says:\n{self.text}"
        self.child.close()
        return int(
            self.child.exitstatus if self.child.exitstatus is not None else 128 + self.child.signalstatus
        )
