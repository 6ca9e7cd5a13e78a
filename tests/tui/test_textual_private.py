"""The private parts of Textual do what the front end expects of them, in the version that is installed."""

from __future__ import annotations

import asyncio
import gc
import inspect
import re
import string
import weakref
from pathlib import Path

import pytest
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Static, TextArea

import evoclass_tui
from evoclass_tui.keyname import SIGNS, is_sent
from evoclass_tui.pictures.answers import Ear
from evoclass_tui.textual_areas import forget_lines
from evoclass_tui.textual_bindings import bindings_for, bindings_of, rebind
from evoclass_tui.textual_private import (
    CatchingApp,
    TerminalAnswered,
    _Parser,
    forget_components,
    forget_height,
    make_component,
    screen_text,
)
from evoclass_tui.widgets.code_area import CodeArea


class _Growing(Widget):
    DEFAULT_CSS = "_Growing { height: auto; width: 10; }"
    rows = 1

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return self.rows


class _Coloured(TextArea):
    style = ""

    def get_line(self, line_index: int) -> Text:
        return Text.assemble((super().get_line(line_index).plain, self.style))


class _App(CatchingApp[None]):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Exception] = []
        self.noted = 0

    def compose(self) -> ComposeResult:
        yield _Growing()
        yield _Coloured("words", read_only=True)
        yield Static("below")

    def caught(self, error: Exception) -> None:
        self.faults.append(error)

    def action_note(self) -> None:
        self.noted += 1


async def test_an_exception_of_a_callback_comes_to_caught_and_the_app_goes_on() -> None:
    app = _App()
    async with app.run_test() as pilot:
        app.query_one(Static).call_next(lambda: 1 / 0)
        await pilot.pause()
        assert [type(error) for error in app.faults] == [ZeroDivisionError]
        assert app.is_running


async def test_a_noted_fault_fails_the_test_of_an_app_and_the_first_counts() -> None:
    app = _App()

    async def run() -> None:
        async with app.run_test():
            app.note_exception(LookupError("first"))
            app.note_exception(LookupError("second"))

    with pytest.raises(LookupError, match="first"):
        await run()


async def test_bindings_can_be_read_and_replaced() -> None:
    app = _App()
    async with app.run_test() as pilot:
        widget = app.query_one(Static)
        rebind(widget, [Binding("x,y", "app.note", "Do it")])
        assert [(binding.key, binding.description) for binding in bindings_of(widget)] == [
            ("x", "Do it"),
            ("y", "Do it"),
        ]
        assert [binding.action for binding in bindings_for(widget, "y")] == ["app.note"]
        assert bindings_for(widget, "z") == ()
        widget.can_focus = True
        widget.focus()
        await pilot.press("y")
        assert app.noted == 1


async def test_the_text_of_a_screen_has_its_rows_and_columns() -> None:
    async with _App().run_test(size=(12, 8)) as pilot:
        lines = screen_text(pilot.app.screen).split("\n")
        assert len(lines) == 8
        assert any(line.startswith("below") for line in lines)


async def test_a_widget_whose_height_is_forgotten_is_asked_again() -> None:
    app = _App()
    async with app.run_test() as pilot:
        growing = app.query_one(_Growing)
        assert growing.size.height == 1
        growing.rows = 3
        forget_height(growing)
        growing.refresh(layout=True)
        await pilot.pause()
        assert growing.size.height == 3


async def test_a_text_area_whose_lines_are_forgotten_draws_them_anew() -> None:
    app = _App()
    async with app.run_test():
        area = app.query_one(_Coloured)
        colours = []
        for style in ("bold", "italic", "underline"):
            area.style = style
            if style == "underline":
                forget_lines(area)
            colours.append(
                {str(part.style) for part in area.render_line(0) if "ords" in part.text and part.style}
            )
        assert colours[0] == colours[1] != colours[2]


def test_the_drawn_lines_of_widgets_that_are_gone_are_forgotten() -> None:
    async def lines() -> weakref.ref[object]:
        async with _App().run_test() as pilot:
            return weakref.ref(pilot.app.query_one(_Growing)._styles_cache)

    drawn = asyncio.run(lines())
    gc.collect()
    assert drawn() is None


async def test_the_query_for_colours_is_prepared_once_for_all_text_areas() -> None:
    async with _App().run_test():
        areas = [CodeArea(f"x = {number}", language="python") for number in (1, 2)]
        first, second = (area._highlight_query for area in areas)
        assert first is second is not None
        assert all(area._highlights[0] for area in areas)


def test_the_driver_reads_keys_with_the_parser_that_hears_answers() -> None:
    assert "XTermParser(self._debug)" in inspect.getsource(LinuxDriver.run_input_thread)
    ear = Ear()
    ear.listen()
    parser = _Parser(ear)
    seen = list(parser.feed("a\x1b[?62;4c\x1b[A"))
    assert [type(message).__name__ for message in seen] == ["TerminalAnswered", "Key", "Key"]
    assert list(parser.feed("\x1b")) == []
    parser._kept_since = 0.0
    list(parser.tick())
    assert ear.give_up() == ""


@pytest.mark.parametrize(
    "answer", ["\x1bP>|foot(1.20)\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x1b[6;20;10t", "\x1b[?62;4c"]
)
def test_an_answer_that_a_slow_line_interrupts_is_not_typed(answer: str) -> None:
    for at in range(3, len(answer)):
        ear = Ear()
        ear.listen()
        parser = _Parser(ear)
        assert [*parser.feed(answer[:at])] == []
        parser._kept_since -= 1.0
        assert [*parser.tick()] == []
        assert {type(message) for message in parser.feed(answer[at:])} == {TerminalAnswered}, at


