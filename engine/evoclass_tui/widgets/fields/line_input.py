"""Write a line of text, or a number."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from evoclass.exercise import Field, Number, Text, Value
from evoclass.i18n import Catalog
from evoclass_tui.widgets.fields.base import FieldWidget


class LineField(FieldWidget):
    """One row to type in."""

    typed = True
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
        self._value: Value = None
        hint = getattr(field, "placeholder", "")
        self.entry = Input(placeholder=hint, select_on_focus=False)

    def compose(self) -> ComposeResult:
        yield self.entry
        unit = getattr(self.field, "unit", "")
        if unit:
            yield Static(Content(unit))

    @property
    def value(self) -> Value:
        return self.entry.value

    def show_value(self, value: Value) -> None:
        text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
        with self.entry.prevent(Input.Changed):
            self.entry.value = text

    def watch_locked(self, locked: bool) -> None:
        self.entry.can_focus = not locked

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Finished(self))

    def focus_first(self) -> None:
        self.entry.focus()


class TextField(LineField):
    """A short text."""

    field: Text


class NumberField(LineField):
    """A number, with a point or a comma."""

    field: Number
    DEFAULT_CSS = """
    NumberField > Input { max-width: 28; }
    """

    @property
    def value(self) -> Value:
        return read_number(self.entry.value)


def read_number(text: str) -> float | str:
    """Return what was typed as a number, else as typed; a single comma is a decimal point."""
    bare = text.strip()
    if bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        return float(bare)
    except ValueError:
        return text
