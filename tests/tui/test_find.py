"""Find, replace and go to a line in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass_tui.finding import Match, PatternError, Sought, find, nearest, replaced
from evoclass_tui.screens.palette import Palette
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.find_bar import FindBar, FindField, ReplaceField, WayPill
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.line_bar import LineBar
from tui.stage import OpenStage, Stage, in_editor

PROGRAM = "x = 1\nX = x + x\nprint(x)\n"


def note(stage: Stage) -> str:
    return str(stage.lab.query_one(FindBar).query(Static).first().render())


# ------------------------------------------------------------------------------------------------------ search


def test_capitals_count_if_the_text_has_some_or_the_search_is_exact() -> None:
    lines = ["x X", "xx"]
    assert find(lines, Sought("x"), exact=True) == [Match(0, 0, 1), Match(1, 0, 1), Match(1, 1, 2)]
    assert len(find(lines, Sought("x"), exact=False)) == 4
    assert find(lines, Sought("X"), exact=False) == [Match(0, 2, 3)]
    assert find(lines, Sought(""), exact=False) == []
    assert find(["a.b", "axb"], Sought("a.b"), exact=False) == [Match(0, 0, 3)]


def test_the_search_goes_round() -> None:
    matches = [Match(0, 0, 1), Match(2, 4, 5)]
    assert nearest(matches, (0, 0)) == 0
    assert nearest(matches, (0, 1)) == 1
    assert nearest(matches, (2, 5)) == 0
    assert nearest(matches, (0, 0), -1) == 1


def test_several_matches_of_a_line_are_replaced() -> None:
    assert replaced(["aa", "a"], Sought("a"), "bcd") == ["bcdbcd", "bcd"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(r"\bx\w*", regex=True), ["x", "xs"]),
        (Sought("x", whole=True), ["x"]),
        (Sought("a|x", regex=True, whole=True), ["x"]),
        (Sought("(?i)X", regex=True, whole=True), ["x"]),
        (Sought(r"\S+$", regex=True), ["xs"]),
        (Sought("=", whole=True), ["="]),
        (Sought("[[a]", regex=True), []),
    ],
)
def test_a_pattern_and_whole_words(sought: Sought, found: list[str]) -> None:
    line = "x = 2 * xs"
    assert [line[match.start : match.end] for match in find([line], sought, exact=False)] == found


@pytest.mark.parametrize(
    ("text", "by", "key"),
    [
        ("a(", "", "find.wrong_open"),
        ("a)", "", "find.wrong_close"),
        ("[a", "", "find.wrong_set"),
        ("a**", "", "find.wrong_repeat"),
        ("[z-a]", "", "find.wrong_range"),
        ("a\\", "", "find.wrong_end"),
        (r"\q", "", "find.wrong_escape"),
        (r"(?<=a+)b", "", "find.wrong_behind"),
        ("(?P<n", "", "find.wrong"),
        ("(" * 5000, "", "find.too_complicated"),
        ("a", r"\1", "find.wrong_group"),
        ("a", r"\g<n>", "find.wrong_group"),
        ("a", r"\q", "find.wrong_escape"),
        ("a", r"\g<", "find.wrong"),
    ],
)
@pytest.mark.parametrize("language", ["en", "it"])
def test_what_is_wrong_with_a_pattern_is_said(text: str, by: str, key: str, language: str) -> None:
    with pytest.raises(PatternError) as told:
        replaced(["x"], Sought(text, regex=True), by)
    assert told.value.key == key
    assert "{" not in Catalog(language, ["evoclass_tui"])(key, **told.value.fields)


def test_a_pattern_that_never_ends_is_ended() -> None:
    endless = Sought("(a+)+$", regex=True)
    with pytest.raises(PatternError, match="too_complicated"):
        find(["a" * 60 + "b"], endless, exact=False)
    with pytest.raises(PatternError, match="too_complicated"):
        replaced(["a" * 60 + "b"], endless, "")


def test_a_replacement_has_the_groups_of_its_match() -> None:
    lines = ["f(a, b)", "g(c, d)"]
    swapped = replaced(lines, Sought(r"(\w), (\w)", regex=True), r"\2, \1")
    assert swapped == ["f(b, a)", "g(d, c)"]
    assert replaced(["a.a"], Sought("."), r"\1") == [r"a\1a"]
    assert replaced(["a a"], Sought("a", regex=True), "b", [Match(0, 2, 3)]) == ["a b"]


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


async def test_regular_expressions_and_whole_words_are_turned_on_by_keys(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f", *"^.", "alt+r")
        assert note(stage) == "1 of 3"
        assert [str(pill.label) for pill in stage.lab.query(WayPill)] == ["■ .*", "□ word"]
        await stage.press("backspace", "backspace", *"[xp", "alt+w")
        assert note(stage) == "“[” without “]”"
        assert not stage.lab.query(ReplaceField).first().display
        assert not any(piece.style and piece.style.underline for piece in editor.render_line(0))
        await stage.press("]")
        assert note(stage) == "1 of 5"
        await stage.pilot.click(".role-whole")
        assert note(stage) == "1 of 6"
        await stage.press("escape", "ctrl+f")
        assert [str(pill.label) for pill in stage.lab.query(WayPill)] == ["■ .*", "□ word"]
        assert isinstance(stage.app.focused, FindField)


async def test_groups_come_back_in_the_replacement_and_one_undo_takes_all_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "f(a, b)\ng(c, d)\n")
        await stage.press("ctrl+f", "alt+r", *r"(\w), (\w)", "tab", *r"\2, \1", "enter")
        assert editor.text == "f(b, a)\ng(c, d)\n"
        await stage.press(*r"\3", "alt+a")
        assert note(stage) == "no group 3"
        assert editor.text == "f(b, a)\ng(c, d)\n"
        await stage.press("backspace", "backspace", "alt+a")
        assert (note(stage), editor.text) == ("2 replaced", "f(a, b)\ng(d, c)\n")
        await stage.press("escape", "ctrl+z")
        assert editor.text == "f(b, a)\ng(c, d)\n"


async def test_the_beginnings_of_lines_are_replaced_one_after_another(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        editor = await in_editor(stage, "a\nb\nc")
        await stage.press("ctrl+f", "alt+r", "^", "tab", *"# ", "enter", "enter")
        assert editor.text == "# a\n# b\nc"
        await stage.press("escape", "ctrl+home", "ctrl+f", "$", "tab", ";", "enter", "enter")
        assert editor.text == "# a;\n# b;\nc"


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


@pytest.mark.parametrize(
    ("language", "keys"),
    [
        ("en", "⏎ next  ⇧⏎ previous  Tab replace  Alt R .*  Alt W word  Esc close"),
        ("it", "⏎ avanti  ⇧⏎ indietro  Tab sostituisci  Alt R .*  Alt W parola  Esc chiudi"),
    ],
)
async def test_a_narrow_key_bar_has_all_keys_of_the_field(
    open_stage: OpenStage, language: str, keys: str
) -> None:
    async with open_stage(size=(80, 24), language=language) as stage:
        await in_editor(stage, PROGRAM)
        await stage.press("ctrl+f")
        assert str(stage.screen.query_one(KeyBar).render()).startswith(keys)
        await stage.press("tab")
        assert "Alt A" in str(stage.screen.query_one(KeyBar).render())
