"""The curve of a watched value: its number at every optimizer step, in a bounded number of points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

__all__ = ["MOST", "Curve", "halved"]

MOST = 4096
"""Most points of a curve: more than the dots of the widest screen."""

Point = tuple[int, float | None]
"""An optimizer step, and the number that a value had then; None and NaN are gaps."""


class Curve:
    """Takes the points of one value as they come; beyond a bound every second one goes, never the least or the most."""

    def __init__(self, points: Iterable[Point] = (), most: int = MOST) -> None:
        self.points: list[Point] = []
        self.most = most
        self.thinned = False
        """Whether points have been left out."""
        self.add(points)

    def add(self, points: Iterable[Point]) -> None:
        """Take more points."""
        for step, number in points:
            self.put(step, number)

    def put(self, step: int, number: float | None) -> None:
        """Take one more point; of two at one step the later one counts, and one of an earlier step does not."""
        points = self.points
        if points and step <= points[-1][0]:
            if step < points[-1][0]:
                return
            points.pop()
        points.append((step, number))
        if len(points) > self.most:
            self.points, self.thinned = halved(points), True

    @property
    def known(self) -> list[tuple[int, float]]:
        """The points with a finite number."""
        return [(step, y) for step, y in self.points if y is not None and math.isfinite(y)]


def halved(points: Sequence[Point]) -> list[Point]:
    """Return about half of the points: the first and the last, and of each four the least, the most and a gap."""
    if len(points) < 8:
        return list(points[::2])
    kept = [points[0]]
    for start in range(1, len(points) - 1, 4):
        kept += _peaks(points[start : min(start + 4, len(points) - 1)])
    return [*kept, points[-1]]


def _peaks(points: Sequence[Point]) -> list[Point]:
    known = [(y, index) for index, (_, y) in enumerate(points) if y is not None and math.isfinite(y)]
    gaps = [index for index, (_, y) in enumerate(points) if y is None or not math.isfinite(y)]
    ends = {min(known)[1], max(known)[1]} if known else set()
    return [points[index] for index in sorted(ends.union(gaps[:1]))]
