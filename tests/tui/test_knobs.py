"""The knobs above the editor: a constant is turned, the program changes in view and runs when the knob rests."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.knobs import KnobDial, KnobMark
from tui.fakes import FakeRunner
from tui.stage import OpenStage


@pytest.fixture(autouse=True)
def _knobs(request: pytest.FixtureRequest, course: Path) -> None:
    """Give the first lesson's program two knobs."""
    if "without" in request.node.name:
        return
    page = next(course.glob("en/01-*.md"))
    text = page.read_text().replace(":watch: total", ":knob: step 1..3\n:knob: rate 0.1..10 log")
    page.write_text(text.replace("# Change me.", "step = 2\nrate = 1e0  # the rate"))


async def test_a_turn_changes_the_program_and_runs_it(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("alt+k", "right")
        editor = stage.lab.editor
        assert editor is not None
        assert "step = 3\n" in editor.text
        await stage.until(lambda: stage.runner.runs)
        assert "step = 3\n" in stage.runner.run.program.source
        await stage.press("right")
        assert "step = 3\n" in editor.text
        await stage.press("left", "left", "left")
        assert "step = 1\n" in editor.text
        # The run that was on its way has ended for the new one.
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert stage.runner.runs[0].closed
        assert "step = 1\n" in stage.runner.run.program.source


async def test_two_turns_at_once_are_two_steps(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        dial = stage.screen.query(KnobDial).last()
        dial.action_turn(-1)
        dial.action_turn(-1)
        editor = stage.lab.editor
        assert editor is not None
        await stage.until(lambda: "rate = 0.2  # the rate\n" in editor.text)


async def test_the_second_knob_keeps_the_comment_and_undo_brings_the_value_back(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        await stage.press("alt+k", "alt+k", "left")
        editor = stage.lab.editor
        assert editor is not None
        assert "rate = 0.5  # the rate\n" in editor.text
        editor.focus()
        await stage.press("ctrl+z")
        assert "rate = 1e0  # the rate\n" in editor.text
        before = editor.text
        await stage.press("alt+k", "left")
        assert editor.text == before.replace("step = 2", "step = 1")


async def test_the_knob_follows_what_is_typed(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        dial = stage.screen.query(KnobDial).first()
        editor.replace("7", (0, 7), (0, 8))
        await stage.until(lambda: dial.text == "7")
        dial.focus()
        await stage.press("right")
        assert "step = 7\n" in editor.text
        await stage.press("left")
        assert "step = 3\n" in editor.text
        editor.replace("x()", (0, 7), (0, 8))
        await stage.until(lambda: "step   ·" in screen_text(stage.screen))
        await stage.press("left")
        assert "step = x()\n" in editor.text


@pytest.mark.parametrize("change", ["rate = 1\nstep = 4\nstep = 5\n", "rate = 1\n"])
async def test_a_knob_whose_constant_is_gone_says_why_it_does_not_turn(
    open_stage: OpenStage, change: str
) -> None:
    async with open_stage() as stage:
        editor = stage.lab.editor
        assert editor is not None
        editor.text = change
        dial = stage.screen.query(KnobDial).first()
        await stage.until(lambda: not dial.text)
        await stage.press("alt+k", "right")
        said = stage.session.catalog("knob.lost", name="step")
        await stage.until(lambda: said in [notice.message for notice in stage.app._notifications])
        assert editor.text == change
        assert not stage.runner.runs


async def test_a_lab_without_knobs_has_no_bar_and_says_so(open_stage: OpenStage) -> None:
    runner = FakeRunner()
    async with open_stage(runner=runner) as stage:
        assert not stage.screen.query_one("#knobs").display
        await stage.press("alt+k")
        await stage.until(lambda: "no knobs" in screen_text(stage.screen))
        assert not runner.runs


def give_knobs(course: Path, *names: str) -> None:
    """Give the first lesson's program these knobs, too."""
    page = next(course.glob("en/01-*.md"))
    text = page.read_text().replace(":knob: step 1..3", "\n".join(f":knob: {name} 1..9" for name in names))
    page.write_text(text.replace("step = 2", "\n".join(f"{name} = 5" for name in names)))


async def test_marks_tell_of_knobs_that_have_no_room_and_bring_them(
    course: Path, open_stage: OpenStage
) -> None:
    give_knobs(course, "momentum", "weight_decay", "hidden_layers")

    def row() -> str:
        return next(
            line for line in screen_text(stage.app.screen).split("\n") if "momentum" in line or "rate" in line
        )

    async with open_stage(size=(120, 40)) as stage:
        await stage.until(lambda: "momentum" in row())
        assert row().rstrip().endswith("›")
        assert "‹" not in row()
        right = stage.screen.query(KnobMark).last()
        await stage.pilot.click(right)
        await stage.until(lambda: "‹" in row())
        await stage.pilot.click(right)
        await stage.until(lambda: "rate" in row() and not row().rstrip().endswith("›"))
        await stage.press("alt+k")  # the first knob comes into view again
        await stage.until(lambda: "momentum" in row() and row().rstrip().endswith("›"))
    async with open_stage(size=(200, 40)) as stage:
        await stage.until(lambda: "rate" in row())
        assert not {"‹", "›"} & set(row())
