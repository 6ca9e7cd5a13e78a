"""Write a line of text, or a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from evoclass.exercise import Feedback, Field, Number, Text, Value
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, cell_width
from evoclass.wording.numerals import localised
from evoclass_tui.places import HasKeys
from evoclass_tui.widgets.entry import Entry
from evoclass_tui.widgets.fields.frame import frame
from evoclass_tui.widgets.fields.typed import TypedWidget


class LineField(HasKeys, TypedWidget):
    """One row to type in."""

    place = "text"
    DEFAULT_CSS = """
    LineField {
        layout: horizontal;
        & > Input {
            width: 1fr; border: round $border; background: transparent; padding: 0 1;
            &:focus { border: round $primary; background: $foreground 4%; }
        }
        & > Static { width: auto; margin: 1 1 0 1; color: $text-muted; }
    }
    """

    def __init__(self, field: Field, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self._text = ""
        self.entry: Entry | None = None

    def compose(self) -> ComposeResult:
        hint = getattr(self.field, "placeholder", "")
        self.entry = Entry(self._text, placeholder=hint, select_on_focus=False)
        self.watch_locked(self.locked)
        yield self.entry
        unit = getattr(self.field, "unit", "")
        if unit:
            yield Static(Content(unit))

    widest: ClassVar[int] = 0
    """Maximum width in columns, or 0 for the full width."""

    def preview(self, width: int) -> list[Line]:
        unit = getattr(self.field, "unit", "")
        room = width - (cell_width(unit) + 2 if unit else 0)
        hint = getattr(self.field, "placeholder", "")
        text = Segment(" " + self._text) if self._text else Segment(f" {hint}", "muted")
        top, middle, bottom = frame([[text]], min(room, self.widest or room))
        if unit:
            middle.append(Segment(f" {unit}", "muted"))
        return [Line(tuple(top)), Line(tuple(middle)), Line(tuple(bottom))]

    @property
    def text(self) -> str:
        return self.entry.value if self.entry is not None else self._text

    def show_value(self, value: Value) -> None:
        typed = value if isinstance(value, str) else self.field.typed(value)
        self._text = localised(typed, self.catalog.language) if isinstance(value, float) else typed
        if self.entry is not None:
            with self.entry.prevent(Input.Changed):
                self.entry.value = self._text

    def watch_locked(self, locked: bool) -> None:
        if self.entry is not None:
            self.entry.locked = locked
            self.entry.can_focus = not locked

    def show_marks(self, feedback: Sequence[Feedback], *, passed: bool, everything: bool) -> None:
        """Go back to the left edge: what was checked is read from its beginning."""
        if self.entry is not None:
            self.entry.scroll_to(x=0, animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # An Input also reports the text that it starts with.
        if event.value != self._text:
            self._text = event.value
            self.post_message(self.Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Finished(self, self.read(event.value)))

    def focus_first(self) -> None:
        if self.entry is not None:
            self.entry.focus()
        elif self.is_attached:
            self.call_after_refresh(self.focus_first)


class TextField(LineField):
    """A short text."""

    field: Text


class NumberField(LineField):
    """A number as the interface's language writes it."""

    field: Number
    widest = 28
    DEFAULT_CSS = """
    NumberField > Input { max-width: 28; }
    """
