"""A run that wants more than it may is ended or refused, and told why."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evoclass.contracts.outcome import begin, complete
from evoclass.protocol import Prompt
from evoclass.runner import Limits
from evoclass.running import ending, load
from evoclass_local import family, usage
from evoclass_local.runners import LocalRunner

from .conftest import GLUTTON

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 2**20


async def test_memory_of_a_child_process(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', {GLUTTON!r}]).returncode)"
    outcome = await complete(runner, source, tmp_path, Limits(memory=800 * MEGABYTE))
    assert outcome.exit.reason == "memory"


@pytest.fixture
def small_machine() -> Iterator[Path]:
    """The file by which a process enters a control group that runs out of memory as a machine of 50 MB would."""
    for base, name in (("memory", "memory.limit_in_bytes"), ("", "memory.max")):
        group = Path("/sys/fs/cgroup", base, f"evoclass-{os.getpid()}")
        with contextlib.suppress(OSError):
            group.mkdir()
            try:
                (group / name).write_text(str(50 * MEGABYTE))
                yield group / "cgroup.procs"
                return
            finally:
                group.rmdir()
    pytest.skip("no right to make a control group")


async def test_memory_of_the_machine(small_machine: Path, runner: LocalRunner, tmp_path: Path) -> None:
    source = f"import os\nprint('begun')\nopen({str(small_machine)!r}, 'w').write(str(os.getpid())){GLUTTON}"
    outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "begun\n"
    assert (outcome.exit.reason, outcome.exit.code, outcome.exit.detail) == ("memory", 137, "")
    assert ending.key(outcome.exit) == "memory_machine"


async def test_address_space_is_not_memory(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import mmap\narea = mmap.mmap(-1, 4 * 2**30)\nimport time; time.sleep(0.6)\nprint('fine')"
    outcome = await complete(runner, source, tmp_path, Limits(memory=800 * MEGABYTE))
    assert (outcome.output, outcome.exit.reason) == ("fine\n", "finished")


async def test_memory_that_is_shared_counts_once(runner: LocalRunner, tmp_path: Path) -> None:
    source = """
import os, time
area = bytearray(b'x') * 300_000_000
children = [os.fork() for _ in range(3) if os.getpid() == parent] if (parent := os.getpid()) else []
time.sleep(0.7)
if os.getpid() != parent: os._exit(0)
for child in children: os.waitpid(child, 0)
print('fine')
"""
    outcome = await complete(runner, source, tmp_path, Limits(memory=1000 * MEGABYTE))
    assert (outcome.output, outcome.exit.reason) == ("fine\n", "finished")


async def test_the_limit_holds_at_the_prompt(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "x = 1", tmp_path, Limits(memory=800 * MEGABYTE))
    await outcome.until(Prompt)
    await outcome.run.evaluate(GLUTTON)
    await outcome.to_the_end()
    assert outcome.exit.reason == "finished"


async def test_a_fork_bomb(runner: LocalRunner, tmp_path: Path) -> None:
    # Doubles ten times a second: sixteen times as many as it may, and no more, should nobody hinder it.
    source = "import os, time\nfor _ in range(8):\n    os.fork()\n    time.sleep(0.1)\ntime.sleep(60)"
    outcome = await complete(runner, source, tmp_path, Limits(processes=16))
    assert (outcome.exit.reason, outcome.exit.detail) == ("killed", "16")


async def test_time_at_the_prompt(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(runner, "x = 1", tmp_path, Limits(seconds=0.5))
    await outcome.until(Prompt)
    await outcome.run.evaluate("while True: x += 1\n")
    await outcome.until(Prompt)
    assert "KeyboardInterrupt" in outcome.output
    assert await outcome.ask("x > 1") == "True\n"
    await outcome.run.close()


async def test_output_of_many_pieces(runner: LocalRunner, tmp_path: Path) -> None:
    source = "for i in range(30_000): print('x' * 99)"
    outcome = await complete(runner, source, tmp_path, Limits(output=1_000_000))
    assert outcome.output == ("x" * 99 + "\n") * 10_000
    assert outcome.exit.dropped_bytes == 2_000_000


async def test_a_lesson_can_only_lower() -> None:
    learner = Limits(seconds=100, memory=100)
    lesson = Limits(seconds=10, memory=1000)
    assert learner.lowered(lesson) == replace(learner, seconds=10)


async def test_measuring_a_process_that_is_gone() -> None:
    assert usage.measure(2**22 + 1, Limits()) == usage.Usage(0, 0)
    assert family.descendants(2**22 + 1) == []


@pytest.mark.parametrize(("starved", "least", "most"), [(0.0, 0.2, 0.55), (0.4, 0.6, 0.95), (1e9, 1.0, 4.0)])
async def test_time_that_a_busy_machine_took_does_not_count(
    runner: LocalRunner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    starved: float,
    least: float,
    most: float,
) -> None:
    before = iter([0.0])
    monkeypatch.setattr(usage, "delay", lambda pid: next(before, starved))
    outcome = await complete(runner, "while True: pass", tmp_path, Limits(seconds=0.2))
    assert outcome.exit.reason == "timeout"
    assert least <= outcome.exit.seconds
    assert outcome.exit.detail == "0.2"
    if not load.busy():  # else Stop itself may take a while
        assert outcome.exit.seconds < most


async def test_a_process_without_a_processor_of_its_own_is_delayed() -> None:
    processor = min(os.sched_getaffinity(0))
    spin = f"import os\nos.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"
    spinning = [await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", spin) for _ in range(2)]
    try:
        async with asyncio.timeout(20):
            while usage.delay(os.getpid()) < 0.05:  # noqa: ASYNC110 - the kernel counts it without a sign
                await asyncio.sleep(0.01)
    finally:
        for process in spinning:
            process.kill()
            await process.wait()
