"""The editor by itself: what Python programmers expect of Enter, Tab and Backspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets.text_area import Selection

from evoclass.protocol import ErrorReport, Operand
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.editor import Editor

Open = Callable[[str], AbstractAsyncContextManager[tuple[Editor, Pilot[None]]]]


class Desk(App[None]):
    CSS = "Editor { height: 1fr; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield Editor("train.py", self.text)


@pytest.fixture
def edit() -> Open:
    @asynccontextmanager
    async def opened(text: str) -> AsyncIterator[tuple[Editor, Pilot[None]]]:
        app = Desk(text)
        async with app.run_test(size=(80, 12)) as pilot:
            editor = app.query_one(Editor)
            editor.cursor_blink = False
            editor.focus()
            await pilot.pause()
            yield editor, pilot

    return opened


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x):", "def f(x):\n    "),
        ("    for x in y:", "    for x in y:\n        "),
        ("    x = 1", "    x = 1\n    "),
        ("    return x", "    return x\n"),
        ("x = nn.Linear(", "x = nn.Linear(\n    "),
        ("x = 1  # not a block:", "x = 1  # not a block:\n"),
    ],
)
async def test_enter_indents_as_python_expects(edit: Open, before: str, after: str) -> None:
    async with edit(before) as (editor, pilot):
        editor.move_cursor(editor.document.end)
        await pilot.press("enter")
        assert editor.text == after


async def test_backspace_goes_back_one_level(edit: Open) -> None:
    async with edit("        x") as (editor, pilot):
        editor.move_cursor((0, 8))
        await pilot.press("backspace")
        assert editor.text == "    x"
        editor.move_cursor((0, 5))
        await pilot.press("backspace")
        assert editor.text == "    "


async def test_tab_and_shift_tab_move_selected_lines(edit: Open) -> None:
    async with edit("a\n\nb\nc") as (editor, pilot):
        editor.selection = Selection((0, 0), (2, 1))
        await pilot.press("tab")
        assert editor.text == "    a\n\n    b\nc"
        editor.selection = Selection((0, 0), (2, 5))
        await pilot.press("shift+tab")
        assert editor.text == "a\n\nb\nc"


async def test_comment_and_back(edit: Open) -> None:
    async with edit("  a\n\n    b # c") as (editor, pilot):
        editor.selection = Selection((0, 0), (2, 3))
        await pilot.press("ctrl+underscore")
        assert editor.text == "  # a\n\n  #   b # c"
        editor.selection = Selection((0, 0), (2, 3))
        await pilot.press("ctrl+underscore")
        assert editor.text == "  a\n\n    b # c"


async def test_comment_on_an_empty_line_changes_nothing(edit: Open) -> None:
    async with edit("") as (editor, pilot):
        await pilot.press("ctrl+underscore")
        assert editor.text == ""


async def test_replaced_text_comes_back_with_undo(edit: Open) -> None:
    async with edit("old\ntext") as (editor, pilot):
        await pilot.press("!")
        editor.replace_all("new")
        assert editor.text == "new"
        await pilot.press("ctrl+z")
        assert editor.text == "!old\ntext"


async def test_the_error_is_underlined_over_several_lines(edit: Open) -> None:
    async with edit("x = f(\n    a,\n    b,\n)") as (editor, pilot):
        report = ErrorReport(type="E", text="", line=1, end_line=4, column=4, end_column=1)
        editor.mark_error(report)
        await pilot.pause()
        underlined = [
            "".join(piece.text for piece in editor.render_line(y) if piece.style and piece.style.underline)
            for y in range(4)
        ]
        assert underlined == ["f(", "a,", "b,", ")"]


async def test_a_long_line_has_no_room_for_the_operands(edit: Open) -> None:
    operands = (Operand(name="weights", shape=(256, 10), dtype="float32"),)
    async with edit("y" * 78 + "\nshort") as (editor, pilot):
        editor.mark_error(ErrorReport(type="E", text="", line=1, operands=operands))
        await pilot.pause()
        assert "weights" not in editor.render_line(0).text
        editor.mark_error(ErrorReport(type="E", text="", line=2, operands=operands))
        await pilot.pause()
        assert "weights (256, 10) float32" in editor.render_line(1).text


async def test_an_error_without_a_line_marks_nothing(edit: Open) -> None:
    async with edit("x = 1") as (editor, pilot):
        editor.mark_error(ErrorReport(type="E", text=""))
        await pilot.pause()
        assert "✗" not in editor.render_line(0).text


async def test_a_mark_beyond_the_end_does_no_harm(edit: Open) -> None:
    async with edit("x = 1") as (editor, pilot):
        editor.mark_running(99)
        editor.mark_error(ErrorReport(type="E", text="", line=120, end_line=121, column=3, end_column=9))
        await pilot.pause()
        assert editor.render_line(0).text.lstrip().startswith("1")


async def test_the_running_line_comes_into_view_unless_one_is_editing(edit: Open) -> None:
    async with edit("\n".join(f"line{number}" for number in range(100))) as (editor, pilot):
        editor.mark_running(60)
        await pilot.pause()
        assert editor.scroll_offset.y == 0
        editor.screen.set_focus(None)
        await pilot.pause()
        editor.mark_running(61)
        await pilot.pause()
        assert 50 <= editor.scroll_offset.y <= 60


async def test_colours_change_with_the_theme(edit: Open) -> None:
    async with edit("x = 1\nimport torch") as (editor, pilot):

        def keyword() -> object:
            return next(piece.style for piece in editor.render_line(1) if "import" in piece.text)

        night = keyword()
        editor.app.theme = THEMES[1].name
        await pilot.pause()
        assert keyword() != night


async def test_only_the_sign_before_a_line_is_taken_away(edit: Open) -> None:
    async with edit('#print("# hi")\n  # a') as (editor, pilot):
        editor.selection = Selection((0, 0), (1, 5))
        await pilot.press("ctrl+underscore")
        assert editor.text == 'print("# hi")\n  a'


async def test_lines_move_up_and_down_with_their_selection(edit: Open) -> None:
    async with edit("a\nb\nc\nd") as (editor, pilot):
        editor.selection = Selection((1, 0), (2, 1))
        await pilot.press("alt+up")
        assert editor.text == "b\nc\na\nd"
        assert editor.selected_text == "b\nc"
        await pilot.press("alt+up")
        assert editor.text == "b\nc\na\nd"
        await pilot.press("alt+down", "alt+down")
        assert editor.text == "a\nd\nb\nc"
        assert editor.selected_text == "b\nc"
        await pilot.press("alt+down", "ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text == "a\nb\nc\nd"


async def test_a_line_is_duplicated_below_itself(edit: Open) -> None:
    async with edit("a\nbc") as (editor, pilot):
        editor.move_cursor((1, 1))
        await pilot.press("alt+shift+down", "x")
        assert editor.text == "a\nbc\nbxc"
        editor.selection = Selection((0, 0), (2, 0))
        await pilot.press("alt+d")
        assert editor.text == "a\nbc\na\nbc\nbxc"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text == "a\nbc"


async def test_control_a_goes_to_the_start_of_the_line_and_then_selects_all(edit: Open) -> None:
    async with edit("a\n  bc") as (editor, pilot):
        editor.move_cursor((1, 4))
        await pilot.press("ctrl+a")
        assert editor.selection == Selection((1, 2), (1, 2))
        await pilot.press("ctrl+a")
        assert editor.selected_text == "a\n  bc"
