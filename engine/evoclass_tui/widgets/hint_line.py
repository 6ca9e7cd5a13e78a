"""The line that tells a newcomer how to begin."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.keys import BY_ID, display
from evoclass_tui.places import PLACES

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
        first = {name: BY_ID[name].keys[0] for name in ("run", "help")}
        first |= {key.id: key.keys[0] for key in PLACES["reader"] if key.id in ("page", "next_question")}
        keys = {name: display(key, self.catalog) for name, key in first.items()}
        said = self.catalog("hint.first", **{name: f"{MARK}{key}{MARK}" for name, key in keys.items()})
        pieces = [
            Content.styled(piece, "bold $text-accent") if place % 2 else Content(piece)
            for place, piece in enumerate(said.split(MARK))
        ]
        text = Content.assemble(*pieces)
        return Content.assemble(text, ("   [×]", "$text-muted"))

    def on_click(self) -> None:
        self.post_message(self.Closed())
