"""A program finds the modules that `python program.py` would find, and none from where the front end was started."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.contracts.outcome import complete
from evoclass_local.runners import LocalCpu

from .conftest import environment

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the front end was started in, with files of the learner's that bear dangerous names."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "helper.py").write_text("VALUE = 5")
    for name in ("socket", "msgspec", "evoclass_local"):
        (folder / f"{name}.py").write_text("raise SystemExit('taken for a module')")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("way", ["fork", "spawn"])
async def test_the_front_ends_folder_is_not_searched(way: str, here: Path, tmp_path: Path) -> None:
    runner = LocalCpu(ahead=False)
    with environment(EVOCLASS_START=way, EVOCLASS_PRELOAD="", PYTHONPATH=""):
        outcome = await complete(runner, "import socket\nprint('found')\nimport helper", tmp_path)
    assert outcome.output.startswith("found\n")
    assert "No module named 'helper'" in outcome.output
    await runner.close()


@pytest.mark.parametrize("way", ["fork", "spawn"])
@pytest.mark.parametrize("entry", ["the folder", "."])
async def test_the_learners_own_search_path_is_honoured(
    way: str, entry: str, here: Path, tmp_path: Path
) -> None:
    for file in ("socket", "msgspec", "evoclass_local"):
        (here / f"{file}.py").unlink()
    runner = LocalCpu(ahead=False)
    with environment(
        EVOCLASS_START=way, EVOCLASS_PRELOAD="", PYTHONPATH=str(here) if entry == "the folder" else entry
    ):
        outcome = await complete(runner, "import helper, sys\nprint(helper.VALUE, sys.path[:2])", tmp_path)
    assert outcome.output == f"5 {[str(tmp_path), str(here)]}\n"
    await runner.close()
