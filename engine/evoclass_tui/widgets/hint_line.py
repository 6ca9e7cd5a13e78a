"""The line that tells a newcomer how to begin."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.keymap import keymap_of

MARK = "\ue000"
"""Encloses the keys in the sentence, because no text contains it."""


class HintLine(Widget):
    """Stays until it is clicked away or Help has been seen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HintLine {
        height: auto; padding: 0 1; background: $accent 18%; color: $foreground; pointer: pointer;
    }
    """

    catalog: reactive[Catalog | None] = reactive(None, layout=True)

    class Closed(Message):
        """The learner has read it."""

    def render(self) -> Content:
        if self.catalog is None:
            return Content()
        keymap = keymap_of(self)
        fields = {
            name.rpartition(".")[
                2
            ]: f"{MARK}{keymap.named(self.catalog, 'key_' + name.replace('.', '_'))}{MARK}"
            for name in ("run", "help", "reader.page", "reader.next_question")
        }
        said = self.catalog("hint.first", **fields)
        pieces = [
            Content.styled(piece, "bold $text-accent") if place % 2 else Content(piece)
            for place, piece in enumerate(said.split(MARK))
        ]
        text = Content.assemble(*pieces)
        return Content.assemble(text, ("   [×]", "$text-muted"))

    def on_click(self) -> None:
        self.post_message(self.Closed())
