"""A way to a host that has to be waited for: Stop gives it up, and whoever ends gives back what it held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evoclass.contracts.outcome import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass.runner import Limits
from evoclass_remote.command import CommandRunner
from evoclass_remote.link import Link, Stream, Tell


class Queue(Link):
    """A queue that never moves, or that lets nobody in."""

    def __init__(self, refusal: RunnerError | None = None) -> None:
        self.refusal = refusal
        self.held = self.slow = False
        self.opened = 0

    async def open(self, tell: Tell) -> Stream:
        self.opened += 1
        self.held = True
        tell(Waiting(stage="queued", place=3))
        if self.refusal is not None:
            raise self.refusal
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        self.held = False
        if self.slow:
            await asyncio.Event().wait()


class Queued(CommandRunner):
    """A runner behind a queue."""

    name = "queued"

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.told: asyncio.Queue[Waiting | None] = asyncio.Queue()
        self.on_waiting = self.told.put_nowait

    def make_link(self) -> Link:
        return self.queue

    async def in_the_queue(self) -> None:
        """Wait until the place in the queue is known."""
        async with asyncio.timeout(10):
            while (waiting := await self.told.get()) is None or waiting.place != 3:
                pass

    async def in_no_queue(self) -> None:
        """Wait until the wait is said to be over."""
        async with asyncio.timeout(10):
            while await self.told.get() is not None:
                pass


@pytest.fixture
async def runner() -> AsyncIterator[Queued]:
    made = Queued()
    yield made
    await made.close()


async def test_stop_gives_up_the_place_in_the_queue_and_run_asks_for_another(
    runner: Queued, tmp_path: Path
) -> None:
    warming = asyncio.create_task(runner.warm_up())
    outcome = Outcome(await runner.start(program("pass", tmp_path), Limits()))
    await runner.in_the_queue()
    await outcome.run.stop()
    assert (await outcome.to_the_end()).exit.reason == "stopped"
    with pytest.raises(RunnerError):
        await warming
    assert not runner.queue.held
    await runner.in_no_queue()
    again = Outcome(await runner.start(program("pass", tmp_path), Limits()))
    await runner.in_the_queue()
    assert runner.queue.opened == 2
    await again.run.close()


async def test_stop_keeps_the_place_for_another_program(runner: Queued, tmp_path: Path) -> None:
    one, two = [await runner.start(program("pass", tmp_path), Limits()) for _ in range(2)]
    await runner.in_the_queue()
    await one.stop()
    await asyncio.sleep(0)
    assert runner.queue.held
    assert not runner.session.over
    await two.stop()
    await runner.close()
    assert (runner.queue.held, runner.queue.opened) == (False, 1)


async def test_a_link_that_fails_for_good_gives_back_what_it_held(runner: Queued) -> None:
    runner.queue.refusal = RunnerError("no such account", "slurm.refused")
    with pytest.raises(RunnerError, match="no such account"):
        await runner.warm_up()
    await runner.in_the_queue()
    await runner.in_no_queue()
    assert not runner.queue.held


async def test_a_front_end_that_does_not_wait_for_the_end_leaves_no_session_to_come_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVOCLASS_HOME", str(tmp_path))
    runner = Queued()
    warming = asyncio.create_task(runner.warm_up())
    await runner.in_the_queue()
    assert list_of(tmp_path / "remote")
    runner.queue.slow = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(runner.close(), 0.01)
    with pytest.raises(RunnerError):
        await warming
    assert not list_of(tmp_path / "remote")


def list_of(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())
