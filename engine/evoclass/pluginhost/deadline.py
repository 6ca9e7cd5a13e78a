"""An end for the coroutines of plugins, whether they wait, compute, or block the loop that they run in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

from evoclass.pluginhost.loading import contained

STEP = 5.0
"""Seconds for which a coroutine may hold up the loop."""

GRACE = 0.5
"""Seconds that a cancelled coroutine gets to clean up."""

Result = TypeVar("Result")


async def with_end(work: Callable[[], Awaitable[Result]], seconds: float = 0.0) -> Result:
    """Return the result of a coroutine; each of its steps has an end, and with `seconds` the whole has one.

    Raises its exceptions, and TimeoutError.
    """
    if not seconds:
        return await _Steps(work)
    task = asyncio.ensure_future(_Steps(work))
    try:
        await asyncio.wait([task], timeout=seconds)
    except asyncio.CancelledError:
        await _abandon(task)
        raise
    if not task.done():
        await _abandon(task)
        raise TimeoutError(f"took more than {seconds:g} s")
    return task.result()


async def _abandon(task: asyncio.Future[Any]) -> None:
    """End a task, one that does not want to end included."""
    for _ in range(2):
        if not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=GRACE)
    if task.done() and not task.cancelled():
        task.exception()  # it comes too late for anybody


class _Steps(Awaitable[Result]):
    """Goes through a coroutine step by step; one that is cancelled may clean up, and must end when cancelled again."""

    def __init__(self, work: Callable[[], Awaitable[Result]]) -> None:
        self._work = work

    def __await__(self) -> Generator[Any, Any, Result]:
        inner: Any = contained(lambda: self._work().__await__(), STEP)
        thrown: BaseException | None = None
        cancelled = False

        def step() -> tuple[bool, Any, BaseException | None]:
            """Return whether the coroutine has ended, what it waits for or its result, and how it was cancelled."""
            try:
                return False, inner.send(None) if thrown is None else inner.throw(thrown), None
            except StopIteration as end:
                return True, end.value, None
            except asyncio.CancelledError as error:
                return True, None, error

        while True:
            ended, found, error = contained(step, STEP)
            if error is not None:
                raise error
            if ended:
                result: Result = found
                return result
            thrown = None
            try:
                yield found
            except asyncio.CancelledError as error:
                if cancelled:
                    with contextlib.suppress(Exception):  # it does not want to end
                        contained(inner.close, STEP)
                    raise
                cancelled, thrown = True, error
            except Exception as error:
                thrown = error
