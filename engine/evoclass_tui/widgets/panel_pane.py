"""A plugin's panel in its frame: an exception in it removes the panel, not the lesson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from evoclass.protocol import Detail, RunEvent
from evoclass_tui.panel import Panel
from evoclass_tui.widgets.pane_title import PaneTitle


class PanelPane(Vertical):
    """Title and panel; calls into the panel go through `tell`."""

    @dataclass
    class Broken(Message):
        """The panel raised; its pane is no longer shown."""

        pane: PanelPane
        error: Exception

    @dataclass
    class LookWanted(Message):
        """The panel of this pane wants a close look at a value."""

        pane: PanelPane
        expression: str
        slice: tuple[int, ...]

    def __init__(self, plugin: str, panel: Panel) -> None:
        super().__init__(id=f"pane-{panel.panel_name}")
        self.plugin = plugin
        self.panel = panel
        self.broken = False
        self.empty = False
        """Whether there is nothing to show, so that the pane takes no room."""

    @dataclass
    class UnfoldWanted(Message):
        """The learner clicks on the title of a folded pane."""

        pane: PanelPane

    @property
    def is_there(self) -> bool:
        """Whether the learner can go to this pane."""
        return not self.broken and not self.empty

    def on_click(self) -> None:
        if self.has_class("-folded"):
            self.post_message(self.UnfoldWanted(self))

    def compose(self) -> ComposeResult:
        yield PaneTitle()
        yield self.panel

    @property
    def label(self) -> str:
        """The panel's name in the learner's language."""
        return self.panel.catalog(f"panel.{self.panel.panel_name}")

    def retitle(self) -> None:
        """Rewrite the title, after a switch of language."""
        self.query_one(PaneTitle).label = self.label

    def on_mount(self) -> None:
        self.retitle()

    def take(self, event: RunEvent) -> None:
        """Pass an event of the run to the panel."""
        self.tell(self.panel.receive, event)

    def show_detail(self, detail: Detail) -> None:
        """Pass the answer to a question to the panel."""
        self.tell(self.panel.show_detail, detail)

    def tell(self, method: Callable[..., None], *arguments: Any) -> None:
        """Call a method of the panel; if it raises, the panel is given up."""
        if self.broken:
            return
        try:
            method(*arguments)
        except Exception as error:
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """Stop showing the panel, and say so once."""
        if not self.broken:
            self.broken = True
            self.display = False
            self.post_message(self.Broken(self, error))

    def on_panel_look_wanted(self, event: Panel.LookWanted) -> None:
        event.stop()
        if self._checked(event, expression=str, slice=tuple[int, ...]):
            self.post_message(self.LookWanted(self, event.expression, event.slice))

    def on_panel_attending(self, event: Panel.Attending) -> None:
        self._checked(event, names=tuple[str, ...])

    def on_panel_live_changed(self, event: Panel.LiveChanged) -> None:
        self._checked(event, values=dict[str, str], line=int)

    def on_panel_status_changed(self, event: Panel.StatusChanged) -> None:
        if self._checked(event, text=str):
            self.query_one(PaneTitle).status = event.text

    def _checked(self, event: Message, **kinds: Any) -> bool:
        """Whether a message of the panel has values of these types; if not, the panel is given up."""
        try:
            for name, kind in kinds.items():
                setattr(event, name, msgspec.convert(getattr(event, name), kind))
        except (msgspec.ValidationError, TypeError) as error:
            event.stop()
            self.give_up(error)
            return False
        return True
