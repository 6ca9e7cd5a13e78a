"""A line above the keys for a lasting notice, for instance that nothing is being saved."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class StandingNotice(Widget):
    """Shows a sentence as long as it is true, and takes no room without one."""

    DEFAULT_CSS = """
    StandingNotice { height: auto; padding: 0 1; background: $warning 25%; color: $foreground; }
    """

    sentence: reactive[str] = reactive("", layout=True)

    def render(self) -> Content:
        return Content(self.sentence)

    def watch_sentence(self, sentence: str) -> None:
        self.display = bool(sentence)
