"""The ways on from a limit: more time for one run, or a lighter version of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message

from evoclass.i18n import Catalog
from evoclass.protocol import Exit
from evoclass.running import ending
from evoclass_tui.widgets.flow import Flow
from evoclass_tui.widgets.pill import Pill


class MoreTime(Flow):
    """Buttons below the output; hidden unless the last run was stopped at a limit."""

    DEFAULT_CSS = """
    MoreTime { height: auto; padding: 0 1; display: none; }
    """

    @dataclass
    class Wanted(Message):
        """The learner gives the program this many seconds, for this run."""

        seconds: float

    @dataclass
    class LighterWanted(Message):
        """The learner takes the lighter version: these constants with these values."""

        values: Mapping[str, str]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._seconds = 0.0
        self._lighter: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Pill("", "more-time", classes="-main")
        yield Pill("", "lighter")

    def show(self, ended: Exit | None, lighter: Mapping[str, str], catalog: Catalog) -> None:
        """Offer more time, and the constants of a lighter version, if a run ended at a limit."""
        self._seconds = ending.more_time(ended) if ended is not None else 0.0
        self._lighter = lighter if ended is not None and ending.at_limit(ended) else {}
        self.display = bool(self._seconds or self._lighter)
        time = ending.duration(self._seconds, catalog.language)
        more, less = self.query(Pill)
        more.label = catalog("terminal.more_time", time=time)
        more.display = bool(self._seconds)
        values = ", ".join(f"{name} = {text}" for name, text in self._lighter.items())
        less.label = catalog("terminal.lighter", values=values)
        less.display = bool(self._lighter)

    def on_pill_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        if event.pill.role == "lighter":
            if self._lighter:
                self.post_message(self.LighterWanted(self._lighter))
        elif self._seconds:
            self.post_message(self.Wanted(self._seconds))
