"""Brackets and quotes in the editor: they come in pairs, and never in the way."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from evoclass_tui.pairs import inside
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor


@pytest.mark.parametrize(
    ("before", "where"),
    [
        ("x = 1", ""),
        ("x  # see", "#"),
        ('"#', '"'),
        ('"a" # b', "#"),
        ("'a\\'b", "'"),
        ("'a'", ""),
        ("it's\nx", ""),
        ('"""a "b" c\n', '"""'),
        ('"""a"""', ""),
        ('"""a\\"""', '"""'),
        ("'''a\"\"\"", "'''"),
        ('""', ""),
    ],
)
def test_what_the_cursor_is_in(before: str, where: str) -> None:
    assert inside(before) == where


class Desk(App[None]):
    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield Editor("train.py", "")


CASES = {
    "a pair": ("|", "(", "(|)"),
    "the closing one steps over": ("|", "f(x)", "f(x)|"),
    "all of them": ("|", "a = {'k': [f(1), \"x\"]}", "a = {'k': [f(1), \"x\"]}|"),
    "nothing before a word": ("|word", "(", "(|word"),
    "nor before what it may enclose": ("y =| a + b", "(", "y =(| a + b"),
    "before a comment": ("x = | # why", "[", "x = [|] # why"),
    "one that is needed is typed": ("f((a|)", ")", "f((a)|)"),
    "of an outer line": ("g(\n    f(a|)", "))", "g(\n    f(a))|"),
    "no apostrophe in a word": ("don|", "'", "don'|"),
    "a string with a letter": ("x = rb|", '"', 'x = rb"|"'),
    "none in a comment": ("# see |", "(it's", "# see (it's|"),
    "none in a string": ("'|'", "(", "'(|'"),
    "an escaped quote": ("'a\\|'", "'", "'a\\'|'"),
    "the other quote in a string": ("'|'", '"', "'\"|'"),
    "three quotes": ("|", '"""doc', '"""doc|"""'),
    "three quotes at the end": ("|", '"""doc"""', '"""doc"""|'),
    "an empty string": ("|", '""', '""|'),
    "backspace takes the pair": ("f(|)", "\b", "f|"),
    "and only an empty one": ("f(x|)", "\b", "f(|)"),
    "quotes too": ("|", '"\b', "|"),
    "a new line in between": ("|", "f(\na", "f(\n    a|\n)"),
    "and in a block": ("    x = [|]", "\n", "    x = [\n        |\n    ]"),
    "a comment that ends in a bracket": ("x  # (|)", "\n", "x  # (\n|)"),
}


@pytest.mark.parametrize(("before", "keys", "after"), CASES.values(), ids=CASES)
async def test_what_is_typed(before: str, keys: str, after: str) -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        editor = app.query_one(Editor)
        row = before[: before.index("|")].count("\n")
        column = len(before[: before.index("|")].rpartition("\n")[2])
        editor.load_text(before.replace("|", "", 1))
        editor.move_cursor((row, column))
        editor.focus()
        await pilot.pause()
        for key in keys:
            await pilot.press({"\b": "backspace", "\n": "enter"}.get(key, key))
        row, column = editor.cursor_location
        lines = editor.text.split("\n")
        lines[row] = lines[row][:column] + "|" + lines[row][column:]
        assert "\n".join(lines) == after


async def test_a_selection_is_replaced_and_a_pair_is_undone_together() -> None:
    app = Desk()
    async with app.run_test(size=(80, 12)) as pilot:
        editor = app.query_one(Editor)
        editor.load_text("word")
        editor.select_all()
        editor.focus()
        await pilot.press("(")
        assert editor.text == "("
        await pilot.press("ctrl+z", "end", "space", "[", "x")
        assert editor.text == "word [x]"
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.text == "word "
