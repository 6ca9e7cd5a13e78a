"""A course with many lessons on the screen: its page for a newcomer, the map, the top and the end of a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from evoclass_tui.screens.course import CoursePage
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.choice_list import BAR
from evoclass_tui.widgets.next_lesson import NextLesson
from evoclass_tui.widgets.recap_card import RecapCard
from manylessons import write_many
from tui.stage import OpenStage, Stage


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """The folder of a course of twelve lessons."""
    return write_many(tmp_path / "many")


def text(stage: Stage) -> str:
    return screen_text(stage.app.screen)


async def test_a_newcomer_begins_at_the_course_page_and_goes_to_lesson_1_with_one_key(
    open_stage: OpenStage, many: Path
) -> None:
    async with open_stage(size=(80, 24), content=many, newcomer=True) as stage:
        assert isinstance(stage.app.screen, CoursePage)
        assert "Every lesson runs real code." in text(stage)
        assert "⏎ begins with Lesson 1: Tensors: numbers in shape" in text(stage)
        assert "○ 1 Tensors" in text(stage)
        assert "0 of 12 lessons done · 7 h in all" in text(stage)
        await stage.press("down")
        assert "⏎ begins with Lesson 2: Gradients" in text(stage)
        await stage.press("up", "enter")
        assert not isinstance(stage.app.screen, CoursePage)
        assert "Lesson 1 of 12 · about 30 minutes" in text(stage)
        assert "Every lesson runs real code." not in text(stage)
        await stage.press("ctrl+o")
        assert "⏎ open  Space page  Esc close" in text(stage)


async def test_the_end_of_a_lesson_leads_to_the_next_one(open_stage: OpenStage, many: Path) -> None:
    async with open_stage(size=(80, 24), content=many, lesson="1") as stage:
        await stage.press("end")
        assert "Next: 2 Gradients: which way is down (about 40 min)" in text(stage)
        assert "Next lesson  ^PgDn or >" in text(stage)
        await stage.press("n", "escape", "n", "escape", "n")
        focused = stage.app.focused
        assert focused is not None
        assert focused.parent is stage.screen.query_one(NextLesson)
        await stage.press("enter")
        await stage.until(lambda: stage.session.lesson.id == "lesson-2")
        await stage.pilot.pause()
        assert "Lesson 2 of 12" in text(stage)
        assert "Builds on: 1 Tensors: numbers in shape (begun)" in text(stage)
        await stage.press("less_than_sign")
        await stage.until(lambda: stage.session.lesson.id == "lesson-1")
        await stage.press("less_than_sign")
        await stage.until(lambda: "This is the first lesson of the course." in stage.notices)


async def test_a_finished_lesson_says_once_what_comes_next(open_stage: OpenStage, many: Path) -> None:
    async with open_stage(size=(120, 40), content=many, lesson="2") as stage:
        for name in ("first-2", "second-2"):
            stage.session.answers.reveal(name)
        stage.screen.progress.show()
        await stage.pilot.pause()
        assert stage.screen.query(RecapCard)
        assert not stage.screen.query(NextLesson)
        await stage.press("greater_than_sign")
        await stage.until(lambda: stage.session.lesson.id == "lesson-3")


async def test_the_key_for_the_next_lesson_can_be_typed_in_a_field(open_stage: OpenStage, many: Path) -> None:
    async with open_stage(content=many, lesson="1") as stage:
        await stage.press("n", "greater_than_sign", "3")
        assert stage.session.lesson.id == "lesson-1"
        assert stage.screen.query(Input).first().value == ">3"


async def test_the_map_shows_minutes_and_what_is_left(open_stage: OpenStage, many: Path) -> None:
    async with open_stage(size=(200, 60), content=many, lesson="2") as stage:
        options = stage.screen.query_one("#map-list", OptionList)
        lines = [" ".join(str(option.prompt).split()) for option in options.options]
        assert "○ 4 Layers and activations 20 min · builds on ◐ 2, ○ 3" in lines
        for name in ("first-2", "second-2"):
            stage.session.answers.reveal(name)
        stage.screen.progress.show()
        await stage.pilot.pause()
        lines = [" ".join(str(option.prompt).split()) for option in options.options]
        assert "● 2 Gradients: which way is down 40 min" in lines
        assert "1 of 12 lessons done" in text(stage)
        assert "7 h in all, 6 h 20 min" in text(stage)


async def test_a_link_to_another_lesson_opens_it(open_stage: OpenStage, many: Path) -> None:
    async with open_stage(content=many, lesson="4") as stage:
        stage.screen.follow("00002-lesson.md#a-first-part")
        await stage.until(lambda: stage.session.lesson.id == "lesson-2")


@pytest.mark.parametrize("height", [30, 100])
async def test_lines_of_the_map_hang_with_and_without_a_scrollbar(
    open_stage: OpenStage, many: Path, height: int
) -> None:
    async with open_stage(size=(200, height), content=many, lesson="2") as stage:
        options = stage.screen.query_one("#map-list", OptionList)
        await stage.until(lambda: options.option_count)
        await stage.pilot.pause()
        assert options.show_vertical_scrollbar == (height == 30)
        rows = [options.render_line(y).text[len(BAR) :] for y in range(options.size.height)]
        assert any(row.strip() for row in rows)
        assert all(row[0] in "○◐●" or row.startswith("  ") for row in rows if row.strip()), rows
