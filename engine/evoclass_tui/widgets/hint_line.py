"""The line that names the four keys a newcomer needs."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.keys import BY_ID, display


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
        names = {"run": "run", "check": "check", "pane": "next_pane", "help": "help"}
        keys = {name: display(BY_ID[command].keys[0]) for name, command in names.items()}
        text = Content(self.catalog("hint.first", **keys))
        for key in keys.values():
            at = text.plain.find(key)
            text = text.stylize("bold $accent", at, at + len(key))
        return Content.assemble(text, ("   [×]", "$foreground 60%"))

    def on_click(self) -> None:
        self.post_message(self.Closed())
