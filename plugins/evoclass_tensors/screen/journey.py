"""The learner's way through a run: its moments, the shown one, and the close looks."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evoclass import curves
from evoclass.protocol import Detail, Frame, Summary, Thumbnail
from evoclass.timeline import Moment, Point, Timeline
from evoclass_tensors.screen.album import Album
from evoclass_tensors.screen.closeups import Closeup, Closeups
from evoclass_tensors.screen.columns import is_curve, is_single
from evoclass_tensors.screen.curve import Curve

_NAME = re.compile(r"\w+")

RECENT = 32
"""Values of a single number that its row draws."""


MOST_CURVES = 32
"""Most values of a run whose curves are kept for the next one."""


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
        self._album = Album()
        self._recent: dict[str, deque[float | None]] = {}
        self.watched: dict[str, curves.Curve] = {}
        """For each watched value, its number at each step."""

    def take(self, frame: Frame) -> News | None:
        """Take the next frame; return None if it adds no moment."""
        timeline = self.timeline
        known = frozenset(timeline.rows) if frame.whole or frame.gone else timeline.rows.keys()
        shown = self.moment
        own = timeline.add(frame)
        for name, points in frame.curves.items():
            self.watched.setdefault(name, curves.Curve()).add(points)
        for name, thumbnails in frame.thumbnails.items():
            self._album.add(name, thumbnails)
        for row in frame.rows:
            if row.kind == "scalar" or row.shape == ():
                self._recent.setdefault(row.name, deque(maxlen=RECENT)).append(row.mean)
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

    def _stay_at(self, shown: Moment) -> None:
        """Find the shown moment again, or the one that it was merged into."""
        moments = self.timeline.moments
        place = (shown.sequence, shown.step)
        after = (index for index, moment in enumerate(moments) if (moment.sequence, moment.step) >= place)
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

    @property
    def optimizers(self) -> int:
        """How many optimizers the run has shown so far: steps of each of them count."""
        return sum(row.kind == "optimizer" for row in self.timeline.rows.values())

    def unseen(self, names: Iterable[str]) -> list[str]:
        """Return those of the names that no moment had a row for, or for a part of them, and that have no curve."""
        known = self.timeline.changes
        return [
            name
            for name in names
            if name not in self.watched
            and not any(one == name or one.startswith((f"{name}.", f"{name}[")) for one in known)
        ]

    def was_seen(self, name: str) -> bool:
        """Whether any moment had this row; a name that never had one is an expression."""
        return name in self.timeline.changes

    def has(self, expression: str) -> bool:
        """Whether any moment had the value with whose name an expression begins, or a part of it."""
        root = _NAME.match(expression)
        return root is not None and any(
            name == root[0] or name.startswith((f"{root[0]}.", f"{root[0]}["))
            for name in self.timeline.changes
        )

    def has_number(self, name: str, step: int) -> bool:
        """Whether a watched value was looked at after this step; other values may have been when it was not."""
        watched = self.watched.get(name)
        return watched is not None and any(one == step for one, _ in watched.points)

    def history(self, name: str) -> list[Point]:
        """Return the figures of a row up to the shown moment."""
        return [point for point in self.timeline.history(name) if point.index <= self.index]

    def recent(self, name: str) -> list[float | None]:
        """Return the last values of a single number up to the shown moment."""
        if self.live:
            return list(self._recent.get(name, ()))
        return [point.row.mean for point in self.history(name)][-RECENT:]

    def keep(self, detail: Detail) -> None:
        """Remember a close look that was just taken."""
        newest = self.timeline.moments[-1].sequence if self.timeline.moments else 0
        self._closeups.add(newest, detail)

    def curve(self, name: str) -> Curve:
        """Return the curve of a value over the whole run, by step if steps were made.

        For a single number it is the number, for a watched tensor the norm.
        """
        moments, moment = self.timeline.moments, self.moment
        if (watched := self.watched.get(name)) is not None and len(watched.points) > 1:
            steps = dict(watched.points)
            # Steps that no sample had time for: use the figures of the frames.
            for point in self.timeline.history(name):
                number = _number(point.row)
                if point.step and not point.row.sampled and not moments[point.index].between:
                    steps.setdefault(point.step, number)
            here = moment.step if moment is not None and not self.live else max(steps)
            return Curve(sorted(steps.items()), sum(step <= here for step in steps), True, name)
        points = [point for point in self.timeline.history(name) if is_single(point.row)]
        by_step = len({point.step for point in points}) > 1
        numbers: dict[float, float | None] = {}  # of several values at one step the last one counts
        reached = 0
        for point in points:
            if by_step and not point.step:
                continue
            numbers[point.step if by_step else moments[point.index].seconds] = _number(point.row)
            if point.index <= self.index:
                reached = len(numbers)
        return Curve(list(numbers.items()), reached, by_step, name)

    def curves(self) -> dict[str, Curve]:
        """Return the curves of the watched values and of single numbers, as long as there are not too many."""
        singles = [
            name
            for name, row in self.timeline.rows.items()
            if is_single(row) and self.timeline.changes.get(name)
        ]
        names = list(dict.fromkeys([*self.watched, *singles]))[:MOST_CURVES]
        found = {name: self.curve(name) for name in names}
        return {name: curve for name, curve in found.items() if len(curve.known) > 1}

    def nearest(self, x: float, by_step: bool) -> int:
        """Return the index of the moment nearest to a step, or to a second."""
        places = [moment.step if by_step else moment.seconds for moment in self.timeline.moments]
        return min(range(len(places)), key=lambda index: (abs(places[index] - x), -index), default=-1)

    def thumbnail(self, name: str, *, newest: bool = False) -> Thumbnail | None:
        """Return the picture of a watched matrix at the shown moment or the last one before.

        At the newest moment a close look is better; it has a picture only if `newest` says that there is no such look.
        """
        moment = self.moment
        return (
            self._album.at(name, moment.step)
            if moment is not None and moment.step and (newest or not self.live)
            else None
        )

    @property
    def figures_step(self) -> int | None:
        """The step of the figures that are shown, if they are older than the shown moment."""
        moment, moments = self.moment, self.timeline.moments
        if moment is None or not moment.between:
            return None
        return next((one.step for one in reversed(moments[: self.index]) if not one.between), None)

    def is_older(self, name: str) -> bool:
        """Whether the figures of a row are of an earlier step than the shown moment."""
        moment = self.moment
        if moment is None or not moment.between:
            return False
        row = moment.rows.get(name)
        return row is None or not is_curve(row)  # of others only the norm is known

    def closeup(self, expression: str) -> Closeup | None:
        """Return the close look of the moment, or the nearest one."""
        moment = None if self.live else self.moment
        taken = self._closeups.nearest(expression, moment.sequence if moment is not None else None)
        return taken._replace(of_moment=False) if taken is not None and moment and moment.between else taken


def _number(row: Summary) -> float | None:
    """Return what the curve of a value shows of a row: its only number, or its norm."""
    if not is_single(row):
        return row.norm
    if row.mean is None and (row.nan or row.inf):
        return math.nan if row.nan else math.inf
    return row.mean
