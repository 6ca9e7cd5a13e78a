"""One runner for all tests of a way to start processes: making one costs an import of torch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest_asyncio

from evoclass.contracts.outcome import complete
from evoclass_local.family import descendants
from evoclass_local.runners import LocalCpu, LocalRunner

GLUTTON = """
import time
kept = [bytearray(b'x') * 20_000_000 for _ in range(100)]
time.sleep(60)
"""
"""Takes more memory than it may; two gigabytes and no more, should nobody hinder it."""


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def forking() -> AsyncIterator[LocalRunner]:
    """A runner whose processes are forks."""
    runner = LocalCpu()
    with environment(EVOCLASS_START="fork"):
        await runner.warm_up()
    yield runner
    await runner.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def spawning() -> AsyncIterator[LocalRunner]:
    """A runner whose processes are fresh interpreters; torch is left out, to save each the seconds of its import."""
    runner = LocalCpu()
    with environment(EVOCLASS_START="spawn", EVOCLASS_PRELOAD=""):
        await runner.warm_up()
    yield runner
    await runner.close()


@pytest_asyncio.fixture(loop_scope="session")
async def runner(forking: LocalRunner, tmp_path: Path) -> AsyncIterator[LocalRunner]:
    """The usual runner; whatever the test has done to it, nothing is left over and the next run works."""
    yield forking
    await still_good(forking, tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(spawning: LocalRunner, tmp_path: Path) -> AsyncIterator[LocalRunner]:
    """The same with fresh interpreters."""
    yield spawning
    await still_good(spawning, tmp_path)


async def gone(pids: set[int], seconds: float = 10.0) -> None:
    """Wait until none of these processes runs any more; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while any(_runs(pid) for pid in pids):  # noqa: ASYNC110 - other processes give no sign when they are gone
            await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    """Say whether the process has a thread left: until the last one ends, a zombie still holds its sockets open."""
    try:
        if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            return True
        return len(os.listdir(f"/proc/{pid}/task")) > 1
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return False


async def nothing_left(runner: LocalRunner, helpers: int = 2) -> None:
    """Wait until the runner has no process but its nursery, one spare and its helpers; raises TimeoutError.

    The helpers are the spare's keeper and one that waits for the next child; a sandbox needs two more.
    """
    await runner.warm_up()
    nursery, spare, family = 0, 0, list[int]()
    try:
        async with asyncio.timeout(30):
            while True:
                nursery, spare = runner.processes
                family = descendants(nursery) if nursery else []
                if spare in family and len(family) == 1 + helpers:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError as error:
        found = [f"{one.pid} of {one.ppid()}: {one.status()}" for one in map(psutil.Process, family)]
        raise TimeoutError(f"nursery {nursery}, spare {spare}, others: {found}") from error


async def still_good(runner: LocalRunner, folder: Path, helpers: int = 2) -> None:
    """Check that nothing is left over and that the next run works."""
    outcome = await complete(runner, "print(6 * 7)", folder)
    assert (outcome.output, outcome.exit.reason) == ("42\n", "finished")
    await nothing_left(runner, helpers)
