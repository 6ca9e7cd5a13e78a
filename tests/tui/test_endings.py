"""What the terminal panel says of an end is true, and leads on."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoclass.protocol import ErrorReport, Exit, Expected, Frame, Output, Prompt
from evoclass_tui.screens.menu import Menu
from evoclass_tui.widgets.explanation_box import ExplanationBox
from evoclass_tui.widgets.lab_card import LabText
from evoclass_tui.widgets.more_time import MoreTime
from tui.stage import OpenStage, Stage


async def ended(stage: Stage, exited: Exit) -> None:
    await stage.run()
    stage.runner.run.happens(exited, Prompt())
    await stage.until(lambda: stage.lab.phase == "ended")


TIMEOUT = Exit(reason="timeout", code=124, seconds=20.0, detail="20")


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Run it again with 1 min"), ("it", "Esegui di nuovo con")]
)
async def test_a_program_at_its_limit_can_be_given_more_time(
    open_stage: OpenStage, language: str, label: str
) -> None:
    async with open_stage(language=language) as stage:
        await ended(stage, TIMEOUT)
        offer = stage.lab.terminal.query_one(MoreTime)
        assert offer.display
        assert label in offer.query_one("Pill").label  # type: ignore[attr-defined]
        assert "--timeout" not in stage.terminal_text
        await stage.until(lambda: stage.lab.terminal.prompt and offer.query_one("Pill").region)
        await stage.pilot.pause()
        await stage.pilot.click(".role-more-time")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert stage.runner.limits is not None
        assert stage.runner.limits.seconds == 60.0
        assert not offer.display
        await stage.until(lambda: stage.lab.phase == "running")
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        assert not offer.display
        await stage.run()
        assert stage.runner.limits.seconds == 20.0


@pytest.mark.parametrize("reason", ["timeout", "memory"])
async def test_a_program_at_its_limit_can_be_made_lighter(
    open_stage: OpenStage, course: Path, reason: str
) -> None:
    page = course / "en" / "01-adding.md"
    text = page.read_text().replace(":watch: total", ":lighter: images = 10\n:lighter: steps = 5")
    page.write_text(text.replace("# Change me.", "steps = 20\nprint()\nimages = 100  # many"))
    async with open_stage() as stage:
        await ended(stage, Exit(reason=reason, code=137, seconds=20.0, detail="20"))  # type: ignore[arg-type]
        offer = stage.lab.terminal.query_one(MoreTime)
        lighter = offer.query_one(".role-lighter")
        assert lighter.display
        assert lighter.label == "Run it with images = 10, steps = 5"  # type: ignore[attr-defined]
        assert offer.query_one(".role-more-time").display == (reason == "timeout")
        await stage.until(lambda: stage.lab.terminal.prompt and lighter.region)
        await stage.pilot.pause()
        await stage.pilot.click(".role-lighter")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert "steps = 5\nprint()\nimages = 10  # many" in stage.runner.run.program.source
        await ended_again(stage, reason)
        assert not lighter.display
        assert stage.lab.editor is not None
        stage.lab.editor.undo()
        assert "steps = 20\nprint()\nimages = 100  # many" in stage.lab.editor.text


async def test_the_ways_on_stay_while_one_looks_at_values(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await ended(stage, TIMEOUT)
        offer = stage.lab.terminal.query_one(MoreTime)
        await stage.until(lambda: stage.lab.terminal.entrance.focusable)
        stage.lab.terminal.entrance.focus()
        await stage.press("x", "enter")
        await stage.until(lambda: stage.runner.run.lines == ["x"])
        stage.runner.run.happens(Output(text="1\r\n"), Prompt())
        await stage.until(lambda: "Stopped after" in stage.terminal_text and "\n1" in stage.terminal_text)
        assert offer.display
        await stage.run()
        assert not offer.display


async def test_pages_of_the_output_turn_at_the_prompt(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.run()
        stage.runner.run.finishes("".join(f"line {number}\r\n" for number in range(500)))
        await stage.until(lambda: stage.lab.terminal.prompt and stage.lab.phase == "ended")
        await stage.until(lambda: stage.lab.terminal.entrance.focusable)
        stage.lab.terminal.entrance.focus()
        view = stage.lab.terminal.view
        await stage.until(lambda: view.max_scroll_y and view.scroll_y == view.max_scroll_y)
        await stage.press("pageup")
        await stage.until(lambda: view.scroll_y < view.max_scroll_y - 3)
        assert stage.lab.terminal.entrance.has_focus
        await stage.press("pagedown")
        await stage.until(lambda: view.scroll_y == view.max_scroll_y)


async def ended_again(stage: Stage, reason: str) -> None:
    await stage.until(lambda: stage.lab.phase == "running")
    stage.runner.run.happens(Exit(reason=reason, code=137, seconds=20.0, detail="20"), Prompt())  # type: ignore[arg-type]
    await stage.until(lambda: stage.lab.phase == "ended")


async def test_more_time_is_offered_after_a_restart_too(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await ended(stage, TIMEOUT)
        await stage.app.action_quit()
    async with open_stage() as stage:
        await stage.until(lambda: stage.lab.terminal.query_one(MoreTime).query_one("Pill").region)
        await stage.pilot.pause()
        await stage.pilot.click(".role-more-time")
        await stage.until(lambda: stage.runner.runs)
        assert stage.runner.limits is not None
        assert stage.runner.limits.seconds == 60.0


@pytest.mark.parametrize(
    ("kind", "size", "language"),
    [
        ("explained", (80, 24), "it"),
        ("unknown", (80, 24), "it"),
        ("stopped", (80, 24), "it"),
        ("explained", (120, 40), "en"),
        ("unknown", (120, 40), "en"),
        ("stopped", (120, 24), "it"),
        ("explained", (60, 18), "en"),
    ],
)
async def test_after_a_restart_nothing_is_promised_that_is_not_there(
    open_stage: OpenStage, kind: str, language: str, size: tuple[int, int]
) -> None:
    error = ErrorReport(type="NameError", text="name 'totl' is not defined", file="sum.py", line=3)
    if kind == "unknown":
        error = ErrorReport(type="OddError", text="?", file="sum.py", line=3)
    async with open_stage(language="en") as stage:
        await stage.run()
        if kind != "stopped":
            stage.runner.run.happens(error)
        reason = "stopped" if kind == "stopped" else "error"
        stage.runner.run.happens(Exit(reason=reason, code=1, seconds=0.1), Prompt())
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.app.action_quit()
    async with open_stage(language=language, size=size) as stage:
        if stage.screen.panes.is_narrow:
            await stage.press("f3")
        await stage.pilot.pause()
        box = stage.lab.terminal.query_one(ExplanationBox)
        said = " ".join(stage.terminal_text.split())
        promised = stage.session.catalog("terminal.explained") in said
        assert promised == (kind == "explained")
        if promised:
            await stage.until(lambda: box.region.height)
            assert box.query_one("Static").region.height
        if kind == "stopped":
            assert stage.session.catalog("exit.stopped") in said


async def test_a_number_that_the_lesson_does_not_expect_is_told_in_one_quiet_sentence(
    open_stage: OpenStage,
) -> None:
    async with open_stage(language="en") as stage:
        await stage.run()
        kept = Expected(expression="total == 4", holds=True, values={"total": "4"})
        missed = Expected(expression="0.6 <= accuracy", values={"accuracy": "0.41"})
        stage.runner.run.happens(Frame(sequence=1, cause="end", expected=(kept, missed)))
        stage.runner.run.happens(Exit(reason="finished", code=0, seconds=0.1), Prompt())
        await stage.until(lambda: stage.lab.phase == "ended")
        said = " ".join(stage.terminal_text.split())
        assert "After this run accuracy = 0.41; the lesson expects 0.6 <= accuracy." in said
        assert "total == 4" not in said


async def test_run_offers_the_program_that_another_needs_first(open_stage: OpenStage, course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    text = lesson.read_text().replace(":watch: total", ":watch: total\n:after: a.py")
    lesson.write_text(f"{text}\n```{{lab}} a.py\nx = 1\n```\n")
    async with open_stage() as stage:
        lines = stage.screen.query(LabText).first().make_lines(60)
        assert "Run a.py first" in "\n".join(line.text for line in lines)
        for key, file in (("down", "sum.py"), ("", "a.py")):
            stage.lab.file = "sum.py"
            await stage.press("f5")
            assert isinstance(stage.app.screen, Menu)
            await stage.press(*filter(None, (key, "enter")))
            await stage.until(lambda: stage.lab.phase == "running")
            assert stage.runner.runs[-1].program.file.name == stage.lab.file == file
            stage.runner.run.happens(Exit(reason="finished", code=0, seconds=0.1), Prompt())
            await stage.until(lambda: stage.lab.phase == "ended")
        stage.lab.file = "sum.py"
        await stage.run()
        assert stage.lab.file == "sum.py"
