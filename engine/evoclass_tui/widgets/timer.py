"""The study timer in the header."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.learner.standing import duration
from evoclass_tui.stopwatch import Stopwatch

REPORT = 15.0
"""Seconds between two looks at the clock, each of which saves the time counted: a power cut loses no more than this."""


class StudyTimer(Widget):
    """Shows the active time on this lesson in minutes, as it was at the learner's last key or click, or in a run.

    The clock itself sends nothing to the terminal: through ssh and on battery each change would cost something.
    """

    DEFAULT_CSS = """
    StudyTimer { width: auto; height: 1; color: $foreground; }
    StudyTimer.-paused { color: $text-muted; }
    """

    catalog: reactive[Catalog | None] = reactive(None)
    minutes: reactive[int] = reactive(0)
    paused: reactive[bool] = reactive(True, toggle_class="-paused")

    class Due(Message):
        """It is time to save the seconds counted since the last time."""

    def __init__(self, stopwatch: Stopwatch | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self.stopwatch = stopwatch or Stopwatch()
        self._counts = False
        """Whether the time counted when it was last looked at."""

    def on_mount(self) -> None:
        self.set_interval(REPORT, self.tick)
        self.look()

    def begin(self, stopwatch: Stopwatch) -> None:
        """Continue counting for another lesson."""
        self.stopwatch = stopwatch
        self.look()

    def touch(self) -> None:
        """Note that the learner did something."""
        self.stopwatch.touch()
        self.look()

    def tick(self) -> None:
        """Have the time saved while it counts and once more when it pauses."""
        counted, self._counts = self._counts, not self.stopwatch.paused
        if counted or self._counts:
            self.post_message(self.Due())

    def look(self) -> None:
        """Show the time as it is now, because something else on the screen changes, too."""
        self._counts = not self.stopwatch.paused
        self.minutes, self.paused = int(self.stopwatch.seconds) // 60, self.stopwatch.paused

    def watch_minutes(self, before: int, now: int) -> None:
        # Laying the screen out repaints all of it, so only a time of another length does it.
        if len(self._clock(before)) != len(self._clock(now)):
            self.refresh(layout=True)

    def watch_paused(self, paused: bool) -> None:
        self._explain()

    def watch_catalog(self) -> None:
        self._explain()
        self.refresh(layout=True)

    def _explain(self) -> None:
        if self.catalog is not None:
            key = "timer.paused" if self.paused else "timer.running"
            self.tooltip = Content(self.catalog(key))

    def _clock(self, minutes: int) -> str:
        return duration(minutes, self.catalog) if self.catalog is not None else ""

    def render(self) -> Content:
        return Content(f"{'‖' if self.paused else '◷'} {self._clock(self.minutes)}")
