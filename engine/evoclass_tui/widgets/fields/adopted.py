"""A plain Textual widget that a plugin returned for its field: anything with a `value` will do."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from evoclass.exercise import Field, Value
from evoclass.i18n import Catalog
from evoclass_tui.widgets.fields.base import FieldWidget


class AdoptedField(FieldWidget):
    """Wraps a widget whose reactive `value` is the learner's answer, such as an Input, a Switch or a Select."""

    DEFAULT_CSS = """
    AdoptedField > * { width: 1fr; height: auto; }
    """

    def __init__(self, field: Field, catalog: Catalog, widget: Widget) -> None:
        super().__init__(field, catalog)
        self.widget = widget
        self._start: Value = widget.value  # type: ignore[attr-defined]
        self._shown = self._start

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_mount(self) -> None:
        self.watch(self.widget, "value", self._changed, init=False)

    def _changed(self, value: Value) -> None:
        if value != self._shown:
            self._shown = value
            self.post_message(self.Changed(self))

    @property
    def value(self) -> Value:
        held: Value = self.widget.value  # type: ignore[attr-defined]
        return held

    def show_value(self, value: Value) -> None:
        self._shown = self._start if value is None else value
        self.widget.value = self._shown  # type: ignore[attr-defined]

    def watch_locked(self, locked: bool) -> None:
        self.widget.disabled = locked

    def focus_first(self) -> None:
        self.widget.focus()
