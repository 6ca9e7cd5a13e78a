"""The end of the program: release everything without making the learner wait."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from evoclass import startup

if TYPE_CHECKING:
    from evoclass.runner import Runner


PATIENCE = 1.0
"""Seconds to wait for runners to close at the end."""


KEEPING = 10
"""Seconds that saving may take when the terminal is gone: nobody waits, and a busy machine needs some."""


def keep_when_hung_up(keep: Callable[[], Awaitable[None]]) -> None:
    """Call `keep` when the terminal's window is closed; the process then ends as it always does."""
    if not hasattr(signal, "SIGHUP"):
        return
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    async def keep_and_go() -> None:
        # Nothing can be drawn any more, and the first attempt to draw may block: this ends the process anyway.
        signal.alarm(KEEPING)
        try:
            await keep()
            startup.keep()
        finally:
            loop.remove_signal_handler(signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGHUP)

    loop.add_signal_handler(signal.SIGHUP, lambda: tasks.add(asyncio.ensure_future(keep_and_go())))


async def close_all(runners: Iterable[Runner], patience: float = PATIENCE) -> None:
    """Close runners side by side, and wait for them at most `patience` seconds."""
    closing = [asyncio.create_task(runner.close()) for runner in runners]
    if closing:
        await asyncio.wait(closing, timeout=patience)
