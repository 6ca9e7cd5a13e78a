"""Stop, step by step: ask, interrupt, terminate, kill."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable

from evoclass.running.workerprocess import WorkerProcess

LADDER = (("halt", 0.5), ("interrupt", 2.0), ("terminate", 1.5))
"""Steps before SIGKILL, each with its time in seconds."""

REPEAT = 0.3
"""Seconds between two interrupts of a line at the prompt, which may not have started at the first one."""


class Ladder:
    """One climb; a second request to stop goes straight to the top."""

    def __init__(
        self, process: WorkerProcess, halt: Callable[[], None], still: asyncio.Event, at_prompt: bool
    ) -> None:
        self._process = process
        self._halt = halt
        self._still = still
        """Set when nothing is left to stop."""
        self._at_prompt = at_prompt
        self._task = asyncio.get_running_loop().create_task(self._climb())

    @property
    def climbing(self) -> bool:
        """Whether it is still climbing."""
        return not self._task.done()

    def skip(self) -> None:
        """Kill at once."""
        self._process.kill()

    async def _climb(self) -> None:
        loop = asyncio.get_running_loop()
        for step, seconds in LADDER:
            deadline = loop.time() + seconds
            while (left := deadline - loop.time()) > 0:
                if step == "halt" and not self._at_prompt:
                    self._halt()
                else:
                    self._process.signal(signal.SIGTERM if step == "terminate" else signal.SIGINT)
                self._process.signal(signal.SIGCONT)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._still.wait(), min(left, REPEAT) if self._at_prompt else left)
                    return
        self._process.kill()

    async def leave(self) -> None:
        """Stop climbing."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
