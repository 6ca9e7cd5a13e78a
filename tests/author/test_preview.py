"""The preview: drawn anew at every save, at the same place, with the problems where they are."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from evoclass.disk import paths
from evoclass.disk.watching import _polled, saves
from evoclass.learner import config
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.model import ExerciseBlock, Fault, Paragraph, plain_text
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass_author.scaffold import make_course
from evoclass_tui.app import EvoClassApp

PLUGINS = Plugins()


def open_preview(file: Path) -> Session:
    library = Library([file.parent.parent], Parser(PLUGINS))
    store = Store(paths.data_folder() / "preview.db")
    return Session.preview(library, store, PLUGINS, config.load(paths.config_file()), file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_course(tmp_path / "c", "First", "", ["en", "it"])
    return tmp_path / "c" / "en" / "01-first.md"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_problems_stand_where_they_are(file: Path) -> None:
    change(
        file,
        "- [x] `torch.zeros(3)`\n  > Right: three zeros, in one dimension.\n",
        "- [x] `torch.zeros(3)`\n",
    )
    change(file, "| Layer | Input", "See [nothing](gone.md).\n\n| Layer | Input")
    session = open_preview(file)
    blocks = session.lesson.blocks
    codes = {block.problem.code: place for place, block in enumerate(blocks) if isinstance(block, Fault)}
    assert set(codes) == {"W040", "E055"}
    after = blocks[codes["W040"] + 1]
    assert isinstance(after, ExerciseBlock)
    assert after.id == "one-is-right"


def test_drift_from_the_english_file_is_shown_in_the_translation(file: Path) -> None:
    italian = file.parents[1] / "it" / file.name
    change(italian, "28 per 28 pixel", "29 per 29 pixel")
    session = open_preview(italian)
    (fault,) = [block for block in session.lesson.blocks if isinstance(block, Fault)]
    assert fault.problem.code == "W094"


async def test_a_save_is_shown_at_the_same_place_with_the_same_answers(file: Path) -> None:
    session = open_preview(file)
    app = EvoClassApp(session, {})
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.lesson_screen
        await screen.until_whole()
        session.answers.draft("one-is-right", {"choice": "b"})
        screen.reader.go_to("one-is-right")
        await pilot.pause()
        change(file, "Which of these is a tensor?", "Which one is a tensor, then?")
        while "then" not in plain_text(session.answers.exercise("one-is-right").prompt[0].text):
            await pilot.pause(0.02)
        await pilot.pause()
        assert session.state.block == "one-is-right"
        assert session.state.exercise("one-is-right").draft == {"choice": "b"}
        change(file, "Begin with a question", ":::{nope}\n:::\n\nBegin with a question")
        while not any(isinstance(block, Fault) for block in session.lesson.blocks):
            await pilot.pause(0.02)
    session.store.close()


@pytest.mark.parametrize("watch", [saves, _polled])
async def test_saves_in_place_and_by_renaming_are_noticed(tmp_path: Path, watch) -> None:
    file = tmp_path / "lesson.md"
    file.write_text("one")
    events = watch(file)
    task = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)  # lets the watcher take its first look
    file.write_text("one and two")
    await task
    task = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    other = tmp_path / ".lesson.md.swp"
    other.write_text("one, two and three")
    os.replace(other, file)
    await task
    await events.aclose()


def test_the_preview_leaves_the_learners_progress_alone(file: Path) -> None:
    session = open_preview(file)
    session.reached("s1")
    assert not paths.progress_file().exists()
    assert isinstance(session.lesson.blocks[0], Paragraph)


async def test_saves_are_noticed_in_a_folder_whose_names_are_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    folder.mkdir()
    file = folder / "\udcff.md"
    file.write_text("a")
    noticed = saves(file)
    waiting = asyncio.ensure_future(anext(noticed))
    for number in range(100):  # it may not look yet when the first of these comes
        await asyncio.sleep(0.05)
        file.write_text(str(number) * (number + 2))
        if waiting.done():
            break
    await asyncio.wait_for(waiting, 10)
    await noticed.aclose()


async def test_a_save_of_another_file_of_the_lesson_is_noticed(tmp_path: Path) -> None:
    main, part = tmp_path / "en" / "a.md", tmp_path / "parts" / "b.md"
    for file in (main, part):
        file.parent.mkdir()
        file.write_text("one")
    events = saves(main, part, tmp_path / "nowhere" / "c.md")
    waiting = asyncio.ensure_future(anext(events))
    for number in range(100):  # it may not look yet when the first of these comes
        await asyncio.sleep(0.05)
        part.write_text(str(number) * (number + 2))
        if waiting.done():
            break
    await asyncio.wait_for(waiting, 10)
    await events.aclose()


def test_the_preview_watches_what_the_lesson_takes_in_and_shows_its_faults_there(file: Path) -> None:
    course = file.parent.parent
    (course / "parts").mkdir()
    (course / "parts" / "a.md").write_text(":::{include} parts/no.md\n:::\n\n[dead](gone.md)\n")
    change(
        file,
        "| Layer | Input",
        ":::{include} parts/a.md\n:::\n\n```{lab} x.py\n:file: x.py\n```\n\n| Layer | Input",
    )
    session = open_preview(file)
    names = [path.relative_to(course.resolve()).as_posix() for path in session.lesson.files]
    assert names == ["parts/a.md", "parts/no.md", "x.py"]
    faults = [block for block in session.lesson.walk() if isinstance(block, Fault)]
    places = [
        (fault.problem.code, fault.problem.path and fault.problem.path.name, fault.source_line)
        for fault in faults
    ]
    assert places == [("E055", "a.md", 4), ("E107", "a.md", 1), ("E107", None, 0)]
