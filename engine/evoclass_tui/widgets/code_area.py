"""A text area for programs: its keys in order, and none that the window needs."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from evoclass_tui.widgets.key_order import KeysInOrder

_OF_THE_WINDOW = ("f6", "f7")
"""Keys with which Textual selects and the window goes to the next panel and to the devices."""

_STEADY = ("backspace", "delete", "enter", "tab")
"""Keys that are a part of typing, and are taken back with it."""


class CodeArea(KeysInOrder, TextArea, inherit_bindings=False):
    """Edits text; every edit can be taken back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and binding.key not in _OF_THE_WINDOW
    ]

    def on_mount(self) -> None:
        self.cursor_blink = False  # an idle window sends nothing to the terminal

    def on_key(self, event: events.Key) -> None:
        # Textual takes such an edit back together with what was typed just before.
        if not event.is_printable and event.key not in _STEADY:
            self.history.checkpoint()
