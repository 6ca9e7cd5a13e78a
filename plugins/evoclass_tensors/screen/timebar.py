"""The bar under the table: where in the run the learner is, and where moments were merged away."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.timeline import Timeline
from evoclass_tensors.screen import marks


class TimeBar(Widget):
    """A line with a knob; a click goes to that moment."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TimeBar {
        height: 1; width: 1fr; background: $surface; color: $text-muted; pointer: pointer;
        & .timebar--done { color: $primary; }
        & .timebar--knob { color: $accent; text-style: bold; }
        & .timebar--error { color: $text-error; }
        & .timebar--text { color: $foreground; }
    }
    """
    COMPONENT_CLASSES = {"timebar--done", "timebar--knob", "timebar--error", "timebar--text"}

    index: reactive[int] = reactive(0)
    """Index of the shown moment."""
    live: reactive[bool] = reactive(True)
    """Whether the newest moment is shown, even when more arrive."""

    class Chosen(Message):
        """The learner clicked at a moment."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.timeline: Timeline | None = None
        self._track = (0, 0)

    def show(self, timeline: Timeline, index: int, live: bool) -> None:
        """Show a moment of a run."""
        self.timeline = timeline
        self.index, self.live = index, live
        self.refresh()

    def _words(self, width: int) -> str:
        """Return the learner's position, shorter if there is less room."""
        timeline = self.timeline
        if timeline is None or not timeline.moments:
            return ""
        moment = timeline.moments[self.index]
        place = self.catalog("tensors.timeline.moment", index=self.index + 1, count=len(timeline))
        step = self.catalog("tensors.step", step=moment.step) if moment.step else ""
        seconds = marks.written(f"{moment.seconds:.1f} s", self.catalog)
        line = self.catalog("tensors.timeline.line", line=moment.line) if moment.line else ""
        thinned = ""
        if timeline.thinned:
            thinned = f"┄ {self.catalog('tensors.timeline.thinned', count=timeline.thinned)}"
        for parts in ((step, line, seconds, place, thinned), (step, seconds, place), (step or seconds,)):
            text = " · ".join(part for part in parts if part)
            if len(text) + 12 <= width:
                return text
        return ""

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        timeline = self.timeline
        if timeline is None or len(timeline) < 2:
            return Strip.blank(width, base)
        words = self._words(width)
        room = max(1, width - len(words) - 6)
        self._track = (2, room)
        count = len(timeline)
        knob = round(self.index * (room - 1) / (count - 1))
        cells = ["━" if cell <= knob else "─" for cell in range(room)]
        errors: set[int] = set()
        for index, moment in enumerate(timeline.moments):
            cell = round(index * (room - 1) / (count - 1))
            if moment.thinned and cells[cell] != "✕":
                cells[cell] = "┅" if cell <= knob else "┄"
            if moment.cause == "error":
                cells[cell] = "✕"
                errors.add(cell)
        done = self.get_component_rich_style("timebar--done")
        segments = [Segment("◂ " if not self.live or count > 1 else "  ", base)]
        for cell, character in enumerate(cells):
            if cell == knob:
                segments.append(Segment("●", self.get_component_rich_style("timebar--knob")))
            elif cell in errors:
                segments.append(Segment(character, self.get_component_rich_style("timebar--error")))
            else:
                segments.append(Segment(character, done if cell < knob else base))
        segments.append(Segment(" ▸ " if not self.live else " ▪ ", base))
        segments.append(Segment(words, self.get_component_rich_style("timebar--text")))
        return Strip(segments).simplify().crop_extend(0, width, base)

    def on_click(self, event: events.Click) -> None:
        start, room = self._track
        if self.timeline is not None and room > 1 and len(self.timeline) > 1:
            share = max(0.0, min(1.0, (event.x - start) / (room - 1)))
            self.post_message(self.Chosen(round(share * (len(self.timeline) - 1))))
