"""Turning to another lesson: it is shown whole, whatever was shown or asked for before."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from evoclass_tui.textual_private import screen_text
from tui.stage import OpenStage


async def test_a_lesson_that_is_chosen_twice_is_shown_whole(
    open_stage: OpenStage, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (course / "en" / "01-adding.md").read_text()
    (course / "en" / "02-more.md").write_text(first.replace("id: adding\nnumber: 1", "id: more\nnumber: 2"))
    async with open_stage() as stage:
        show, shown, go_on = stage.lab.show, asyncio.Event(), asyncio.Event()

        async def show_late(*files: Any) -> None:
            shown.set()
            await go_on.wait()
            await show(*files)

        monkeypatch.setattr(stage.lab, "show", show_late)
        stage.session.for_author = True
        for _ in range(2):
            stage.screen.open_lesson(stage.session.course.lessons[1])
            await shown.wait()
        go_on.set()
        reader = stage.screen.reader
        await stage.until(lambda: reader.lesson is not None and reader.lesson.id == "more")
        # The author's later saves are those of the lesson on the screen.
        await stage.until(lambda: [file.name for file in stage.screen.preview.files] == ["02-more.md"])


async def test_a_lesson_without_programs_is_seen_after_a_pane_of_the_lab_filled_the_window(
    open_stage: OpenStage, course: Path
) -> None:
    head = "---\nformat: 1\nid: more\nnumber: 2\ntitle: More\nlanguage: en\n---\n\n"
    (course / "en" / "02-more.md").write_text(head + "Only words.\n")
    async with open_stage() as stage:
        assert stage.lab.editor is not None
        stage.lab.editor.focus()
        await stage.press("f8", "ctrl+pagedown")
        await stage.until(lambda: "Only words." in screen_text(stage.screen))
