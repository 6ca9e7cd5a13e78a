"""The learner's own editor: opened from the window, or saving beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/nowhere/editor", "cannot be started"),
        ("'never closed", "cannot be started"),
        ("{python} -c 'import sys; sys.exit(3)'", "ended with an error"),
    ],
)
async def test_the_window_comes_back_after_an_editor_that_fails(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command.format(python=sys.executable))
    back = []

    @contextmanager
    def suspend() -> Iterator[None]:
        """As Textual's own: what is raised inside leaves the window suspended."""
        yield
        back.append(True)

    async with open_stage() as stage:
        monkeypatch.setattr(stage.app, "suspend", suspend)
        await stage.press("alt+e")
        await stage.until(lambda: bool(stage.notices))
        assert said in stage.notices[-1]
        assert back


async def test_a_file_in_another_encoding_is_kept_and_told(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        file = stage.session.desk.program(stage.lab.file).file
        file.write_bytes(b'x = "caff\xe8"\n')
        stage.screen.keep_and_look()
        assert stage.lab.editor is not None
        assert stage.lab.editor.text == 'x = "caff\ufffd"\n'
        aside = f"{file.stem}.other-1.py"
        assert aside in stage.notices[-1]
        assert file.with_name(aside).read_bytes() == b'x = "caff\xe8"\n'


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
        # A save while that runs: it begins again, with the new text.
        file.write_text("print('again')\n")
        await stage.until(lambda: len(stage.runner.runs) == 2)
        assert stage.runner.run.program.source == "print('again')\n"
        stage.runner.run.finishes()
        await stage.until(lambda: stage.lab.phase == "ended")
        await stage.press(
            "f10", "down", "down", "down", "down", "down", "down", "down", "down", "right", "escape"
        )
        assert not stage.session.settings.run_on_save
