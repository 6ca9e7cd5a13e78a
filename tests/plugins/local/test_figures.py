"""`plt.show()` where there is no window: the figures become files, and a line says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.contracts.runner import complete
from evoclass.worker.figures import MOST, PIXELS
from evoclass_local.runners import LocalRunner

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLOT = "import matplotlib.pyplot as plt\nplt.plot([3, 1, 2])\n"
PNG = b"\x89PNG"


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.png"))


@pytest.fixture(autouse=True)
def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("MPLBACKEND", raising=False)


async def test_what_cannot_be_shown_is_saved_and_told(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, f"{PLOT}plt.show()\nprint('on')\n", tmp_path)
    assert outcome.exit.code == 0
    assert "figure-1.png" in outcome.output
    assert outcome.output.endswith("on\n")
    assert (tmp_path / "figure-1.png").read_bytes().startswith(PNG)


async def test_files_that_are_there_are_left_alone(runner: LocalRunner, tmp_path: Path) -> None:
    (tmp_path / "figure-1.png").write_text("mine")
    (tmp_path / "figure-2.png").symlink_to(tmp_path / "nowhere")
    outcome = await complete(runner, f"{PLOT}plt.show()\n", tmp_path)
    assert "figure-3.png" in outcome.output
    assert (tmp_path / "figure-1.png").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("plt.show()\nplt.show()\n", 1),
        ("plt.show()\nplt.plot([1, 2])\nplt.show()\n", 2),
        ("plt.figure()\nplt.show()\n", 2),
        ("plt.close('all')\nplt.show()\n", 0),
        ("plt.gcf().set_size_inches(400, 40)\nplt.show(block=False)\n", 1),
        (f"for i in range({MOST + 5}):\n    plt.plot([i, 0])\n    plt.show()\n", MOST),
        ("import os\nos.mkdir('in')\nos.chdir('in')\nplt.show()\n", 1),
    ],
)
async def test_each_figure_is_saved_once_for_each_look_of_it(
    runner: LocalRunner, tmp_path: Path, source: str, count: int
) -> None:
    outcome = await complete(runner, PLOT + source, tmp_path)
    assert outcome.exit.code == 0, outcome.output
    assert len(pictures(tmp_path)) == count
    for name in pictures(tmp_path):
        data = (tmp_path / name).read_bytes()
        assert max(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) <= PIXELS


async def test_savefig_is_the_program_s_own(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, f"{PLOT}plt.savefig('mine.png')\n", tmp_path)
    assert (outcome.output, pictures(tmp_path)) == ("", ["mine.png"])


async def test_a_backend_that_the_user_has_chosen_is_left_alone(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, f"{PLOT}plt.show()\n", tmp_path, environment={"MPLBACKEND": "agg"})
    assert (outcome.exit.code, pictures(tmp_path)) == (0, [])


async def test_a_figure_that_cannot_be_drawn_or_written_is_told(runner: LocalRunner, tmp_path: Path) -> None:
    source = f"{PLOT}plt.title('$\\\\frca$')\nplt.show()\nprint('on')\n"
    outcome = await complete(runner, source, tmp_path)
    assert "ValueError" in outcome.output
    assert outcome.output.endswith("on\n")
    assert pictures(tmp_path) == []


async def test_the_learner_s_language(runner: LocalRunner, tmp_path: Path) -> None:
    outcome = await complete(runner, f"{PLOT}plt.show()\n", tmp_path, environment={"EVOCLASS_LANGUAGE": "it"})
    assert "cartella" in outcome.output


async def test_nothing_is_imported_for_a_program_without_figures(runner: LocalRunner, tmp_path: Path) -> None:
    source = "import os, sys\nprint('matplotlib' in sys.modules, 'MPLBACKEND' in os.environ)\n"
    assert (await complete(runner, source, tmp_path)).output == "False False\n"
