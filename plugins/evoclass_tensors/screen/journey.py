"""The learner's way through a run: its moments, the shown one, and the close looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from evoclass.protocol import Detail, Frame, Points, Summary
from evoclass.timeline import Moment, Point, Timeline
from evoclass_tensors.screen.closeups import Closeup, Closeups
from evoclass_tensors.screen.columns import is_single
from evoclass_tensors.screen.curve import Curve

COURSE = 32
"""Values of a single number that its row draws."""

POINTS = 20_000
"""Most points of one course that are kept; beyond that, every second one is dropped."""


@dataclass(frozen=True, slots=True)
class News:
    """The changes that a frame made to the shown moment."""

    changed: frozenset[str]
    """Rows to glow."""
    other_rows: bool
    """Whether rows came or went, or a number changed for the first time, which moves its row."""


class Journey:
    """The moments of one run and the place in it."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.index = -1
        """Index of the shown moment."""
        self.live = True
        """Whether the newest moment is shown, even when more arrive."""
        self._closeups = Closeups()
        self._courses: dict[str, deque[float | None]] = {}
        self._steps: dict[str, dict[int, float | None]] = {}
        """For each watched value, its number at each step at which it was taken."""

    def take(self, frame: Frame) -> News | None:
        """Take the next frame; return None if it adds no moment."""
        timeline = self.timeline
        known = frozenset(timeline.rows) if frame.whole or frame.gone else timeline.rows.keys()
        shown = self.moment
        own = timeline.add(frame)
        for name, points in frame.courses.items():
            self._follow(name, points)
        for row in frame.rows:
            if row.kind == "scalar" or row.shape == ():
                self._courses.setdefault(row.name, deque(maxlen=COURSE)).append(row.mean)
        if not own:
            return None
        if self.live:
            self.index = len(timeline) - 1
        elif shown is not None:
            self._stay_at(shown)
        changes = timeline.changes
        same = not frame.whole and not frame.gone and shown is not None
        same = same and all(row.name in known for row in frame.rows)
        same = same and all(changes.get(row.name) != 1 for row in frame.rows if row.kind == "scalar")
        glow = () if frame.whole else (row.name for row in frame.rows if changes.get(row.name))
        return News(frozenset(glow), not same)

    def _follow(self, name: str, points: Points) -> None:
        course = self._steps.setdefault(name, {})
        course.update(points)
        if len(course) > POINTS:
            self._steps[name] = dict(list(course.items())[::2])

    def _stay_at(self, shown: Moment) -> None:
        """Find the shown moment again, or the one that it was merged into."""
        moments = self.timeline.moments
        after = (index for index, moment in enumerate(moments) if moment.sequence >= shown.sequence)
        self.index = next(after, len(moments) - 1)

    def go(self, index: int) -> bool:
        """Go to a moment; return whether there is any.  The newest one is live again."""
        newest = len(self.timeline) - 1
        if newest < 0:
            return False
        self.index = max(0, min(index, newest))
        self.live = self.index == newest
        return True

    @property
    def moment(self) -> Moment | None:
        """The shown moment."""
        moments = self.timeline.moments
        return moments[self.index] if 0 <= self.index < len(moments) else None

    @property
    def rows(self) -> Mapping[str, Summary]:
        """All rows as they were at that moment."""
        return self.timeline.rows_at(self.index) if self.moment is not None else {}

    def was_seen(self, name: str) -> bool:
        """Whether any moment had this row; a name that never had one is an expression."""
        return name in self.timeline.changes

    def history(self, name: str) -> list[Point]:
        """Return the figures of a row up to the shown moment."""
        return [point for point in self.timeline.history(name) if point.index <= self.index]

    def course(self, name: str) -> list[float | None]:
        """Return the last values of a single number up to the shown moment."""
        if self.live:
            return list(self._courses.get(name, ()))
        return [point.row.mean for point in self.history(name)][-COURSE:]

    def keep(self, detail: Detail) -> None:
        """Remember a close look that was just taken."""
        newest = self.timeline.moments[-1].sequence if self.timeline.moments else 0
        self._closeups.add(newest, detail)

    def curve(self, name: str) -> Curve:
        """Return the course of a value over the whole run, by step if steps were made.

        For a single number it is the number, for a watched tensor the norm.
        """
        steps = dict(self._steps.get(name, {}))
        if len(steps) > 1:
            # Steps that no sample had time for: use the figures of the frames.
            for point in self.timeline.history(name):
                number = point.row.mean if is_single(point.row) else point.row.norm
                if point.step and not point.row.sampled:
                    steps.setdefault(point.step, number)
            here = self.moment.step if self.moment is not None and not self.live else max(steps)
            return Curve(sorted(steps.items()), sum(step <= here for step in steps), True)
        points = [point for point in self.timeline.history(name) if is_single(point.row)]
        by_step = len({point.step for point in points}) > 1
        moments = self.timeline.moments
        course: dict[float, float | None] = {}  # of several values at one step the last one counts
        reached = 0
        for point in points:
            if by_step and not point.step:
                continue
            course[point.step if by_step else moments[point.index].seconds] = point.row.mean
            if point.index <= self.index:
                reached = len(course)
        return Curve(list(course.items()), reached, by_step)

    def closeup(self, expression: str) -> Closeup | None:
        """Return the close look of the moment, or the nearest one."""
        moment = None if self.live else self.moment
        return self._closeups.nearest(expression, moment.sequence if moment is not None else None)
