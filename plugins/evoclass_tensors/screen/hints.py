"""The panel's own key line: the available actions, in the learner's language, to press or to click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Hint(NamedTuple):
    """One key and its action."""

    key: str
    text: str
    action: str


class Hints(Widget):
    """Shows as many keys as fit, the most useful first."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Hints {
        height: 1; width: 1fr; background: $surface; color: $text-muted; pointer: pointer;
        & .hints--key { color: $accent; }
    }
    """
    COMPONENT_CLASSES = {"hints--key"}

    class Pressed(Message):
        """The learner clicked on a key."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__()
        self._hints: Sequence[Hint] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Show these keys."""
        if list(hints) != list(self._hints):
            self._hints = tuple(hints)
            self.refresh()

    def _fitting(self) -> list[tuple[int, Hint]]:
        """Return the keys that fit, each with the column where it starts."""
        found: list[tuple[int, Hint]] = []
        x = 1
        for hint in self._hints:
            wide = cell_len(hint.key) + 1 + cell_len(hint.text)
            if x + wide > self.size.width:
                break
            found.append((x, hint))
            x += wide + 2
        return found

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        key = self.get_component_rich_style("hints--key")
        segments = [Segment(" ")]
        for _, hint in self._fitting():
            segments += [Segment(hint.key, key), Segment(f" {hint.text}  ")]
        return Strip(segments).apply_style(base).crop_extend(0, self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        for x, hint in reversed(self._fitting()):
            if event.x >= x:
                self.post_message(self.Pressed(hint.action))
                return
