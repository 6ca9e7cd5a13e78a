"""A line to type in, with the usual keys of shells, editors and browsers."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from evoclass_tui.widgets.key_order import KeysInOrder

MOST_EDITS = 200
"""Edits that can be undone."""

_EDITS = ("delete", "cut", "paste", "undo", "submit")
"""Prefixes of the actions that a locked line does not carry out."""


class Entry(KeysInOrder, Input):
    """An input whose edits can be undone, and that can be locked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", show=False, id="text.undo"),
        # Textual deletes to the right here, where every shell deletes the word to the left.
        Binding("alt+backspace,ctrl+backspace", "delete_left_word", show=False),
        Binding("alt+delete,ctrl+delete", "delete_right_word", show=False),
    ]

    locked = False
    """Whether keys leave the text as it is."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._past: list[str] = []
        super().__init__(*arguments, **options)
        self.cursor_blink = False  # an idle window sends nothing to the terminal

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (self.locked and action.startswith(_EDITS))

    async def _on_key(self, event: events.Key) -> None:
        if self.locked:
            event.prevent_default()  # it bubbles anyway: a parent may want it

    def watch_value(self, value: str) -> None:
        if not self._past or self._past[-1] != value:
            self._past = [*self._past[-MOST_EDITS:], value]

    def forget_edits(self) -> None:
        """Make the current text the start of the undo history."""
        self._past = [self.value]

    def action_undo(self) -> None:
        """Undo the last edit."""
        if len(self._past) > 1:
            undone, self._past = self.value, self._past[:-1]
            self.value = self._past[-1]
            same = 0
            while same < min(len(undone), len(self.value)) and undone[-1 - same] == self.value[-1 - same]:
                same += 1
            self.cursor_position = len(self.value) - same
