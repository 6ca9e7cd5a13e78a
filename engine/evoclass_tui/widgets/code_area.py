"""A text area for programs: consistent keys, and none that the window needs."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import TextArea

from evoclass_tui.textual_areas import keep_queries
from evoclass_tui.widgets.key_order import KeysInOrder

keep_queries()

_OF_THE_WINDOW = ("f6", "f7")
"""Keys that Textual uses to select and the window uses to go to the next panel and to the devices."""

_STEADY = ("backspace", "delete", "enter", "tab")
"""Keys that are part of typing, and are undone with it."""


_CHANGEABLE = {"undo": "code.undo", "redo": "code.redo"}
"""Actions of Textual whose keys learners can change."""


class CodeArea(KeysInOrder, TextArea, inherit_bindings=False):
    """Edits text; every edit can be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, id=_CHANGEABLE.get(binding.action))
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in _OF_THE_WINDOW
    ]

    def on_mount(self) -> None:
        self.cursor_blink = False  # an idle window sends nothing to the terminal

    def on_key(self, event: events.Key) -> None:
        # Textual undoes this edit together with the text typed just before it.
        if not event.is_printable and event.key not in _STEADY:
            self.history.checkpoint()

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if self.selection.is_empty:
            return strip
        # Textual lays the colours of words over the selection, where most cannot be read.
        look = self.get_component_rich_style("text-area--selection")
        ink = Style(color=look.color)
        pieces = [
            Segment(text, style + ink, control) if style and style.bgcolor == look.bgcolor else segment
            for segment in strip
            for text, style, control in [segment]
        ]
        return Strip(pieces, strip.cell_length)
