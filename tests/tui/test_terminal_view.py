"""The terminal panel by itself: drawing, following, selecting, clearing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection

from evoclass.running.terminal import TerminalBuffer
from evoclass_tui.terminal_rows import TerminalRows
from evoclass_tui.themes import THEMES
from evoclass_tui.widgets.terminal_view import TerminalView

Open = Callable[[str], AbstractAsyncContextManager[tuple[TerminalView, TerminalBuffer, Pilot[None]]]]


class Desk(App[None]):
    CSS = "TerminalView { height: 6; width: 30; }"

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield TerminalView()


@pytest.fixture
def terminal() -> Open:
    @asynccontextmanager
    async def opened(text: str) -> AsyncIterator[tuple[TerminalView, TerminalBuffer, Pilot[None]]]:
        app = Desk()
        async with app.run_test(size=(40, 10)) as pilot:
            view = app.query_one(TerminalView)
            buffer = TerminalBuffer(max_lines=100)
            buffer.feed(text)
            view.show(buffer)
            await pilot.pause()
            yield view, buffer, pilot

    return opened


async def test_colours_are_drawn(terminal: Open) -> None:
    async with terminal("\x1b[31mred\x1b[0m plain") as (view, _, _):
        red, plain, *_ = view.render_line(0)
        assert red.text == "red"
        assert red.style is not None
        assert red.style.color is not None
        assert red.style.color.triplet is not None
        assert red.style.color.triplet.hex == "#ff7b86"
        assert plain.text.startswith(" plain")


async def test_markup_in_output_is_only_text(terminal: Open) -> None:
    async with terminal("x[i] [bold]no[/bold] :smile:") as (view, _, _):
        assert view.render_line(0).text.rstrip() == "x[i] [bold]no[/bold] :smile:"


async def test_the_end_is_followed_unless_the_learner_has_scrolled_up(terminal: Open) -> None:
    async with terminal("".join(f"{n}\n" for n in range(20))) as (view, buffer, pilot):
        assert view.render_line(5).text.strip() == "19"
        view.scroll_to(y=3, animate=False, immediate=True)
        await pilot.pause()
        buffer.feed("".join(f"{n}\n" for n in range(20, 30)))
        view.look()
        await pilot.pause()
        assert view.render_line(0).text.strip() == "3"
        view.scroll_end(animate=False, immediate=True)
        await pilot.pause()
        buffer.feed("30\n")
        view.look()
        await pilot.pause()
        assert view.render_line(5).text.strip() == "30"


async def test_a_place_in_the_past_stays_when_old_lines_fall_out(terminal: Open) -> None:
    async with terminal("".join(f"{n}\n" for n in range(99))) as (view, buffer, pilot):
        view.scroll_to(y=50, animate=False, immediate=True)
        await pilot.pause()
        assert view.render_line(0).text.strip() == "50"
        buffer.feed("".join(f"new {n}\n" for n in range(10)))
        view.look()
        await pilot.pause()
        assert view.render_line(0).text.strip() == "50"


async def test_words_of_the_interface_stand_below_the_output(terminal: Open) -> None:
    async with terminal("out\n") as (view, _, pilot):
        view.show_tail([Content("Finished in 1.5 s, and this sentence is longer than the panel.")])
        await pilot.pause()
        lines = [view.render_line(y).text.strip() for y in range(4)]
        assert lines[0] == "out"
        assert lines[1].startswith("Finished")
        assert "panel." in lines[2] + lines[3]


async def test_text_can_be_selected_and_copied(terminal: Open) -> None:
    async with terminal("first\n\x1b[32msecond\x1b[0m\n") as (view, _, _):
        assert view.get_selection(SELECT_ALL) == ("first\nsecond", "\n")
        assert view.get_selection(Selection(Offset(2, 0), Offset(3, 1))) == ("rst\nsec", "\n")


async def test_the_cursor_waits_behind_a_question(terminal: Open) -> None:
    async with terminal("Name? ") as (view, _, pilot):
        view.typing = True
        view.focus()
        await pilot.pause()
        pieces = [piece for piece in view.render_line(0) if piece.text.strip() == ""]
        cursor = view.get_component_rich_style("terminal--cursor")
        assert any(piece.style is not None and piece.style.bgcolor == cursor.bgcolor for piece in pieces)


async def test_wide_characters_keep_the_columns(terminal: Open) -> None:
    async with terminal("日本語 ok") as (view, _, _):
        strip = view.render_line(0)
        assert strip.cell_length == view.scrollable_content_region.width
        assert "日本語 ok" in strip.text


async def test_a_long_line_goes_on_in_the_next_row(terminal: Open) -> None:
    async with terminal("0123456789" * 7 + "\nshort\n") as (view, _, _):
        rows = [view.render_line(y).text.rstrip() for y in range(4)]
        assert "".join(rows[:3]) == "0123456789" * 7
        assert rows[3] == "short"


def test_rows_of_a_flood_are_those_of_the_lines_one_by_one() -> None:
    piecewise, at_once = TerminalRows(), TerminalRows()
    buffer = TerminalBuffer(max_lines=500)
    for number in range(1500):
        buffer.feed(f"line {number} " + "x" * (number % 50) + "\n")
        if number % 7 == 0:
            buffer.feed("\x1b[3A\rchanged\x1b[3B\r")
            piecewise.update(buffer, 20, True)
    piecewise.update(buffer, 20, True)
    at_once.update(buffer, 20, True)
    assert len(piecewise) == len(at_once)
    rows = range(len(at_once))
    assert [piecewise.line_at(row, buffer) for row in rows] == [at_once.line_at(row, buffer) for row in rows]


def test_rows_start_anew_when_the_terminal_is_cleared() -> None:
    rows = TerminalRows()
    buffer = TerminalBuffer()
    buffer.feed("a\nb\nc\n")
    rows.update(buffer, 20, False)
    assert len(rows) == 3
    buffer.feed("\x1b[2Jnew\n")
    rows.update(buffer, 20, False)
    assert [rows.line_at(row, buffer)[0][0][0] for row in range(len(rows))] == ["new"]
