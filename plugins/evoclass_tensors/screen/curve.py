"""The course of a single number as a curve of braille dots, with the ends of both axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from evoclass_tensors.screen import marks

Point = tuple[float, float | None]
"""Step or second, and the value at that time; None or a non-finite value leaves a gap."""

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by line and column of its dots."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The data of a curve."""

    points: Sequence[Point] = ()
    reached: int = 0
    """How many points are at or before the shown moment; the others are drawn weakly."""
    by_step: bool = True
    """Whether the horizontal axis counts steps; otherwise seconds."""

    @property
    def known(self) -> list[tuple[float, float]]:
        """The points that can be drawn."""
        return [(x, y) for x, y in self.points if y is not None and math.isfinite(y)]


def lines(
    curve: Curve, width: int, height: int, line: Style, later: Style, label: Style
) -> list[list[Segment]]:
    """Return the curve, `width` cells wide and `height` lines tall, axes included; at least two points are known."""
    known = curve.known
    low, high = min(y for _, y in known), max(y for _, y in known)
    names = [marks.number(high), marks.number(low)]
    margin = max(map(len, names)) + 2
    room, tall = max(2, width - margin), max(2, height - 1)
    cells = dots(curve.points, room, tall)
    first, last = curve.points[0][0], curve.points[-1][0]
    here = curve.points[min(max(curve.reached, 1), len(curve.points)) - 1][0]
    split = room if last == first else round((here - first) / (last - first) * (room - 1)) + 1
    drawn = []
    for index, row in enumerate(cells):
        name = names[0] if index == 0 else names[1] if index == tall - 1 else ""
        axis = "┤" if name else "│"
        drawn.append(
            [
                Segment(f"{name:>{margin - 2}} {axis}", label),
                Segment(row[:split], line),
                Segment(row[split:], later),
            ]
        )
    ends = [_place(first, curve.by_step), _place(last, curve.by_step)]
    drawn.append([Segment(" " * margin + ends[0] + ends[1].rjust(max(0, room - len(ends[0]))), label)])
    return drawn


def dots(points: Sequence[Point], width: int, height: int) -> list[str]:
    """Return the lines of a curve: two dots across and four down in each cell."""
    known = [y for _, y in points if y is not None and math.isfinite(y)]
    low, high = min(known), max(known)
    start, span = points[0][0], (points[-1][0] - points[0][0]) or 1.0
    bits = [[0] * width for _ in range(height)]
    before: tuple[int, int] | None = None
    for x, y in points:
        if y is None or not math.isfinite(y):
            before = None
            continue
        column = round((x - start) / span * (2 * width - 1))
        place = (column, round((1 - marks.share(y, low, high)) * (4 * height - 1)))
        for across, down in _between(before or place, place):
            bits[down // 4][across // 2] |= _DOTS[down % 4][across % 2]
        before = place
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in bits]


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the dots of a straight line."""
    count = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (
            round(start[0] + (end[0] - start[0]) * index / count),
            round(start[1] + (end[1] - start[1]) * index / count),
        )
        for index in range(count + 1)
    ]


def _place(x: float, by_step: bool) -> str:
    return f"{x:.0f}" if by_step else f"{x:.1f} s"
