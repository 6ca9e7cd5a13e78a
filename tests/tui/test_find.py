"""Find, replace and go to a line in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static

from evoclass_tui.finding import Match, find, nearest, replaced
from evoclass_tui.screens.palette import Palette
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.find_bar import FindBar, ReplaceField
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.line_bar import LineBar
from tui.stage import OpenStage, Stage, in_editor

PROGRAM = "x = 1\nX = x + x\nprint(x)\n"


def note(stage: Stage) -> str:
    return str(stage.lab.query_one(FindBar).query(Static).first().render())


# ------------------------------------------------------------------------------------------------------ search


def test_capitals_count_if_the_text_has_some_or_the_search_is_exact() -> None:
    lines = ["x X", "xx"]
    assert find(lines, "x", exact=True) == [Match(0, 0, 1), Match(1, 0, 1), Match(1, 1, 2)]
    assert len(find(lines, "x", exact=False)) == 4
    assert find(lines, "X", exact=False) == [Match(0, 2, 3)]
    assert find(lines, "", exact=False) == []
    assert find(["a.b", "axb"], "a.b", exact=False) == [Match(0, 0, 3)]


def test_the_search_goes_round() -> None:
    matches = [Match(0, 0, 1), Match(2, 4, 5)]
    assert nearest(matches, (0, 0)) == 0
    assert nearest(matches, (0, 1)) == 1
    assert nearest(matches, (2, 5)) == 0
    assert nearest(matches, (0, 0), -1) == 1


def test_several_matches_of_a_line_are_replaced() -> None:
    assert replaced(["aa", "a"], find(["aa", "a"], "a", exact=True), "bcd") == ["bcdbcd", "bcd"]


# ----------------------------------------------------------------------------------------------------- the bar


async def test_find_goes_from_match_to_match_and_gives_the_focus_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f", *"x")
        assert note(stage) == "1 of 5"
        assert editor.selection == ((0, 0), (0, 1))
        await stage.press("enter", "enter")
        assert (note(stage), editor.selection) == ("3 of 5", ((1, 4), (1, 5)))
        await stage.press("up", "up", "up")
        assert (note(stage), editor.selection) == ("5 of 5", ((2, 6), (2, 7)))
        await stage.press("down")
        assert note(stage) == "1 of 5"
        underlined = [
            "".join(piece.text for piece in editor.render_line(y) if piece.style and piece.style.underline)
            for y in range(3)
        ]
        assert underlined == ["x", "Xxx", "x"]
        await stage.press("q")
        assert note(stage) == "0 found"
        await stage.press("backspace", "enter", "escape")
        assert stage.app.focused is editor
        assert not stage.lab.query(FindBar)
        assert editor.selected_text == "X"
        assert not any(piece.style and piece.style.underline for piece in editor.render_line(2))


async def test_the_search_begins_with_what_is_selected_and_else_with_the_last_one(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        editor.selection = type(editor.selection)((2, 0), (2, 5))
        await stage.press("ctrl+f")
        assert note(stage) == "1 of 1"
        await stage.press("escape", "ctrl+home", "ctrl+f", "enter")
        assert editor.selected_text == "print"


async def test_one_match_is_replaced_and_then_the_next(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f", "x", "tab", *"xs")
        assert note(stage) == "1 of 4"  # not the X
        await stage.press("enter", "enter")
        assert editor.text == "xs = 1\nX = xs + x\nprint(x)\n"
        await stage.press("down", "enter")
        assert editor.text == "xs = 1\nX = xs + x\nprint(xs)\n"
        await stage.press("escape", "ctrl+z")
        assert editor.text == "xs = 1\nX = xs + x\nprint(x)\n"
        await stage.press("ctrl+z", "ctrl+z")
        assert editor.text == PROGRAM


@pytest.mark.parametrize("by_key", [True, False])
async def test_all_are_replaced_and_one_undo_brings_them_back(open_stage: OpenStage, by_key: bool) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f", "x", "tab", *"yy")
        if by_key:
            await stage.press("alt+a")
        else:
            await stage.press("tab", "enter")
        assert editor.text == "yy = 1\nX = yy + yy\nprint(yy)\n"
        assert note(stage) == "4 replaced"
        await stage.press("escape", "ctrl+z")
        assert editor.text == PROGRAM


async def test_letters_that_follow_in_a_burst_go_into_the_field(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        for key in ("ctrl+f", *"print"):
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await stage.until(lambda: editor.selected_text == "print")
        assert editor.text == PROGRAM


async def test_the_bar_turns_to_the_file_that_is_opened(open_stage: OpenStage, course: Path) -> None:
    lesson = course / "en" / "01-adding.md"
    lesson.write_text(lesson.read_text() + "\n```{lab} minus.py\nprint(2 - 2)\n```\n")
    async with open_stage() as stage:
        await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f", *"2 - 2")
        assert note(stage) == "0 found"
        await stage.press("f4")
        assert note(stage) == "1 found"
        await stage.press("enter")
        assert stage.lab.editor is not None
        assert stage.lab.editor.selected_text == "2 - 2"


@pytest.mark.parametrize(("size", "language"), [((80, 24), "en"), ((120, 40), "it")])
async def test_the_bar_is_found_in_the_palette_and_has_its_keys(
    open_stage: OpenStage, size: tuple[int, int], language: str
) -> None:
    async with open_stage(size=size, language=language) as stage:
        await stage.press("ctrl+p", *stage.session.catalog("command.find.label"), "enter")
        assert not isinstance(stage.app.screen, Palette)
        await stage.until(lambda: isinstance(stage.app.focused, Entry))
        bar = stage.lab.query_one(FindBar)
        assert bar.region.height == 1
        assert bar.region.bottom == stage.lab.query_one("#editors").region.bottom
        assert min(field.region.width for field in bar.query(Entry)) >= 12
        keys = str(stage.screen.query_one(KeyBar).render())
        assert f"⏎ {stage.session.catalog('keys.find.next')}" in keys
        await stage.press("tab")
        assert isinstance(stage.app.focused, ReplaceField)
        await stage.press("ctrl+l")
        assert not stage.lab.query(FindBar)  # its words would be those of the other language


async def test_go_to_line_follows_the_number_and_escape_goes_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\n" * 50)
        await stage.press("alt+g", "4", "0")
        assert "of 51" in str(stage.lab.query_one(LineBar).query(Static).first().render())
        assert editor.cursor_location == (39, 0)
        await stage.press("escape")
        assert editor.cursor_location == (0, 0)
        await stage.press("alt+g", "x", "9", "9", "enter")
        assert editor.cursor_location == (50, 0)
        assert stage.app.focused is editor
        assert editor.text == "a\n" * 50
