"""The page after the last lesson, in the window."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from evoclass.disk import paths
from evoclass.learner.event import Verb
from evoclass.learner.progress import RunRecord
from evoclass.protocol import Exit
from evoclass_tui.screens.course import CoursePage
from evoclass_tui.textual_private import screen_text
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.next_lesson import NextLesson
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.recap_card import RecapCard
from tui.stage import OpenStage, Stage

END = """\
---
title: How far you came
language: en
---

The sum was {live}`adding#total`.

:::{ladder} What came out
| Lesson | We | You |
|---|---:|---:|
| Adding | 4 | {live}`adding#total` |
:::
"""


@pytest.fixture
def course(course: Path) -> Path:
    (course / "en" / "end.md").write_text(END)
    return course


def ran(stage: Stage, total: str) -> None:
    record = RunRecord(
        file="sum.py",
        code="",
        runner="fake",
        exit=Exit(reason="finished", code=0, seconds=0.1),
        output="",
        live={"total": total},
    )
    stage.session.log(Verb.ATTEMPTED, "sum.py", run=msgspec.to_builtins(record))


async def test_the_key_for_the_next_lesson_leads_to_it_and_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        ran(stage, "5")
        await stage.press("ctrl+pagedown")
        await stage.until(lambda: stage.session.at_end)
        await stage.until(lambda: "The sum was 5." in screen_text(stage.app.screen))
        text = screen_text(stage.app.screen)
        assert "What came out" in text
        assert "You ████" in text
        assert not stage.screen.query(NextLesson)
        assert not stage.screen.query(RecapCard)
        await stage.press("ctrl+pagedown")
        await stage.until(lambda: stage.notices[-1:] == ["The course ends here. Reviews go on."])
        stage.screen.dialogs.action_recap()
        (kept,) = (paths.data_folder() / "recaps").iterdir()
        assert "| Adding | 4 | 5 |" in kept.read_text()
        await stage.until(lambda: str(kept) in stage.notices[-1])
        assert stage.session.lesson.id == "end"
        await stage.press("ctrl+pageup")
        await stage.until(lambda: stage.session.lesson.id == "adding")
        assert stage.screen.query(NextLesson) or stage.screen.query(RecapCard)


async def test_what_leads_to_it_does_not_call_it_a_lesson(open_stage: OpenStage) -> None:
    def labels() -> list[str]:
        return [pill.label for pill in stage.screen.reader.query(".role-next-lesson").results(Pill)]

    async with open_stage() as stage:
        assert stage.screen.query(NextLesson)
        assert labels() == ["Last page of the course  ^PgDn or >"]
        ran(stage, "5")  # something done: the recap leads on, too
        stage.screen.progress.show()
        stage.screen.query_one(RecapCard).build()
        await stage.until(lambda: stage.screen.query("RecapCard .role-next-lesson"))
        assert set(labels()) == {"Last page of the course  ^PgDn or >"}


async def test_map_and_course_page_list_it(open_stage: OpenStage) -> None:
    async with open_stage(size=(140, 50)) as stage:
        await stage.press("ctrl+b")
        shown = stage.screen.query_one(CourseMap)
        await stage.until(lambda: "◇ How far you came" in screen_text(stage.app.screen))
        assert shown.display
        await stage.press("escape", "ctrl+o")
        await stage.until(lambda: isinstance(stage.app.screen, CoursePage))
        assert "◇ How far you came" in screen_text(stage.app.screen)
        await stage.press("end", "enter")
        await stage.until(lambda: stage.session.at_end)
        assert stage.session.standing.done == 0


async def test_a_note_there_makes_no_recap(open_stage: OpenStage) -> None:
    async with open_stage(lesson="end") as stage:
        block = stage.session.lesson.blocks[0].id
        stage.session.log(Verb.COMMENTED, block, note="At last.")
        stage.screen.progress.show()
        await stage.pilot.pause()
        assert not stage.screen.query(RecapCard)


async def test_a_newcomer_is_told_of_no_key_that_does_nothing_there(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        hint = stage.screen.query_one(HintLine)
        assert "F5 runs the program · n goes to the next question" in str(hint.render())
        assert "F5 Run" in str(stage.screen.query_one(KeyBar).render())
        await stage.press("ctrl+pagedown")
        await stage.until(lambda: stage.session.at_end)
        await stage.until(lambda: "F5" not in str(hint.render()))
        assert str(hint.render()) == "Read with Space · F1 shows all keys   [×]"
        keys = str(stage.screen.query_one(KeyBar).render())
        assert not {"F5", "n", "^S"} & set(keys.split())
        assert {"Space", "F1", "^Q"} <= set(keys.split())
        await stage.press("ctrl+pageup")
        await stage.until(lambda: not stage.session.at_end)
        await stage.until(lambda: "F5 Run" in str(stage.screen.query_one(KeyBar).render()))
