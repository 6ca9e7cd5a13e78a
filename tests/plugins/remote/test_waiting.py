"""A way to a host that has to be waited for: Stop gives it up, and whoever ends gives back what it held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evoclass.contracts.runner import Outcome, program
from evoclass.errors import RunnerError
from evoclass.protocol import Waiting
from evoclass.runner import Limits
from evoclass_remote.command import CommandRunner
from evoclass_remote.link import Link, Stream, Tell


class Queue(Link):
    """A queue that never moves, or that lets nobody in."""

    def __init__(self, refusal: RunnerError | None = None) -> None:
        self.refusal = refusal
        self.held = False
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
        while (waiting := await self.told.get()) is None or waiting.place != 3:
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
    assert await runner.told.get() is None
    again = Outcome(await runner.start(program("pass", tmp_path), Limits()))
    await runner.in_the_queue()
    assert runner.queue.opened == 2
    await again.run.close()


async def test_stop_keeps_the_place_for_another_program(runner: Queued, tmp_path: Path) -> None:
    one, two = [await runner.start(program("pass", tmp_path), Limits()) for _ in range(2)]
    await runner.in_the_queue()
    await one.stop()
    assert runner.queue.held
    await two.stop()
    await runner.close()
    assert (runner.queue.held, runner.queue.opened) == (False, 1)


async def test_a_link_that_fails_for_good_gives_back_what_it_held(runner: Queued) -> None:
    runner.queue.refusal = RunnerError("no such account", "slurm.refused")
    with pytest.raises(RunnerError, match="no such account"):
        await runner.warm_up()
    await runner.in_the_queue()
    assert await runner.told.get() is None
    assert not runner.queue.held
