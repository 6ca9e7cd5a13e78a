"""The study timer in the header."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.stopwatch import Stopwatch

REPORT = 15.0
"""Interval in seconds at which counted time is handed on, so that a power cut loses no more than this."""

HOUR = 3600


class StudyTimer(Widget):
    """Counts active time on this lesson and shows when it pauses."""

    DEFAULT_CSS = """
    StudyTimer { width: auto; height: 1; color: $foreground; }
    StudyTimer.-paused { color: $text-muted; }
    """

    catalog: reactive[Catalog | None] = reactive(None)
    seconds: reactive[int] = reactive(0)
    paused: reactive[bool] = reactive(True, toggle_class="-paused")

    class Due(Message):
        """It is time to save the seconds counted since the last time."""

    def __init__(self, stopwatch: Stopwatch | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self.stopwatch = stopwatch or Stopwatch()
        self._since_report = 0.0

    def on_mount(self) -> None:
        self.set_interval(1.0, self.tick)
        self.tick()

    def begin(self, stopwatch: Stopwatch) -> None:
        """Continue counting for another lesson."""
        self.stopwatch = stopwatch
        self._since_report = 0.0
        self.tick()

    def touch(self) -> None:
        """Note that the learner did something."""
        self.stopwatch.touch()
        if self.paused:
            self.paused = False

    def tick(self) -> None:
        """Show the time, and report it now and then and at each pause."""
        paused = self.stopwatch.paused
        pausing = paused and not self.paused
        self.seconds, self.paused = int(self.stopwatch.seconds), paused
        self._since_report += 1.0
        if pausing or (self._since_report >= REPORT and not paused):
            self._since_report = 0.0
            self.post_message(self.Due())

    def watch_seconds(self, before: int, now: int) -> None:
        # Only an hour makes the clock wider; laying the screen out every second would repaint all of it.
        if (before < HOUR) != (now < HOUR):
            self.refresh(layout=True)

    def watch_paused(self, paused: bool) -> None:
        self._explain()

    def watch_catalog(self) -> None:
        self._explain()

    def _explain(self) -> None:
        if self.catalog is not None:
            key = "timer.paused" if self.paused else "timer.running"
            self.tooltip = Content(self.catalog(key))

    def render(self) -> Content:
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"
        return Content(f"{'‖' if self.paused else '◷'} {clock}")
