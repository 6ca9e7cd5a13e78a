"""The learner's own editor: opened from the window, or saving beside it."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual import events

from tui.stage import OpenStage


async def test_the_learners_editor_is_opened_on_what_was_typed(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "edit.py"
    script.write_text("import sys; file = open(sys.argv[1], 'a'); file.write('outside = 1\\n')")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    async with open_stage() as stage:
        monkeypatch.setattr(stage.app, "suspend", nullcontext)  # there is no terminal here
        editor = stage.lab.editor
        assert editor is not None
        editor.focus()
        await stage.press("x")
        stage.app.post_message(events.Key("alt+e", "e"))  # as a terminal sends it
        await stage.pilot.pause()
        await stage.until(lambda: "outside" in editor.text)
        assert editor.text.startswith("x# Change me.")
        assert editor.text.endswith("\noutside = 1\n")
        await stage.press("ctrl+z")
        assert "outside" not in editor.text


async def test_without_a_terminal_to_leave_it_says_so(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.press("alt+e")
        assert "cannot be opened" in stage.notices[-1]


async def test_an_outside_save_runs_the_open_file_if_the_learner_wants_that(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        file = stage.session.desk.program(stage.lab.file).file
        await stage.press(
            "f10", "down", "down", "down", "down", "down", "down", "down", "down", "left", "escape"
        )
        assert stage.session.settings.run_on_save
        file.write_text("print('outside')\n")
        await stage.until(lambda: stage.runner.runs)
        assert stage.runner.run.program.source == "print('outside')\n"
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.press(
            "f10", "down", "down", "down", "down", "down", "down", "down", "down", "right", "escape"
        )
        assert not stage.session.settings.run_on_save
