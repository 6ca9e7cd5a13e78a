"""The remedy for a time limit: give the program more time, for one run."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message

from evoclass.i18n import Catalog
from evoclass.protocol import Exit
from evoclass.running import ending
from evoclass_tui.widgets.flow import Flow
from evoclass_tui.widgets.pill import Pill


class MoreTime(Flow):
    """A button below the output; hidden unless the last run was stopped at its limit."""

    DEFAULT_CSS = """
    MoreTime { height: auto; padding: 0 1; display: none; }
    """

    @dataclass
    class Wanted(Message):
        """The learner gives the program this many seconds, for this run."""

        seconds: float

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._seconds = 0.0

    def compose(self) -> ComposeResult:
        yield Pill("", "more-time", classes="-main")

    def show(self, ended: Exit | None, catalog: Catalog) -> None:
        """Offer more time if a run ended at its limit."""
        self._seconds = ending.more_time(ended) if ended is not None else 0.0
        self.display = bool(self._seconds)
        time = ending.duration(self._seconds, catalog.language)
        self.query_one(Pill).label = catalog("terminal.more_time", time=time)

    def on_pill_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        if self._seconds:
            self.post_message(self.Wanted(self._seconds))
