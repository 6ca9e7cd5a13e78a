"""Help: every key, and what the panels are for."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass_tui.keys import COMMANDS, Command, display

PANELS = ("reader", "editor", "terminal", "inspector")


class Help(ModalScreen[None]):
    """One scrolling page."""

    BINDINGS = [Binding("escape,f1,q,question_mark", "dismiss(None)", show=False)]

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            yield Static(
                Content.assemble(
                    self._catalog("help.title"), (f"   {self._catalog('help.close')}", "$foreground 60%")
                ),
                classes="dialog-title",
            )
            with VerticalScroll():
                yield Static(self._keys())
                yield Static(
                    Content.styled(self._catalog("help.more"), "$foreground 60% italic"), classes="help-more"
                )
                yield from self._panels()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def _keys(self) -> Content:
        lines: list[Content] = []
        for topic in ("lab", "lesson", "view", "program"):
            lines.append(Content.styled(self._catalog(f"help.topic.{topic}"), "bold $primary"))
            lines += [self._line(command) for command in COMMANDS if command.topic == topic]
            lines.append(Content(""))
        return Content("\n").join(lines[:-1])

    def _line(self, command: Command) -> Content:
        first, *others = (
            (display(key) for key in command.keys) if command.keys else (self._catalog("help.none"),)
        )
        label = self._catalog(f"command.{command.id}.label")
        also = f"  ({self._catalog('help.also', keys=', '.join(others))})" if others else ""
        style = "bold $accent" if command.keys else "$foreground 60%"
        return Content.assemble((f"  {first:<14}", style), label, (also, "$foreground 60%"))

    def _panels(self) -> ComposeResult:
        yield Static(Content.styled(self._catalog("help.panels"), "bold $primary"))
        for panel in PANELS:
            with Horizontal(classes="help-panel"):
                yield Static(Content.styled(self._catalog(f"help.name.{panel}"), "bold $accent"))
                yield Static(Content(self._catalog(f"help.{panel}")))
