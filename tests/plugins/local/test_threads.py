"""On how many threads a program computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.contracts.outcome import complete
from evoclass.runner import Program
from evoclass.running import load
from evoclass.worker import surroundings
from evoclass_local.runners import LocalRunner

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNT = "import os, torch\nprint(torch.get_num_threads(), os.environ['OMP_NUM_THREADS'])"


@pytest.mark.parametrize("threads", [1, 3])
async def test_a_program_computes_on_the_threads_it_is_given(
    runner: LocalRunner, tmp_path: Path, threads: int
) -> None:
    outcome = await complete(runner, COUNT, tmp_path, threads=threads)
    assert outcome.output.split() == [str(threads), str(threads)]


@pytest.mark.parametrize(
    ("given", "users", "average", "threads"),
    [(0, "", 0.1, 0), (0, "", 64.0, 1), (0, "8", 64.0, 0), (2, "8", 64.0, 2), (2, "", 0.1, 2)],
)
async def test_on_a_busy_machine_one_thread_is_quicker(
    monkeypatch: pytest.MonkeyPatch, given: int, users: str, average: float, threads: int
) -> None:
    monkeypatch.delenv(surroundings.THREADS, raising=False)
    if users:
        monkeypatch.setenv(surroundings.THREADS, users)
    monkeypatch.setattr(load, "processors", lambda: 64)
    monkeypatch.setattr("os.getloadavg", lambda: (average, 0.0, 0.0))
    program = Program(source="", file=Path("a.py"), folder=Path(), threads=given)
    assert surroundings.threads_of(program) == threads