def test_escape_is_a_key_also_while_answers_are_expected() -> None:
    ear = Ear()
    ear.listen()
    parser = _Parser(ear)
    assert [*parser.feed("\x1b")] == []
    parser._kept_since -= 1.0
    assert [*parser.tick()] == []  # Textual waits in its turn
    assert ear.hear("") == ""
    assert [message.key for message in parser.feed("") if isinstance(message, Key)] == ["escape"]


def sent(key: str) -> str:
    """Return what an ordinary terminal sends for a key without a sequence of its own."""
    *modifiers, name = key.split("+")
    character = {"space": " ", "enter": "\r", **SIGNS}.get(name, name)
    if "ctrl" in modifiers:
        character = chr(ord(character.upper()) & 0x1F)
    return ("\x1b" if "alt" in modifiers else "") + (character.upper() if "shift" in modifiers else character)


def heard(text: str) -> list[Key]:
    parser = _Parser(Ear())
    seen = (*parser.feed(text), *parser.feed(""))
    return [message for message in seen if isinstance(message, Key)]


def test_every_key_that_terminals_are_said_to_send_arrives_and_types_nothing_with_alt() -> None:
    names = [*string.ascii_letters, *string.digits, *SIGNS]
    keys = [f"{modifiers}{name}" for modifiers in ("", "ctrl+", "alt+", "alt+shift+") for name in names]
    keys = [key for key in (*keys, "alt+enter") if is_sent(key)]
    assert {"alt+slash", "alt+1", "alt+enter", "alt+shift+a", "ctrl+r"} <= {*keys}
    for key in keys:
        found = heard(sent(key))
        wanted = f"alt+shift+{key[-1].lower()}" if re.fullmatch("alt.[A-Z]", key) else key
        assert [each.key for each in found] == [wanted], key
        assert "alt" not in key or found[0].character is None, key


@pytest.mark.parametrize(
    ("pieces", "keys"),
    [
        (["\x1bk\x1b[C"], ["alt+k", "right"]),
        (["ab\x1bkc\x1bg\x1bOPd"], ["a", "b", "alt+k", "c", "alt+g", "f1", "d"]),
        (["\x1b", "\x1b[C"], ["escape", "right"]),
        (["\x1b", "k"], ["alt+k"]),
        (["\x1b[1;3", "D\x1b/"], ["alt+left", "alt+slash"]),
        (["\x1b[200~a", "b\x1b[201~c\x1bk"], ["ab", "c", "alt+k"]),
        (["\x1bk\x1b[200~x\x1b[201~\x1bk"], ["alt+k", "x", "alt+k"]),
    ],
)
def test_a_key_with_alt_is_known_at_once_whatever_follows(pieces: list[str], keys: list[str]) -> None:
    parser = _Parser(Ear())
    seen = [message for piece in (*pieces, "") for message in parser.feed(piece)]
    assert [message.text if isinstance(message, Paste) else message.key for message in seen] == keys


@pytest.mark.parametrize(
    ("sent", "told"),
    [("\x1b[120;3u", True), ("\x1b[27u", True), ("\x1bx", False), ("\x1b[1;3D\x1b", False)],
)
def test_the_ear_knows_a_terminal_that_tells_alt(sent: str, told: bool) -> None:
    ear = Ear()
    parser = _Parser(ear)
    assert [*parser.feed(sent), *parser.feed("")]
    assert ear.alt_is_told is told


def test_what_terminals_cannot_send_is_not_offered() -> None:
    assert not any(
        map(is_sent, ("alt+b", "alt+f", "alt+shift+o", "alt+left_square_bracket", "alt+backspace"))
    )


def test_nothing_private_of_textual_is_touched_elsewhere() -> None:
    private = re.compile(
        r"\._(bindings|exception|exception_event|content_height_cache|line_cache|compositor|running|nodes|size"
        r"|styles_cache|render_cache|callbacks|message_queue|handle_exception|watch_value)\b"
        r"|def _handle_exception|from textual\.\w*\._|from textual\._"
    )
    folder = Path(evoclass_tui.__file__).parent
    plugins = [path for path in folder.parent.parent.joinpath("plugins").rglob("*/screen/*.py")]
    assert plugins
    found = [
        f"{path.name}:{number}"
        for path in (*folder.rglob("*.py"), *plugins)
        if path.name not in ("textual_private.py", "textual_bindings.py", "textual_areas.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if private.search(line)
    ]
    assert found == []


async def test_a_component_class_gets_its_styles_when_they_are_needed() -> None:
    class Inked(Widget):
        DEFAULT_CSS = "Inked > .ink { color: red; } Inked.-other > .ink { color: blue; }"

    class Host(CatchingApp[None]):
        def compose(self) -> ComposeResult:
            yield Inked()

        def caught(self, error: Exception) -> None:
            raise error

    async with Host().run_test() as pilot:
        widget = pilot.app.query_one(Inked)
        make_component(widget, "ink")
        assert widget.get_component_styles("ink").color.rgb == (255, 0, 0)
        widget.add_class("-other")
        forget_components(widget)
        make_component(widget, "ink")
        assert widget.get_component_styles("ink").color.rgb == (0, 0, 255)
