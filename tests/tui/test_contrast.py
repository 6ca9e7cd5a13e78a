"""Everything on the screen can be read, and one sees where the focus is, in both themes."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.widget import Widget

from evoclass.disk import paths
from evoclass.protocol import ErrorReport, Exit, Output, Prompt
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.more_time import MoreTime
from tui.contrast import MARK, contrast, hard_to_read
from tui.stage import OpenStage, Stage

THEME_NAMES = [theme.name for theme in THEMES]

COLOURS = "".join(f"\x1b[{code}mink\x1b[0m " for code in (*range(30, 38), *range(90, 98), 1, 2, 3, 4))


async def with_error(stage: Stage) -> None:
    """Run to an error that is explained, with output in every colour."""
    await stage.run()
    stage.runner.run.happens(Output(text=COLOURS + "\r\n"))
    error = ErrorReport(
        type="NameError", text="name 'totl' is not defined", file="train.py", line=12, column=0
    )
    stage.runner.run.happens(error, Exit(reason="error", code=1, seconds=1.0), Prompt())
    await stage.until(lambda: stage.lab.phase == "ended")
    await stage.pilot.pause()


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_all_text_can_be_read_wherever_the_focus_is(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(160, 48), content=paths.content_folder(), lesson="7") as stage:
        stage.app.theme = theme
        await stage.pilot.pause()
        assert hard_to_read(stage.app) == []
        await with_error(stage)
        assert hard_to_read(stage.app) == []
        for widget in stage.screen.query("*"):
            if widget.focusable and widget.region:
                widget.focus()
                await stage.pilot.pause()
                assert hard_to_read(stage.app) == [], widget
        await stage.run()
        stage.runner.run.happens(Exit(reason="timeout", code=124, seconds=20.0, detail="20"), Prompt())
        await stage.until(lambda: stage.lab.query_one(MoreTime).display)
        await stage.pilot.pause()
        assert hard_to_read(stage.app) == []


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_the_whole_lesson_can_be_read(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(120, 60), content=paths.content_folder(), lesson="7") as stage:
        stage.app.theme = theme
        reader = stage.screen.reader
        while True:
            await stage.pilot.pause()
            assert hard_to_read(stage.app) == []
            if reader.scroll_y >= reader.max_scroll_y:
                break
            await stage.press("space")
        for question in reader.questions:
            question.build()
            question.focus_first()
            await stage.pilot.pause()
            assert hard_to_read(stage.app) == []


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_dialogs_can_be_read(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(120, 40)) as stage:
        stage.app.theme = theme
        for key in ("f1", "f7", "f10", "ctrl+p", "ctrl+o"):
            await stage.press(key)
            assert stage.app.screen is not stage.screen, key
            assert hard_to_read(stage.app) == [], key
            await stage.press("down", "down")
            assert hard_to_read(stage.app) == [], key
            await stage.press("escape")
            assert stage.app.screen is stage.screen, key


@pytest.mark.parametrize("theme", THEME_NAMES)
async def test_verdicts_can_be_read(open_stage: OpenStage, theme: str) -> None:
    async with open_stage(size=(120, 50)) as stage:
        stage.app.theme = theme
        for answer in ("b", "a"):
            await stage.session.answers.submit("two-and-two", {"choice": answer})
            verdicts = await stage.session.answers.regrade()
            stage.screen.reader.take_verdict("two-and-two", verdicts["two-and-two"])
            stage.screen.show_progress()
            await stage.pilot.pause()
            assert hard_to_read(stage.app) == []


def cells(stage: Stage) -> list[list[Segment]]:
    """Return the screen cell by cell."""
    rows = []
    for strip in stage.screen._compositor.render_strips():
        rows.append([Segment(char, segment.style) for segment in strip for char in segment.text])
    return rows


def changed(before: list[list[Segment]], after: list[list[Segment]]) -> int:
    """Return how many cells tell the two pictures apart clearly."""
    count = 0
    for old_row, new_row in zip(before, after, strict=True):
        for old, new in zip(old_row, new_row, strict=False):
            if old.style is None or new.style is None or (old == new):
                continue
            pairs = [(old.style.bgcolor, new.style.bgcolor)]
            if not new.text.isspace():
                same = old.text == new.text
                pairs.append((old.style.color if same else new.style.bgcolor, new.style.color))
            count += any(one and two and contrast(one, two) >= MARK for one, two in pairs)
    return count


@pytest.mark.parametrize("theme", THEME_NAMES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_sees_where_the_focus_is(open_stage: OpenStage, theme: str, size: tuple[int, int]) -> None:
    async with open_stage(size=size) as stage:
        stage.app.theme = theme
        await with_error(stage)
        tried = []
        for widget in list(stage.screen.query("*").results(Widget)):
            if stage.screen.panes.is_narrow:
                stage.screen.panes.side = "lab" if stage.lab in widget.ancestors else "lesson"
                await stage.pilot.pause()
            in_view = widget.region and stage.screen.region.contains_region(widget.region)
            if not widget.focusable or not in_view:
                continue
            elsewhere = stage.screen.query_one("#language-switch")
            if widget is elsewhere:
                continue
            elsewhere.focus()
            await stage.pilot.pause()
            await stage.pilot.pause()
            before = cells(stage)
            widget.focus(scroll_visible=False)
            await stage.pilot.pause()
            await stage.pilot.pause()
            assert changed(before, cells(stage)) >= 2, widget
            tried.append(widget)
        assert any(isinstance(widget, Editor) for widget in tried)


async def test_a_window_that_is_too_small_is_said_to_be(open_stage: OpenStage) -> None:
    async with open_stage(size=(100, 30)) as stage:
        await stage.pilot.resize_terminal(50, 12)
        await stage.until(lambda: any("50 × 12" in notice for notice in stage.notices))
