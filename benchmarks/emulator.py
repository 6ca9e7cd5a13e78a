"""A program in a pseudo-terminal, with a terminal emulator at its other end."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

SIZE = (40, 120)
"""Rows and columns."""


class Emulator:
    """Runs Python with these arguments, and shows what it draws."""

    def __init__(self, arguments: Sequence[str], **environment: str) -> None:
        self.screen = pyte.Screen(SIZE[1], SIZE[0])
        self.stream = pyte.ByteStream(self.screen)
        self.sent = 0
        """Bytes that the program has sent so far."""
        variables = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        for name in ("SSH_CONNECTION", "PYTHONDONTWRITEBYTECODE"):  # an installed program has its bytecode
            variables.pop(name, None)
        self.begun = time.perf_counter()
        self.child = pexpect.spawn(
            sys.executable, list(arguments), dimensions=SIZE, env=variables, timeout=60, maxread=65536
        )
        self.child.delaybeforesend = None

    def read(self, patience: float = 0.05) -> bytes:
        """Return the next output, or nothing after a moment."""
        try:
            data: bytes = self.child.read_nonblocking(65536, timeout=patience)
        except pexpect.TIMEOUT:
            return b""
        self.sent += len(data)
        return data

    def wait_raw(self, text: str, seconds: float = 120.0) -> float:
        """Return the seconds from the start until this text of one word arrives, without emulating anything."""
        wanted, seen = text.encode(), b""
        while wanted not in seen:
            if time.perf_counter() - self.begun > seconds:
                raise RuntimeError(f"never came: {text}")
            seen = seen[-len(wanted) :] + self.read()
        return time.perf_counter() - self.begun

    def wait(self, there: Callable[[str], bool], seconds: float = 60.0) -> None:
        """Draw until the screen's text passes this test."""
        end = time.monotonic() + seconds
        while not there(self.text):
            if time.monotonic() > end:
                raise RuntimeError("never came:\n" + self.text)
            self.stream.feed(self.read())

    def settle(self, quiet: float = 0.5) -> None:
        """Draw until nothing has come for a while."""
        while data := self.read(quiet):
            self.stream.feed(data)

    def watch(self, seconds: float) -> None:
        """Draw what comes in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.stream.feed(self.read(left))

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.screen.display)

    def row(self, text: str) -> int | None:
        """Return the row of a text on the screen."""
        return next((row for row, line in enumerate(self.screen.display) if text in line), None)

    @property
    def memory(self) -> float:
        """Resident megabytes of the program, without its children."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    @property
    def busy(self) -> float:
        """Seconds of a processor that the program has used, without its children."""
        threads = Path(f"/proc/{self.child.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def click(self, text: str) -> None:
        """Click at the end of a text with the mouse."""
        for row, line in enumerate(self.screen.display):
            column = line.find(text)
            if column >= 0:
                for kind in "Mm":
                    self.child.send(f"\x1b[<0;{column + len(text)};{row + 1}{kind}")
                return
        raise RuntimeError(f"not on the screen: {text}")

    def leave(self) -> None:
        """Leave the program by its key, and wait for its end."""
        self.child.send("\x11")
        while self.child.isalive():
            try:
                self.read()
            except pexpect.EOF:
                self.child.wait()

    def close(self) -> None:
        """End the program; on a busy machine it takes a while to be gone."""
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.close()
