"""Notes and bookmarks on the screen, their list, and jumps undone and made again, also between lessons."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from evoclass_tui.screens.notes import NotesScreen
from evoclass_tui.widgets.annotation_view import AnnotationView
from evoclass_tui.widgets.note_box import NoteBox
from evoclass_tui.widgets.prose import Prose
from tui.stage import OpenStage, Stage

HEAD = "---\nformat: 1\nid: {id}\nnumber: {number}\ntitle: {title}\nlanguage: en\n---\n\n"
FILLER = "".join(f"Paragraph {n} about nothing in particular.\n\n" for n in range(40))
FIRST = (
    HEAD.format(id="first", number=1, title="First")
    + f"The slope of a hill.\n\nA ball rolls.\n\n[On](02-second.md#s1)\n\n{FILLER}"
    + ":::{text} why\nWhy?\n:answer: so\n:::\n"
)
SECOND = (
    HEAD.format(id="second", number=2, title="Second") + f"{FILLER}## Valleys\n\nIn a valley.\n\n{FILLER}"
)


@pytest.fixture
def hills(tmp_path: Path) -> Path:
    folder = tmp_path / "hills" / "en"
    folder.mkdir(parents=True)
    (folder / "01-first.md").write_text(FIRST)
    (folder / "02-second.md").write_text(SECOND)
    return folder.parent


def page_text(stage: Stage) -> str:
    """Return what the prose of the page says, with the notes in it."""
    return "\n".join(line.text for prose in stage.screen.reader.query(Prose) for line in prose.lines)


def box(stage: Stage) -> NoteBox:
    return stage.screen.query_one(NoteBox)


async def test_a_note_says_where_it_will_be_and_is_below_its_block(
    open_stage: OpenStage, hills: Path
) -> None:
    async with open_stage(content=hills, lesson="1") as stage:
        await stage.press("a")
        assert "The slope of a hill." in str(box(stage)._title.content)
        marked = [prose for prose in stage.screen.reader.query(Prose) if prose.line_ink(0) == "note.target"]
        assert len(marked) == 1
        # Keys of a burst, the first of which opens the box.
        await stage.press("escape")
        for key in ("a", *"how steep", "enter", *"?"):
            stage.app.simulate_key(key)
        await stage.until(lambda: stage.screen.query(NoteBox) and box(stage)._area.text == "how steep\n?")
        await stage.press("alt+down")
        assert "A ball rolls." in str(box(stage)._title.content)
        await stage.press(*"up [/b]", "escape")
        assert not stage.screen.query(NoteBox)
        assert stage.screen.reader.has_focus
        text = page_text(stage)
        assert "The slope of a hill.\n✎ how steep\n  ?\n" in text
        assert "A ball rolls.\n✎ up [/b]" in text
        await stage.press("a", *["backspace"] * 12, "ctrl+s")
        assert "how steep" not in page_text(stage)
        assert "up [/b]" in page_text(stage)


async def test_what_is_being_typed_is_kept_when_the_window_closes(open_stage: OpenStage, hills: Path) -> None:
    async with open_stage(content=hills, lesson="1") as stage:
        await stage.press("a", *"half a thou")
        await stage.app.action_quit()
    async with open_stage(content=hills, lesson="1") as stage:
        assert "✎ half a thou" in page_text(stage)
        await stage.press("a", *"ght")
        await stage.screen.action_next_lesson()
        await stage.until(lambda: not stage.screen.query(NoteBox))
        assert not stage.session.state.notes
    async with open_stage(content=hills, lesson="1") as stage:
        assert "✎ half a thought" in page_text(stage)


async def test_a_note_at_a_question_is_below_it(open_stage: OpenStage, hills: Path) -> None:
    async with open_stage(content=hills, lesson="1") as stage:
        await stage.press("n", *"so", "escape", "a")
        assert "Why?" in str(box(stage)._title.content)
        assert stage.screen.reader.question("why").has_class("-target")
        await stage.press(*"because", "escape", "m")
        (view,) = stage.screen.reader.query(AnnotationView)
        assert view.found[0].note == "because"
        assert view.found[0].bookmarked
        assert any("Bookmark set at “Why?" in notice for notice in stage.notices)
        view.focus()
        await stage.press("enter")
        await stage.until(lambda: stage.screen.query(NoteBox))
        await stage.press(*["backspace"] * 7, "escape", "m")
        await stage.until(lambda: not stage.screen.reader.query(AnnotationView))


async def test_the_list_leads_there_takes_away_and_brings_back(open_stage: OpenStage, hills: Path) -> None:
    async with open_stage(content=hills, lesson="2") as stage:
        stage.screen.reader.jump_to("s1.1")
        await stage.pilot.pause()
        await stage.press("m")
        await stage.screen.action_previous_lesson()
        await stage.press("a", *"mine", "escape", "A")
        assert isinstance(stage.app.screen, NotesScreen)
        options = stage.app.screen.query_one(OptionList)
        shown = [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]
        assert shown == ["1 First", "✎ The slope of a hill.\n  mine", "2 Second", "⚑ In a valley."]
        await stage.press("x")
        assert not stage.session.state.notes
        await stage.press("u")
        assert list(stage.session.state.notes.values()) == ["mine"]
        await stage.press("end", "enter")
        await stage.until(lambda: stage.session.lesson.id == "second" and not stage.screen.reader.settling)
        await stage.until(lambda: stage.screen.reader.here.block == "s1.1")
        # Back in the other lesson, and forward again.
        await stage.press("backspace")
        await stage.until(lambda: stage.session.lesson.id == "first")
        await stage.press("y")
        await stage.until(lambda: stage.session.lesson.id == "second" and not stage.screen.reader.settling)
        await stage.until(lambda: stage.screen.reader.here.block == "s1.1")


async def test_every_jump_is_undone_and_made_again(open_stage: OpenStage, hills: Path) -> None:
    async with open_stage(content=hills, lesson="1") as stage:
        reader = stage.screen.reader
        await stage.press("space")
        start = reader.here
        assert start.rows or start.block != "s0.1"
        await stage.press("n", "escape")
        at_question = reader.here
        stage.screen.follow("02-second.md#s1")
        await stage.until(lambda: stage.session.lesson.id == "second" and not reader.settling)
        await stage.until(lambda: reader.here.block == "s1")
        for wanted in (at_question, start):
            await stage.press("backspace")
            await stage.until(lambda wanted=wanted: reader.here == wanted)  # type: ignore[misc]
        await stage.press("backspace")
        assert reader.here == start
        await stage.press("y")
        await stage.until(lambda: reader.here == at_question)
        await stage.press("y")
        await stage.until(lambda: stage.session.lesson.id == "second" and not reader.settling)
        await stage.press("y")
        assert any("no jump that you went back from" in notice for notice in stage.notices)
        # A new jump from the middle begins another way forward.
        await stage.press("backspace")
        await stage.until(lambda: reader.here == at_question)
        reader.jump_to("s0.1")
        await stage.press("y")
        assert stage.session.lesson.id == "first"
