"""A process with a worker in it, as the front end sees it: how it is read, and how it is ended."""

from __future__ import annotations

import asyncio
import os
import select
import socket
from abc import ABC, abstractmethod
from typing import ClassVar, Literal

from evoclass.errors import RunnerError
from evoclass.frozen import frozen
from evoclass.protocol import MessageReader, Ready, WorkerMessage
from evoclass.running.program import Limits

Reason = Literal["finished", "error", "timeout", "stopped", "memory", "killed", "lost"]
"""Why a run ended, as `Exit` reports it."""

_END = b"\0"
"""Written after everything a process has printed; that output may still be on its way through the terminal."""

_PATIENCE = 1.0
"""Seconds to wait for that output."""


@frozen
class Ended:
    """How a process ended, according to the system."""

    code: int
    signal: int = 0
    """The signal that killed it, 0 for none."""


class WorkerProcess(ABC):
    """The process that a runner makes for each run: `evoclass.worker.Worker` serves in it, here or elsewhere.

    A `WorkerRun` does the rest.
    """

    terminal: ClassVar[bool] = False
    """Whether the program's output and keyboard are a terminal, which echoes its input and knows `\\x04`."""

    def __init__(self, messages: socket.socket, output: int, keyboard: int) -> None:
        """Pass our ends on: of the message socket, of the program's output, and of its input."""
        messages.setblocking(False)
        for descriptor in (output, keyboard):
            os.set_blocking(descriptor, False)
        self.messages, self.output, self.keyboard = messages, output, keyboard
        self.pid = 0
        self.device = "cpu"
        self.ended: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()
        """The runner sets this when the process has ended; None means that its exit status is unknown."""

    @abstractmethod
    def signal(self, number: int) -> None:
        """Send a signal to the program and its children; do nothing when it has ended."""

    @abstractmethod
    def kill(self) -> None:
        """End the process and all its children at once; `ended` is set soon after."""

    @abstractmethod
    def let_go(self) -> None:
        """Close everything opened for it; called once or more, after its end or instead of waiting for that."""

    def lose(self, why: str) -> None:
        """Give up on a process that cannot be ended."""
        self.kill()
        if not self.ended.done():
            self.ended.set_result(None)

    def excess(self, limits: Limits) -> tuple[Reason, str] | None:
        """Return the limit that it exceeds, if any: asked ten times a second.  The run is ended for that."""
        return None

    def starved(self) -> float:
        """Return the seconds for which the program was ready to run but others had the processors; 0 where unknown."""
        return 0.0

    def memory_ran_out(self) -> bool:
        """Whether the system has killed a process of this machine for lack of memory since this one was made."""
        return False

    # ------------------------------------------------------------------------------------ optional abilities

    def end_input(self) -> None:  # noqa: B027 - a terminal has `\x04` for that
        """Close the keyboard: the program reads an end of file."""

    def resize(self, columns: int, rows: int) -> None:  # noqa: B027 - for those with a terminal
        """Tell the program's terminal its size."""

    def hide_typing(self) -> None:  # noqa: B027 - for those with a terminal
        """Turn off the terminal's echo."""

    def calm(self) -> None:  # noqa: B027 - for those with a terminal
        """Undo the program's changes to the terminal's modes; output that it held back continues."""

    def write_behind(self, data: bytes) -> bytes:
        """Write `data` after all output, and return the part that did not fit.

        Only for processes whose output does not end when the process does.
        """
        return b""

    # -------------------------------------------------------------------------------------- before its program

    @property
    def gone(self) -> bool:
        """Whether the process is known to have ended."""
        return self.ended.done()

    @property
    def hung_up(self) -> bool:
        """Whether it has closed its message socket, even if its end is not reported yet."""
        try:
            return not self.messages.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def first_word(self) -> Ready:
        """Wait until the new process is ready for its job.  Raises RunnerError with the last line that it printed."""
        loop = asyncio.get_running_loop()
        reader: MessageReader[WorkerMessage] = MessageReader(WorkerMessage)
        messages: list[WorkerMessage] = []
        while not messages:
            try:
                data = await loop.sock_recv(self.messages, 65536)
            except OSError:
                data = b""
            if not data:
                raise RunnerError(await self._last_line())
            messages += reader.feed(data)
        if not isinstance(messages[0], Ready):
            raise RunnerError("the new process does not answer as it should", "runner.no_answer")
        if self.gone:
            raise RunnerError(await self._last_line())
        return messages[0]

    async def _last_line(self) -> str:
        self.write_behind(_END)
        text = (await asyncio.to_thread(_read_to_end, self.output)).decode(errors="replace")
        lines = text.replace(_END.decode(), "").strip().splitlines()
        return lines[-1] if lines else "the new process ended before it was ready"


def _read_to_end(descriptor: int) -> bytes:
    text = b""
    while _END not in text and select.select([descriptor], [], [], _PATIENCE)[0]:
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        text += piece
    return text
