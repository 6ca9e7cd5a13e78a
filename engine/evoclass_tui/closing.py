"""The end of the program: let go of everything, but do not make the learner wait."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable

from evoclass.runner import Runner

PATIENCE = 1.0
"""Seconds to wait for runners to close at the end."""


KEEPING = 3
"""Seconds that keeping what there is may take when the terminal is gone."""


def keep_when_hung_up(keep: Callable[[], Awaitable[None]]) -> None:
    """Have `keep` called when the terminal's window is closed, which then ends the process as it always does."""
    if not hasattr(signal, "SIGHUP"):
        return
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    async def keep_and_go() -> None:
        # Nothing can be drawn any more, and the first attempt to may block: this ends the process all the same.
        signal.alarm(KEEPING)
        try:
            await keep()
        finally:
            loop.remove_signal_handler(signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGHUP)

    loop.add_signal_handler(signal.SIGHUP, lambda: tasks.add(asyncio.ensure_future(keep_and_go())))


async def close_all(runners: Iterable[Runner], patience: float = PATIENCE) -> None:
    """Close runners side by side, and wait for that only so long."""
    closing = [asyncio.create_task(runner.close()) for runner in runners]
    if closing:
        await asyncio.wait(closing, timeout=patience)
