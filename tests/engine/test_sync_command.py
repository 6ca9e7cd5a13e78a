"""`evoclass progress sync`, as a learner with two machines types it, and the thread behind a window."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from evoclass.learner.event import Verb
from evoclass.learner.store import Store
from evoclass.learner.synced import Synced
from evoclass.learner.syncfolder import SyncFolder
from evoclass.learner.syncing import Syncing
from machine import Machine


def test_two_machines_keep_together_without_another_word(machine: Callable[[str], Machine]) -> None:
    home, school = machine("home"), machine("school")
    assert "no synced folder" in home("progress", "sync").stdout
    home("learn", "1", "--plain", typed="3\n")
    assert "Entries taken in: 0." in home("progress", "sync", "folder").stdout
    joined = school("progress", "sync", "folder")
    assert joined.returncode == 0
    assert "Entries written: 0." in joined.stdout
    school("learn", "2", "--plain", typed="12\n")
    lessons = [row["lesson"] for row in json.loads(home("progress", "--json").stdout)["lessons"]]
    assert lessons == ["tensors", "gradients"]
    state = json.loads(home("progress", "sync", "--json").stdout)
    assert (state["taken"], state["written"], state["troubles"]) == (0, 0, [])
    assert len(state["machines"]) == 1  # both are this computer
    assert "no longer used" in home("progress", "sync", "--stop").stdout
    assert "no synced folder" in home("progress", "sync").stdout


def test_what_may_be_somebody_elses_needs_a_word(machine: Callable[[str], Machine], tmp_path: Path) -> None:
    home, school = machine("home"), machine("school")
    home("learn", "1", "--plain", typed="3\n")
    school("learn", "2", "--plain", typed="12\n")
    home("progress", "sync", "folder")
    before = sorted((tmp_path / "folder").iterdir())
    refused = school("progress", "sync", "folder")
    assert refused.returncode == 2
    assert "--mine" in refused.stderr
    assert sorted((tmp_path / "folder").iterdir()) == before
    assert "no synced folder" in school("progress", "sync").stdout
    assert school("progress", "sync", "folder", "--mine").returncode == 0


def test_a_folder_that_cannot_be_one_is_refused(machine: Callable[[str], Machine], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in ("file", "no/such/folder", "/proc/nothing"):
        refused = machine("home")("progress", "sync", folder)
        assert refused.returncode == 2
        assert folder in refused.stderr


def test_a_missing_folder_is_a_sentence_and_no_obstacle(
    machine: Callable[[str], Machine], tmp_path: Path
) -> None:
    home = machine("home")
    home("learn", "1", "--plain", typed="3\n")
    home("progress", "sync", "folder")
    (tmp_path / "folder").rename(tmp_path / "away")
    for words in (("progress",), ("review", "--plain"), ("learn", "1", "--plain")):
        done = home(*words)
        assert done.returncode == 0
        assert "is not there today" in done.stdout + done.stderr
    assert not (tmp_path / "folder").exists()


def test_a_folder_that_does_not_answer_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, done = threading.Event(), threading.Event()

    def sync(self: SyncFolder, *, mine: bool = False) -> Synced:
        answers.wait()
        return Synced(taken=1)

    monkeypatch.setattr(SyncFolder, "sync", sync)
    syncing = Syncing(str(tmp_path), tmp_path / "progress.db", "me")
    syncing.bring(0.01)
    assert syncing.latest is None
    syncing.heard = lambda outcome: done.set()
    answers.set()
    assert done.wait(60)
    assert syncing.latest == Synced(taken=1)


def test_a_file_that_comes_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "there").mkdir()
    there = Store(tmp_path / "there" / "progress.db")
    there.append(Verb.ANSWERED, course="c", lesson="l", block="q", answer={}, score=1.0, passed=True)
    came = threading.Event()
    syncing = Syncing(str(folder), tmp_path / "progress.db", "me")
    syncing.heard = lambda outcome: came.set() if outcome.taken else None
    syncing.bring(60)
    syncing.follow()
    while not came.is_set():  # the watch may begin after the file has come: then a later change tells
        SyncFolder(folder, there, tmp_path / "there").sync()
        came.wait(3)
        there.append(Verb.ATTENDED, course="c", seconds=1.0)
    syncing.close()
    there.close()
    store = Store(tmp_path / "progress.db")
    assert any(event.block == "q" for event in store.events())
    store.close()
