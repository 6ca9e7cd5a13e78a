"""The window and the learner's other machines: what was done there comes in, and what is typed here stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from course import opened
from evoclass.disk import paths
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass.learner.syncfolder import SyncFolder
from evoclass.learner.syncing import records
from evoclass_tui.textual_private import screen_text
from tui.stage import OpenStage


class OtherMachine:
    """The learner's other machine, with the same course."""

    def __init__(self, course: Path, folder: Path) -> None:
        self.session: Session = opened(course)
        self.folder = folder

    async def passes(self, block: str) -> None:
        answer = dict(self.session.answers.exercise(block).exercise.solution())
        assert (await self.session.answers.submit(block, answer)).passed
        self.sync()

    def sync(self) -> None:
        store = self.session.store
        assert store.path is not None
        outcome = SyncFolder(self.folder, store, records(store.path)).sync(mine=True)
        assert not outcome.troubles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The synced folder, which the settings name."""
    place = tmp_path / "synced"
    place.mkdir()
    config.save(paths.config_file(), sync_folder=str(place))
    return place


@pytest.fixture
def there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, course: Path, folder: Path
) -> Callable[[], OtherMachine]:
    def made() -> OtherMachine:
        with monkeypatch.context() as patched:
            patched.setenv("EVOCLASS_HOME", str(tmp_path / "there"))
            return OtherMachine(course, folder)

    return made


async def test_what_was_done_elsewhere_comes_in_and_what_is_typed_stays(
    open_stage: OpenStage, there: Callable[[], OtherMachine], folder: Path
) -> None:
    async with open_stage() as stage:
        syncing = stage.session.syncing
        await stage.until(lambda: list(folder.glob("*.evosync")))
        ten = stage.screen.reader.question("bigger/ten")
        ten.focus_first()
        await stage.until(lambda: stage.screen.focused in ten.query("*"))
        await stage.press("4")
        other = there()
        await other.passes("two-and-two")
        syncing.wish()
        await stage.until(lambda: stage.session.state.exercises["two-and-two"].passed)
        await stage.press("2")
        assert stage.screen.reader.find_question("bigger/ten") is ten  # nobody is torn from a question
        assert stage.session.outdated
        before, place = stage.screen.reader.question("two-and-two"), stage.screen.work.place
        assert place[1] > 0
        stage.screen.reader.focus()
        await stage.until(lambda: stage.screen.reader.find_question("two-and-two") not in (before, None))
        assert stage.session.state.exercises["bigger/ten"].draft == {"number": 42.0}
        await stage.until(lambda: "42" in screen_text(stage.app.screen))
        await stage.until(lambda: stage.screen.work.place == place)


async def test_a_file_of_another_machine_comes_in(
    open_stage: OpenStage, there: Callable[[], OtherMachine], folder: Path
) -> None:
    async with open_stage() as stage:
        await stage.until(lambda: list(folder.glob("*.evosync")))
        other = there()
        other.session.desk.edit("sum.py", "theirs = 1\n")
        other.sync()
        stage.session.syncing.wish()
        await stage.until(lambda: stage.lab.sources()["sum.py"] == "theirs = 1\n")


async def test_a_folder_that_is_not_there_is_told_once(open_stage: OpenStage, folder: Path) -> None:
    os.rmdir(folder)
    async with open_stage() as stage:
        await stage.until(lambda: any("is not there today" in notice for notice in stage.notices))
        told = len(stage.notices)
        stage.session.syncing.bring(60)
        await stage.pilot.pause()
        assert len(stage.notices) == told


async def test_the_settings_turn_the_folder_off_and_on(open_stage: OpenStage, folder: Path) -> None:
    async with open_stage(size=(200, 60)) as stage:
        await stage.press("f10")
        await stage.press(*["down"] * 15, "left")
        assert stage.session.settings.sync_folder == ""
        assert config.load(paths.config_file()).sync_folder == ""
        await stage.press("right")
        assert stage.session.settings.sync_folder == str(folder)
