"""What a learner sees of another window, and of a disk that takes nothing."""

from __future__ import annotations

import pytest

from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.runner import Program
from evoclass_tui.widgets.standing_notice import StandingNotice
from tui.stage import OpenStage, Stage


def other_window(stage: Stage) -> Session:
    """Open the same lesson once more on the same home."""
    ours = stage.session
    assert ours.store.path is not None
    store = Store(ours.store.path, ours.store.learner)
    return Session.open(ours.library, store, ours.plugins, ours.settings, ours.lesson.path, ours.language)


async def test_a_file_that_another_window_changed_comes_in(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        other_window(stage).desk.edit("sum.py", "theirs = 1\n")
        stage.app.on_app_focus()
        await stage.until(lambda: stage.lab.sources()["sum.py"] == "theirs = 1\n")
        assert any("another window" in notice for notice in stage.notices)
        assert stage.session.desk.code("sum.py") == "theirs = 1\n"


async def test_a_file_that_both_windows_changed_stays_and_the_other_is_kept(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        other_window(stage).desk.edit("sum.py", "theirs = 1\n")
        editor = stage.lab.editor
        assert editor is not None
        editor.load_text("ours = 1\n")
        stage.lab.flush()
        await stage.until(lambda: any("sum.other-1.py" in notice for notice in stage.notices))
        assert stage.lab.sources()["sum.py"] == "ours = 1\n"
        assert (stage.session.desk.folder() / "sum.other-1.py").read_text() == "theirs = 1\n"


async def test_an_edit_that_comes_in_just_before_the_run_is_shown(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_stage() as stage:
        desk = stage.session.desk
        make = desk.program

        def program(file: str) -> Program:
            make(file).file.write_text("theirs = 1\n")
            return make(file)

        monkeypatch.setattr(desk, "program", program)
        await stage.run()
        assert stage.runner.run.program.source == "theirs = 1\n"
        assert stage.lab.sources()["sum.py"] == "theirs = 1\n"
        stage.screen.work.keep_all()
        assert desk.code("sum.py") == "theirs = 1\n"


async def test_a_notice_stands_as_long_as_nothing_is_kept(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        notice = stage.screen.query_one(StandingNotice)
        assert not notice.display
        stage.session.store.trouble = "the disk is full"
        stage.session.look_for_trouble()
        await stage.until(lambda: notice.display and "the disk is full" in notice.sentence)
        stage.session.store.trouble = ""
        stage.session.look_for_trouble()
        await stage.until(lambda: not notice.display)
