"""Probes of plugins are prepared ahead of runs, and one that has a fault costs its own rows and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.contracts.outcome import begin, complete
from evoclass.protocol import Frame
from evoclass_local.runners import LocalCpu, LocalRunner

from .conftest import environment

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLUGIN = """
from evoclass import hookimpl
from evoclass.probe import Probe
class Broken(Probe):
    name = "broken"
    def __init__(self): raise ValueError("not today")
    def matches(self, value): return True
    def summarise(self, named): return ()
class Slow(Probe):
    name = "slow"
    @classmethod
    def prepare(cls): import colorsys
    def matches(self, value): return False
    def summarise(self, named): return ()
class Unprepared(Slow):
    name = "unprepared"
    @classmethod
    def prepare(cls): raise ImportError("colours")
@hookimpl
def register_probes(): return [Broken, Slow, Unprepared]
"""


CROWD = """
import time, torch
crowd = [torch.zeros(2) for _ in range(190)]
print('begun', flush=True)
while True:
    torch._foreach_add_(crowd, 1)
    time.sleep(0.005)
"""


async def test_rows_in_view_come_with_each_frame(forking: LocalRunner, tmp_path: Path) -> None:
    outcome = await begin(forking, CROWD, tmp_path)
    await outcome.until_output("begun")
    outcome.run.attend(("crowd[150]", "crowd[151]"))
    in_a_row = 0
    while in_a_row < 5:
        frame = await outcome.until(Frame)
        if frame.cause == "loop" and frame.rows:
            seen = {row.name for row in frame.rows} >= {"crowd[150]", "crowd[151]"}
            assert len(frame.rows) < 100
            in_a_row = in_a_row + 1 if seen else 0
    await outcome.run.close()


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The folder of an installed plugin."""
    folder = tmp_path / "site"
    info = folder / "odd_probes-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "odd_probes.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-probes\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[evoclass]\nodd = odd_probes\n")
    return folder


@pytest.mark.parametrize("way", ["fork", "spawn"])
async def test_probes_of_a_plugin(way: str, plugin: Path, tmp_path: Path) -> None:
    runner = LocalCpu(ahead=False)
    with environment(EVOCLASS_START=way, EVOCLASS_PRELOAD="", PYTHONPATH=str(plugin)):
        source = "import sys\nx = 5\nprint('colorsys' in sys.modules, 'odd_probes' in sys.modules)"
        outcome = await complete(runner, source, tmp_path)
    await runner.close()
    assert (outcome.output, outcome.exit.reason) == ("True True\n", "finished")
    rows = [row for frame in outcome.all(Frame) for row in frame.rows]
    assert {"x"} <= {row.name for row in rows}
    assert any("ValueError" in row.badge and "not today" in row.badge for row in rows), rows
