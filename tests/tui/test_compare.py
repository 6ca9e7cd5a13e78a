"""Run A beside run B."""

from __future__ import annotations

from textual.widgets import Static

from evoclass.protocol import Frame, Summary
from evoclass_tui.screens.compare import Compare
from tui.stage import OpenStage, Stage


async def run_with(stage: Stage, loss: str, output: str) -> None:
    await stage.run()
    row = Summary(name="loss", kind="scalar", text=loss)
    stage.runner.run.happens(Frame(sequence=1, cause="end", rows=(row,)))
    stage.runner.run.finishes(output)
    await stage.until(lambda: stage.lab.phase == "ended")


def shown(stage: Stage, name: str) -> str:
    return str(stage.app.screen.query_one(f"#{name}", Static).render())


async def test_one_run_is_not_enough(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.screen.action_command("compare")
        assert stage.app.screen is stage.screen
        await stage.until(lambda: stage.notices)
        assert "at least twice" in stage.notices[-1]


async def test_two_runs_side_by_side(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.load_text("# Change me.\nloss = 1 / 2\nprint(loss)\n")
        await run_with(stage, "0.5", "first\r\n")
        editor.focus()
        await stage.press(*"y=1")
        await run_with(stage, "0.25", "second\r\n")
        await run_with(stage, "0.125", "third\r\n")
        await stage.screen.action_command("compare")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, Compare)
        assert "2/3" in shown(stage, "left-run")
        assert "3/3" in shown(stage, "right-run")
        assert "same in both" in shown(stage, "code")
        assert "0.25" in shown(stage, "numbers")
        assert "-0.125" in shown(stage, "numbers")
        await stage.press("left")
        assert "first" in shown(stage, "left-output")
        assert "+ y=1# Change me." in shown(stage, "code")
        await stage.press("escape")
        assert stage.app.screen is stage.screen


async def test_a_run_that_was_stopped_is_not_what_one_compares_with(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await run_with(stage, "0.5", "first\r\n")
        await stage.run()
        await stage.press("f5")  # stops it
        await stage.until(lambda: stage.lab.phase == "ended")
        await run_with(stage, "0.25", "third\r\n")
        await stage.screen.action_command("compare")
        await stage.pilot.pause()
        assert "1/3" in shown(stage, "left-run")
        assert "3/3" in shown(stage, "right-run")
        await stage.press("right")
        assert "2/3" in shown(stage, "left-run")


async def test_what_both_runs_watched_is_one_chart(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        for scale in (1.0, 3.0):
            await stage.run()
            points = tuple((step, scale * step) for step in range(1, 301))
            curves = {"loss": points, f"only{scale:.0f}": points}
            stage.runner.run.happens(Frame(sequence=1, cause="end", curves=curves))
            stage.runner.run.finishes("")
            await stage.until(lambda: stage.lab.phase == "ended")
        await stage.screen.action_command("compare")
        await stage.pilot.pause()
        curves = shown(stage, "curves")
        assert curves.startswith("loss   ▲ Run A   ■ Run B")
        assert "only" not in curves
        assert [line.split("┤")[0].strip() for line in curves.splitlines() if "┤" in line] == [
            "800",
            "600",
            "400",
            "200",
        ]
        assert curves.rstrip().splitlines()[-1].split()[-1] == "300"
