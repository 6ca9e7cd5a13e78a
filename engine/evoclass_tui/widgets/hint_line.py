"""The line that tells a newcomer how to begin."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.keymap import keymap_of

MARK = "\ue000"
"""Encloses the keys in the sentences, because no text contains it."""


class HintLine(Widget):
    """Stays until it is clicked away or Help has been seen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HintLine {
        height: auto; padding: 0 1; background: $accent 18%; color: $foreground; pointer: pointer;
    }
    """

    catalog: reactive[Catalog | None] = reactive(None, layout=True)
    idle: reactive[frozenset[str]] = reactive(frozenset[str](), layout=True)
    """Keys that do nothing in the open lesson; they are not named."""

    class Closed(Message):
        """The learner has read it."""

    def render(self) -> Content:
        if self.catalog is None:
            return Content()
        keymap, parts = keymap_of(self), []
        for name in ("reader.page", "run", "reader.next_question", "help"):
            if name in self.idle:
                continue
            key = keymap.named(self.catalog, "key_" + name.replace(".", "_"))
            parts.append(self.catalog(f"hint.{name.rpartition('.')[2]}", key=f"{MARK}{key}{MARK}"))
        pieces = [
            Content.styled(piece, "bold $text-accent") if place % 2 else Content(piece)
            for place, piece in enumerate(" · ".join(parts).split(MARK))
        ]
        text = Content.assemble(*pieces)
        return Content.assemble(text, ("   [×]", "$text-muted"))

    def on_click(self) -> None:
        self.post_message(self.Closed())
