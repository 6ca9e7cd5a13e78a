"""A process with a worker in it, as the front end sees it: where it is heard, and how it is ended."""

from __future__ import annotations

import asyncio
import os
import select
import socket
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from evoclass.errors import RunnerError
from evoclass.protocol import MessageReader, Ready, WorkerMessage
from evoclass.running.program import Limits

Reason = Literal["finished", "error", "timeout", "stopped", "memory", "killed", "lost"]
"""Why a run has ended, as `Exit` tells it."""

_END = b"\0"
"""Written behind all that a process has printed; what it printed may still be on its way through the terminal."""

_PATIENCE = 1.0
"""Seconds to wait for that."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, as the system says it."""

    code: int
    signal: int = 0
    """The signal that killed it, 0 for none."""


class WorkerProcess(ABC):
    """What a runner makes for each run: a process in which `evoclass.worker.Worker` serves, here or elsewhere.

    A `WorkerRun` does the rest.
    """

    terminal: ClassVar[bool] = False
    """Whether the program's output and keyboard are a terminal, which shows what is typed and knows `\\x04`."""

    def __init__(self, messages: socket.socket, output: int, keyboard: int) -> None:
        """Give our ends: of the message socket, of what the program prints, and of what it reads."""
        messages.setblocking(False)
        for descriptor in (output, keyboard):
            os.set_blocking(descriptor, False)
        self.messages, self.output, self.keyboard = messages, output, keyboard
        self.pid = 0
        self.device = "cpu"
        self.ended: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()
        """Set by the runner when the process has ended; None means that its exit status is unknown."""

    @abstractmethod
    def signal(self, number: int) -> None:
        """Send a signal to the program and what it started; do nothing when it has ended."""

    @abstractmethod
    def kill(self) -> None:
        """End the process and all that it started, at once; `ended` is set soon after."""

    @abstractmethod
    def let_go(self) -> None:
        """Close all that was opened for it; called once or more, after its end or instead of waiting for that."""

    def lose(self, why: str) -> None:
        """Give up on a process that cannot be ended."""
        self.kill()
        if not self.ended.done():
            self.ended.set_result(None)

    def excess(self, limits: Limits) -> tuple[Reason, str] | None:
        """Say if it uses more than it may, and of what: asked ten times a second.  The run is ended for that."""
        return None

    def memory_ran_out(self) -> bool:
        """Say if the system has killed a process of this machine for want of memory since this one was made."""
        return False

    # ------------------------------------------------------------------------- what only some of them can do

    def end_input(self) -> None:  # noqa: B027 - a terminal has `\x04` for that
        """Close the keyboard: the program reads an end of file."""

    def resize(self, columns: int, rows: int) -> None:  # noqa: B027 - for those with a terminal
        """Tell the program's terminal its size."""

    def hide_typing(self) -> None:  # noqa: B027 - for those with a terminal
        """Have the terminal show nothing of what is typed."""

    def calm(self) -> None:  # noqa: B027 - for those with a terminal
        """Undo what the program has done to the terminal's modes; what it held back goes on its way."""

    def write_behind(self, data: bytes) -> bytes:
        """Write `data` behind all that was printed, and return what there was no room for.

        Only where the output does not come to an end of its own when the process does.
        """
        return b""

    # -------------------------------------------------------------------------------------- before its program

    @property
    def gone(self) -> bool:
        """Whether it is known that the process has ended."""
        return self.ended.done()

    @property
    def hung_up(self) -> bool:
        """Whether it has closed its message socket, even if nobody has told of its end yet."""
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
