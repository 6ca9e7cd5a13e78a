"""The knobs of a lab: constants of its program that the learner turns, each a button with an arrow on either side."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, HorizontalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from evoclass.layout import cell_width
from evoclass.model import Knob
from evoclass.reading.constants import constant
from evoclass_tui.places import HasKeys, place_bindings


class KnobDial(HasKeys, Widget, can_focus=True):
    """Turned with the arrow keys, the mouse's wheel or a click on one of its signs."""

    place = "knob"
    ALLOW_SELECT = False
    BINDINGS = place_bindings(place)
    DEFAULT_CSS = """
    KnobDial {
        width: auto; height: 1; margin: 0 2 0 0; pointer: pointer; background: $panel; color: $foreground;
        &:hover { background: $foreground 20%; }
        &:focus { background: $accent; color: $background; text-style: bold; }
    }
    """

    text: reactive[str] = reactive("", layout=True)
    """The constant as the program has it; empty where the program gives the name something else."""

    @dataclass
    class Turned(Message):
        """The constant is to have another value."""

        name: str
        text: str

    @dataclass
    class Stuck(Message):
        """The program has no constant for this knob, or two."""

        name: str

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self.knob = knob
        self._width = max(cell_width(text) for text in knob.values)

    def render(self) -> Content:
        before, after = ("[", "]") if self.has_focus else (" ", " ")
        text = self.text or "·"
        less = "◂" if self._value(-1) is not None else " "
        more = "▸" if self._value(1) is not None else " "
        return Content(f"{before}{self.knob.name} {less} {text.center(self._width)} {more}{after}")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return cell_width(self.knob.name) + max(self._width, cell_width(self.text)) + 7

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def _value(self, by: int) -> str | None:
        """Return the value so many steps away, as far as there are steps; None if there is none on that side."""
        values = self.knob.values
        if not self.text:
            return None
        if self.text in values:
            place = values.index(self.text)
            side = values[:place] if by < 0 else values[place + 1 :]
        else:
            side = self._side(by < 0)
        if not side:
            return None
        return side[max(by, -len(side))] if by < 0 else side[min(by, len(side)) - 1]

    def _side(self, less: bool) -> tuple[str, ...]:
        """Return the values below or above one that the learner has typed; all of them if they have no such order."""
        values = self.knob.values
        numbers, own = [ast.literal_eval(text) for text in values], ast.literal_eval(self.text)
        if not all(isinstance(number, int | float) for number in (*numbers, own)) or numbers != sorted(
            numbers
        ):
            return values
        return values[: bisect_left(numbers, own)] if less else values[bisect_right(numbers, own) :]

    def action_turn(self, by: int) -> None:
        """Go some steps on."""
        if not self.text:
            self.post_message(self.Stuck(self.knob.name))
        if (value := self._value(by)) is not None:
            self.text = value  # at once: the next turn may come before the program has changed
            self.post_message(self.Turned(self.knob.name, value))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_turn(-1 if event.x < self.size.width - 3 - self._width else 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_turn(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_turn(-1)

    def on_focus(self) -> None:
        self.scroll_visible()
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


class KnobRow(HorizontalScroll):
    """The dials, side by side."""

    can_focus = False
    DEFAULT_CSS = "KnobRow { height: 1; width: 1fr; scrollbar-size: 0 0; }"

    class Moved(Message):
        """Other dials are in view, or there is more or less room."""

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_x(old_value, new_value)
        self.post_message(self.Moved())

    def watch_virtual_size(self) -> None:
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        self.post_message(self.Moved())

    @property
    def hidden(self) -> tuple[bool, bool]:
        """Whether dials are out of view on the left, and on the right."""
        return self.scroll_x > 0, self.scroll_x < self.max_scroll_x


class KnobMark(Static):
    """Says that there are knobs out of view on this side; a click brings them."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "KnobMark { width: 2; height: 1; color: $accent; pointer: pointer; }"

    def __init__(self, sign: str, side: int) -> None:
        super().__init__()
        self.sign, self.side = sign, side

    class Pressed(Message):
        """The learner wants to see what is on this side."""

        def __init__(self, side: int) -> None:
            super().__init__()
            self.side = side

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed(self.side))


class KnobBar(Horizontal):
    """The knobs of the open file, in one row; there is none without knobs."""

    can_focus = False
    DEFAULT_CSS = """
    KnobBar {
        height: 1; padding: 0 1; background: $panel;
        & > KnobMark { display: none; }
        &.-more > KnobMark { display: block; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._knobs: tuple[Knob, ...] = ()
        self.display = False

    def compose(self) -> ComposeResult:
        yield KnobMark("‹ ", -1)
        yield KnobRow()
        yield KnobMark(" ›", 1)

    @property
    def _row(self) -> KnobRow:
        return self.query_one(KnobRow)

    def show(self, knobs: Sequence[Knob], source: str) -> None:
        """Show the knobs of a program as it is now."""
        if tuple(knobs) != self._knobs:
            self._knobs = tuple(knobs)
            self.display = bool(knobs)
            self._row.remove_children()
            self._row.mount_all(map(KnobDial, knobs))
        self.follow(source)

    def follow(self, source: str) -> None:
        """Show the constants as a program has them."""
        for dial in self.query(KnobDial):
            found = constant(source, dial.knob.name)
            dial.text = found.text if found is not None else ""

    def enter(self) -> bool:
        """Give the first knob the focus, or the next one; return whether there is one."""
        dials = list(self.query(KnobDial))
        for place, dial in enumerate(dials):
            if dial.has_focus:
                dials[(place + 1) % len(dials)].focus()
                return True
        if dials:
            dials[0].focus()
        return bool(dials)

    @on(KnobRow.Moved)
    def _mark(self, event: KnobRow.Moved) -> None:
        """Mark the sides on which there is more: beside each other the marks do not change what has room."""
        event.stop()
        row = self._row
        self.set_class(row.virtual_size.width > self.content_size.width, "-more")
        for mark, hidden in zip(self.query(KnobMark), row.hidden, strict=True):
            mark.update(mark.sign if hidden else "")

    @on(KnobMark.Pressed)
    def _bring(self, event: KnobMark.Pressed) -> None:
        event.stop()
        self._row.scroll_relative(x=event.side * max(1, self._row.size.width // 2), animate=False)
