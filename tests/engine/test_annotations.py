"""Notes and bookmarks: kept at their text while the author changes the lesson, and never lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evoclass.disk import paths
from evoclass.learner import config
from evoclass.learner.annotations import Notebook
from evoclass.learner.session import Session
from evoclass.learner.store import Store, Verb
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser

PLUGINS = Plugins()

HEAD = "---\nformat: 1\nid: own\nnumber: 1\ntitle: Own\nlanguage: {language}\n---\n\n"

FIRST = "The gradient says in which direction the loss grows fastest, and how fast it grows there."
SECOND = "A step against the gradient makes the loss smaller, if the step is small enough for it."
ENGLISH = f"## Slopes\n\n{FIRST}\n\n{SECOND}\n\n## Steps\n\nSomething else altogether, about rates.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("en", "it"):
        (tmp_path / "own" / name).mkdir(parents=True)
    return tmp_path / "own"


def opened(folder: Path, text: str, language: str = "en") -> tuple[Session, Notebook]:
    """Open the lesson as its author has it now."""
    (folder / language / "01-own.md").write_text(HEAD.format(language=language) + text, encoding="utf-8")
    library = Library([folder], Parser(PLUGINS))
    settings = config.load(paths.config_file())
    session = Session.open(library, Store(paths.progress_file()), PLUGINS, settings, "1", language)
    return session, Notebook(session)


def told(notebook: Notebook) -> list[tuple[str, str, bool]]:
    return [(one.block, one.note, one.astray) for one in notebook.here]


def test_a_note_is_written_changed_and_taken_away(folder: Path) -> None:
    _, notebook = opened(folder, ENGLISH)
    notebook.write("s1.2", "Why small?\n\nAsk.\n")
    notebook.write("s1.2", "Why small?\n\nAsk Ada.")
    session, again = opened(folder, ENGLISH)
    assert told(again) == [("s1.2", "Why small?\n\nAsk Ada.", False)]
    assert again.note_at("s1.2") == "Why small?\n\nAsk Ada."
    again.write("s1.2", " \n")
    assert told(opened(folder, ENGLISH)[1]) == []
    count = len(session.store.events())
    again.write("s1.1", "")
    assert len(session.store.events()) == count  # nothing has changed, so nothing is logged


def test_a_note_moves_with_its_text(folder: Path) -> None:
    opened(folder, ENGLISH)[1].write("s1.1", "mine")
    opened(folder, ENGLISH)[1].bookmark("s1.1")
    moved = ENGLISH.replace(FIRST, f"A new beginning.\n\nAnother one.\n\n{FIRST}")
    assert told(opened(folder, moved)[1]) == [("s1.3", "mine", False)]
    to_the_end = ENGLISH.replace(f"{FIRST}\n\n", "") + f"\n{FIRST}\n"
    session, notebook = opened(folder, to_the_end)
    assert told(notebook) == [("s2.2", "mine", False)]
    assert notebook.here[0].bookmarked
    assert not notebook.bookmark("s2.2")  # the same one, wherever it is
    assert not session.state.bookmarks


def test_a_note_stays_at_a_text_that_was_edited(folder: Path) -> None:
    opened(folder, ENGLISH)[1].write("s1.2", "mine")
    edited = ENGLISH.replace("makes the loss smaller", "lowers the loss").replace(FIRST, f"New.\n\n{FIRST}")
    assert told(opened(folder, edited)[1]) == [("s1.3", "mine", False)]


def test_a_note_whose_text_is_gone_is_at_the_end_of_its_section(folder: Path) -> None:
    opened(folder, ENGLISH)[1].write("s1.1", "mine")
    gone = ENGLISH.replace(FIRST, "Quite another subject, with nothing in common: croissants.")
    _, notebook = opened(folder, gone)
    assert told(notebook) == [("s1.2", "mine", True)]
    assert notebook.here[0].quote == FIRST
    # A note at the block where it was does not replace it.
    notebook.write("s1.1", "croissants!")
    assert sorted(told(opened(folder, gone)[1])) == [("s1.1", "croissants!", False), ("s1.2", "mine", True)]
    astray = next(one for one in notebook.here if one.astray)
    notebook.take_away(astray, "own")
    notebook.bring_back(astray, "own")
    assert sorted(told(notebook)) == [("s1.1", "croissants!", False), ("s1.2", "mine", True)]
    notebook.take_away(astray, "own")
    assert told(notebook) == [("s1.1", "croissants!", False)]
    assert told(opened(folder, "Nothing is left.\n")[1]) == [("s0.1", "croissants!", True)]


def test_a_note_at_a_question_that_is_gone_is_kept_too(folder: Path) -> None:
    asked = ENGLISH + "\n:::{number} half\nHalf of 10?\n:answer: 5\n:::\n"
    opened(folder, asked)[1].write("half", "easy")
    assert told(opened(folder, asked)[1]) == [("half", "easy", False)]
    _, notebook = opened(folder, ENGLISH)
    assert told(notebook) == [("s2.1", "easy", True)]
    assert notebook.here[0].quote == "Half of 10?"


def test_a_note_is_at_the_same_block_in_the_other_language(folder: Path) -> None:
    opened(folder, ENGLISH)[1].write("s1.2", "mine")
    _, notebook = opened(folder, "## Pendenze\n\nUno.\n\nDue.\n\n## Passi\n\nTre.\n", "it")
    assert told(notebook) == [("s1.2", "mine", False)]


def test_a_lesson_begun_anew_keeps_its_notes_and_finds_them(folder: Path) -> None:
    session, notebook = opened(folder, ENGLISH)
    notebook.write("s1.1", "mine")
    session.log(Verb.VOIDED)
    assert told(opened(folder, ENGLISH.replace(FIRST, f"New.\n\n{FIRST}"))[1]) == [("s1.2", "mine", False)]


def test_whatever_stands_in_the_log_costs_no_note(folder: Path) -> None:
    session, _ = opened(folder, ENGLISH)
    for at in (None, 3, {"text": ["x"]}, {"block": None, "text": "gone", "language": "en"}):
        session.log(Verb.COMMENTED, "s1.1", note="mine", at=at)
        assert [note for _, note, _ in told(opened(folder, ENGLISH)[1])] == ["mine"]


def notes(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "evoclass", "notes", "--content", str(folder), *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_command_prints_markdown_and_json(folder: Path, tmp_path: Path) -> None:
    session, notebook = opened(folder, ENGLISH + "\nA `star` *and* <b>.\n")
    notebook.write("s1.1", "**mine**\x1b[31m")
    notebook.bookmark("s2.2")
    session.store.close()
    said = notes(folder)
    assert f"## 1 Own\n\n### Slopes\n\n> {FIRST}\n\n**mine**" in said
    assert "\x1b" not in said
    assert r"> A star and \<b\>." in said
    rows = json.loads(notes(folder, "1", "--json"))
    assert [(row["block"], row["bookmark"]) for row in rows] == [("s1.1", False), ("s2.2", True)]
    notes(folder, "--output", str(tmp_path / "kept.md"))
    assert "**mine**" in (tmp_path / "kept.md").read_text(encoding="utf-8")
    notes(folder, "1", "--json", "--output", str(tmp_path / "kept.json"))
    assert json.loads((tmp_path / "kept.json").read_text(encoding="utf-8")) == rows
    # The lesson is taken out of the course: what was written stays.
    (folder / "en" / "01-own.md").rename(folder / "en" / "01-own.txt")
    (folder / "en" / "02-other.md").write_text(HEAD.format(language="en").replace("own", "other") + "Text.\n")
    assert "**mine**" in notes(folder)


def test_plain_mode_writes_notes_and_bookmarks_at_every_question(course: Path) -> None:
    command = [sys.executable, "-m", "evoclass", "learn", "1", "--plain", "--trust", "--content", str(course)]
    typed = "n\nnote\nFirst line\n  second\n.\nbookmark\nnotes\nq\n"
    ended = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)
    assert "At: “What is 2 + 2?" in ended.stdout
    assert "Bookmark set at" in ended.stdout
    assert "  Your note: First line\n  second" in ended.stdout or "Your note: First line" in ended.stdout
    again = subprocess.run(
        command, input="n\nnote\n-\n.\nnotes\nq\n", capture_output=True, text=True, timeout=120
    )
    assert again.stdout.index("Your note: First line") < again.stdout.index("The note is gone.")
    assert "Your note" not in again.stdout.partition("The note is gone.")[2]
