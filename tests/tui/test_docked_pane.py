"""Where one pane has room below the editor: which one is there, and what it says of itself."""

from __future__ import annotations

import pytest

from evoclass.protocol import ErrorReport, Exit, Figure, Frame, Output, Parameters, Prompt, Summary
from evoclass_tensors.screen.table import TensorTable
from evoclass_tui.widgets.dock_status import DockStatus
from evoclass_tui.widgets.figures import FiguresPane
from evoclass_tui.widgets.panel_pane import PanelPane
from pngs import png
from tui.stage import OpenStage, Stage, in_editor

ROW = Summary(name="w", kind="tensor", mean=1.0)
FRAME = Frame(
    sequence=1, cause="step", step=1200, rows=(ROW,), parameters=Parameters(trainable=123_456_789, frozen=56)
)


async def inspect(stage: Stage, *, focus: bool) -> PanelPane:
    """Have the inspector below the editor."""
    pane = next(pane for pane in stage.lab.panes if pane.panel.panel_name == "tensors")
    stage.lab.dock = str(pane.id)
    await stage.until(lambda: pane.display and not stage.lab.terminal.display)
    if focus:
        table = pane.query_one(TensorTable)
        table.focus()
        await stage.until(lambda: table.has_focus)
    return pane


async def test_a_status_that_is_too_long_keeps_its_end(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        await inspect(stage, focus=False)
        stage.runner.run.happens(FRAME)
        stage.runner.run.finishes()
        status = stage.lab.query_one(DockStatus)
        await stage.until(lambda: status.text.endswith("ended"))
        assert status.text.startswith("123,456,789 trainable")
        await stage.until(lambda: status.render().plain == "step 1200 · ended")


@pytest.mark.parametrize("focus", [True, False])
@pytest.mark.parametrize("reason", ["error", "timeout"])
async def test_a_run_that_fails_brings_the_terminal_which_says_why(
    open_stage: OpenStage, reason: str, focus: bool
) -> None:
    async with open_stage(size=(80, 24)) as stage:
        editor = await in_editor(stage, "x = 1\n")
        await stage.run()
        await inspect(stage, focus=focus)
        if reason == "error":
            stage.runner.run.happens(ErrorReport(type="ValueError", text="no", file="sum.py", line=1))
        stage.runner.run.happens(Exit(reason=reason, code=1, seconds=1.0), Prompt())  # type: ignore[arg-type]
        await stage.until(lambda: stage.lab.phase == "ended" and stage.lab.terminal.display)
        await stage.until(lambda: (stage.lab.terminal if focus else editor).has_focus_within)


@pytest.mark.parametrize("reason", ["finished", "stopped"])
async def test_a_run_that_ends_well_leaves_the_inspector_in_sight(open_stage: OpenStage, reason: str) -> None:
    async with open_stage(size=(80, 24)) as stage:
        await stage.run()
        pane = await inspect(stage, focus=True)
        stage.runner.run.happens(Exit(reason=reason, code=0, seconds=1.0), Prompt())  # type: ignore[arg-type]
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.pilot.pause()
        assert stage.lab.dock == pane.id
        assert pane.has_focus_within


async def test_a_program_that_asks_something_has_its_terminal_in_sight(open_stage: OpenStage) -> None:
    async with open_stage(size=(80, 24)) as stage:
        pane = await inspect(stage, focus=False)
        await in_editor(stage, "x = 1\n")
        await stage.run()
        assert stage.lab.dock == pane.id
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await in_editor(stage, 'name = input("Who? ")\n')
        await stage.run()
        await stage.until(lambda: stage.lab.terminal.view.has_focus)  # what is typed is not for the editor
        stage.runner.run.happens(Output(text="Who? "), Figure(number=1, png=png(20, 10, (9, 9, 9))))
        await stage.until(lambda: stage.screen.query(FiguresPane))
        await stage.pilot.pause()
        assert stage.lab.terminal.display  # a figure does not take its place
        await stage.press("A")
        await stage.until(lambda: stage.runner.run.typed == ["A"])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_program_that_asks_something_is_seen_where_another_pane_fills_the_window(
    open_stage: OpenStage, size: tuple[int, int]
) -> None:
    async with open_stage(size=size) as stage:
        await in_editor(stage, 'name = input("Who? ")\n')
        pane = next(pane for pane in stage.lab.panes if pane.panel.panel_name == "tensors")
        stage.lab.dock = str(pane.id)
        await stage.until(lambda: pane.display)
        pane.query_one(TensorTable).focus()
        await stage.press("f8")
        await stage.until(lambda: not stage.lab.editor.region or not stage.lab.terminal.region)
        await stage.run()
        await stage.until(lambda: stage.lab.terminal.view.has_focus)
        await stage.until(lambda: stage.lab.terminal.view.region.height > 5)
