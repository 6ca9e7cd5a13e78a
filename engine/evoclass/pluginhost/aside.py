"""Runs a plugin's coroutine in a separate thread, so that blocking code delays neither the screen nor the exit."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from evoclass.exercise import Bench, CodeResult
from evoclass.pluginhost.timelimit import Overdue, absorb, interrupt

LOOK = 0.05
"""Seconds between two looks at the clock."""

GRACE = 0.5
"""Seconds that cancelled work gets to end without interruption."""

TRIES = 20
"""Most interruptions of a thread that does not stop."""


class _Relay:
    """The bench as a thread sees it: code still runs in the home loop, and its time does not count."""

    def __init__(self, bench: Bench, home: asyncio.AbstractEventLoop) -> None:
        self.language = bench.language
        self.text, self.explain = bench.text, bench.explain
        self.running = 0
        self.since = time.monotonic()
        """When the plugin's own code last resumed."""
        self._bench, self._home = bench, home

    async def run(
        self, code: str, *, values: Sequence[str] = (), seconds: float = 20.0, seed: int = 0
    ) -> CodeResult:
        """Run `code` in a clean process."""
        self.running += 1
        try:
            result = self._bench.run(code, values=values, seconds=seconds, seed=seed)
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_whole(result), self._home))
        finally:
            self.running -= 1
            self.since = time.monotonic()


async def _whole(result: Awaitable[CodeResult]) -> CodeResult:
    return await result


async def aside(work: Callable[[Bench], Awaitable[Any]], bench: Bench, seconds: float) -> Any:
    """Return the result of `work`.  Raises its exceptions; TimeoutError once it has used `seconds` of its own time.

    A thread that cannot be interrupted is abandoned; it does not keep the process from ending.
    """
    home = asyncio.get_running_loop()
    relay = _Relay(bench, home)
    done: asyncio.Future[Any] = home.create_future()
    task: list[asyncio.Task[Any]] = []
    loops: list[asyncio.AbstractEventLoop] = []

    def settle(result: Any, error: BaseException | None) -> None:
        if not done.done():
            done.set_exception(error) if error is not None else done.set_result(result)

    async def awaited() -> Any:
        loops.append(asyncio.get_running_loop())
        current = asyncio.current_task()
        assert current is not None
        task.append(current)
        return await work(relay)

    def run() -> None:
        result, error = None, None
        try:
            result = asyncio.run(awaited())
        except Exception as raised:
            error = raised
        except BaseException as raised:  # an interruption, or a plugin that wants to end the program
            error = RuntimeError(f"{type(raised).__name__}: {raised}")
            error.__cause__ = raised
        with contextlib.suppress(RuntimeError):  # the front end has gone meanwhile
            home.call_soon_threadsafe(settle, result, error)

    thread = threading.Thread(target=run, name="plugin", daemon=True)
    thread.start()
    try:
        while not done.done():
            await asyncio.wait([done], timeout=LOOK)
            if not relay.running and time.monotonic() - relay.since > seconds:
                break
        if done.done():
            return done.result()
    except asyncio.CancelledError:
        _cancel(task, loops)
        raise
    _cancel(task, loops)
    await asyncio.wait([done], timeout=GRACE)
    for _ in range(TRIES):
        if done.done() or thread.ident is None:
            break
        interrupt(thread.ident, Overdue)
        await asyncio.wait([done], timeout=LOOK)
    absorb()
    if done.done():
        done.exception()  # reported
    raise TimeoutError(f"took more than {seconds:g} s")


def _cancel(task: list[asyncio.Task[Any]], loops: list[asyncio.AbstractEventLoop]) -> None:
    if task and loops:
        with contextlib.suppress(RuntimeError):  # it has just ended
            loops[0].call_soon_threadsafe(task[0].cancel)
