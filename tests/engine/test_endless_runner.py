"""Calls into a plugin's runner come to an end, whatever the plugin does with the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from evoclass.errors import PluginError
from evoclass.pluginhost import deadline, keptrunner
from evoclass.pluginhost.keptrunner import kept_runner
from evoclass.protocol import Detail, RunEvent, Started
from evoclass.runner import Availability, Limits, Program, Run, Runner


async def waits() -> None:
    await asyncio.Event().wait()


async def blocks() -> None:
    time.sleep(60)  # noqa: ASYNC251 - a plugin may do so


async def refuses() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


HANGS = [waits, blocks, refuses]


class HangingRun(Run):
    running = False

    def __init__(self, hang: Callable[[], Awaitable[None]]) -> None:
        self.hang = hang

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        yield Started(pid=1)
        await blocks()

    def write(self, text: str) -> None:
        time.sleep(60)

    def resize(self, columns: int, rows: int) -> None: ...

    async def stop(self) -> None:
        await self.hang()

    async def evaluate(self, source: str) -> None: ...

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        return Detail(request=0, expression=expression)

    async def close(self) -> None:
        await self.hang()


class Hanging(Runner):
    name = "hanging"
    ready = True

    def __init__(self, hang: Callable[[], Awaitable[None]]) -> None:
        self.hang = hang

    @classmethod
    def available(cls) -> Availability:
        return Availability(ok=True)

    async def warm_up(self) -> None: ...

    async def start(self, program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        return HangingRun(self.hang)

    async def close(self) -> None:
        await self.hang()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (keptrunner, "CLOSING"),
        (keptrunner, "STOPPING"),
        (keptrunner, "STEP"),
        (deadline, "STEP"),
        (deadline, "GRACE"),
    ):
        monkeypatch.setattr(module, name, 0.1)


async def started(hang: Callable[[], Awaitable[None]] = waits) -> Run:
    here = Path("/")
    return await kept_runner(Hanging(hang), "foreign").start(
        Program(source="", file=here / "a.py", folder=here), Limits()
    )


@pytest.mark.parametrize("hang", HANGS)
async def test_closing_a_runner_ends(hang: Callable[[], Awaitable[None]]) -> None:
    with pytest.raises(PluginError, match=r"plugin foreign, hanging\.close\(\): .*took more than"):
        await kept_runner(Hanging(hang), "foreign").close()


@pytest.mark.parametrize("hang", HANGS)
async def test_closing_and_stopping_a_run_end(hang: Callable[[], Awaitable[None]]) -> None:
    run = await started(hang)
    for call in (run.close, run.stop):
        with pytest.raises(PluginError, match="took more than"):
            await call()


async def test_events_and_keys_that_hold_up_the_loop_end() -> None:
    run = await started()
    events = run.events()
    assert await anext(events) == Started(pid=1)
    with pytest.raises(PluginError, match="took more than"):
        await anext(events)
    with pytest.raises(PluginError, match="took more than"):
        run.write("x")


@pytest.mark.parametrize("hang", HANGS)
def test_a_program_can_end_while_a_plugin_hangs(hang: Callable[[], Awaitable[None]]) -> None:
    async def leave() -> None:
        closing = asyncio.ensure_future(kept_runner(Hanging(hang), "foreign").close())
        await asyncio.wait([closing], timeout=0.01)
        if closing.done():
            closing.exception()

    asyncio.run(leave())
