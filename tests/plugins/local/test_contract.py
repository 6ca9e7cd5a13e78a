"""The local runner keeps the contract of runners, with forks and with fresh interpreters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from evoclass.contracts.outcome import complete
from evoclass.contracts.runner import RUNNER_CHECKS
from evoclass.protocol import Frame
from evoclass.runner import Runner
from evoclass_local.runners import LocalCpu, LocalCuda, LocalRunner

from .conftest import environment

pytestmark = pytest.mark.asyncio(loop_scope="session")

Check = Callable[[Runner, Path], Awaitable[None]]


@pytest.mark.parametrize("check", RUNNER_CHECKS, ids=lambda check: check.__name__)
async def test_forks(check: Check, runner: LocalRunner, tmp_path: Path) -> None:
    await check(runner, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("check", RUNNER_CHECKS, ids=lambda check: check.__name__)
async def test_fresh_interpreters(check: Check, fresh: LocalRunner, tmp_path: Path) -> None:
    await check(fresh, tmp_path)


@pytest.mark.gpu
@pytest.mark.skipif(not LocalCuda.available().ok, reason="no CUDA device")
async def test_cuda(tmp_path: Path) -> None:
    runner = LocalCuda()
    try:
        for check in RUNNER_CHECKS:
            folder = tmp_path / check.__name__
            folder.mkdir()
            await check(runner, folder)
    finally:
        await runner.close()


@pytest.mark.slow
async def test_a_fresh_interpreter_has_imported_torch_ahead(tmp_path: Path) -> None:
    runner = LocalCpu()
    with environment(EVOCLASS_START="spawn"):
        await runner.warm_up()
        source = "import sys\nprint('torch' in sys.modules)\nimport torch\nx = torch.ones(2, 3)\nprint(x.sum().item())"
        outcome = await complete(runner, source, tmp_path)
    assert outcome.output == "True\n6.0\n"
    assert [row.name for row in outcome.all(Frame)[-1].rows] == ["x"]
    await runner.close()
