"""Curves in braille dots, two across and four down in each cell, with both axes and a cursor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rich.segment import Segment
from rich.style import Style

from evoclass.frozen import frozen

__all__ = ["SIGNS", "Axes", "Chart", "Line", "Point", "dots", "draw", "round_numbers", "share", "smoothed"]

SIGNS = "▲■◆▼✚"
"""Signs of the curves of one chart, in turn."""

Point = tuple[float, float | None]
"""Step or second, and the value at that time; None or a non-finite value leaves a gap."""

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by line and column of its dots."""

_BASELINE = 8
"""Lines from which there is one to spare for the horizontal axis."""

BETWEEN = 16
"""Cells between two signs on a curve."""

_SMOOTH = 0.9
"""Part of a smoothed value that comes from the points before."""


@frozen
class Line:
    """One curve of a chart."""

    points: Sequence[Point]
    style: Style
    later: Style | None = None
    """Style of what lies after the cursor, if it is another one."""
    thin: bool = False
    """Whether it stands back behind the others: every second dot is left out."""
    mark: str = ""
    """Sign that stands here and there on the curve, for readers who cannot tell the curves by their colours."""


@frozen
class Axes:
    """How a chart is labelled."""

    style: Style
    number: Callable[[float], str]
    """Writes a value at the vertical axis."""
    place: Callable[[float], str]
    """Writes a step or a time at the horizontal axis."""
    log: bool = False
    """Whether equal distances are equal ratios; values up to zero are gaps then."""
    here: float | None = None
    """Place of the cursor on the horizontal axis."""
    cursor: Style | None = None
    bounds: tuple[float, float] | None = None
    """Ends of the vertical axis, within which all values lie; without them, the least and the greatest value."""


@frozen
class Chart:
    """A drawn chart, and what is needed to find a place in it."""

    lines: list[list[Segment]]
    margin: int = 0
    """Cells to the left of the curves."""
    room: int = 1
    """Cells of the curves."""
    first: float = 0.0
    last: float = 0.0

    def place(self, cell: int) -> float:
        """Return what the horizontal axis has at a cell, counted from the left edge of the chart."""
        share = (cell - self.margin) / max(1, self.room - 1)
        return self.first + (self.last - self.first) * max(0.0, min(1.0, share))


def draw(lines: Sequence[Line], width: int, height: int, axes: Axes) -> Chart:
    """Return curves `width` cells wide and `height` lines tall, axes included; no lines if nothing can be drawn.

    Where curves cross, the cell has the colour of the first.
    """
    scaled = [(line, _scaled(line.points, axes.log)) for line in lines if line.points]
    known = [y for _, points in scaled for _, y in points if y is not None]
    if not known:
        return Chart([])
    low, high = min(known), max(known)
    if axes.bounds is not None:
        low, high = (_on_axis(end, axes.log) or 0.0 for end in axes.bounds)
    first = min(points[0][0] for _, points in scaled)
    last = max(points[-1][0] for _, points in scaled)
    tall = max(2, height - (2 if height >= _BASELINE else 1))
    ticks = _ticks(low, high, tall, axes)
    margin = max(map(len, ticks.values())) + 2
    room = max(2, width - margin)
    span, bounds = (first, last), (low, high)
    cells: list[list[tuple[str, Style | None]]] = [[(" ", None)] * room for _ in range(tall)]
    bits = [[0] * room for _ in range(tall)]
    split = room if axes.here is None else _column(axes.here, span, room) + 1
    marked: list[tuple[Line, list[list[int]]]] = []
    for line, points in reversed(scaled):  # the first curve is drawn over the others
        own = _bits(points, span, bounds, room, tall, line.thin)
        marked += [(line, own)] if line.mark else []
        for y, row in enumerate(own):
            for x, cell in enumerate(row):
                if cell:
                    bits[y][x] |= cell
                    style = line.later if line.later is not None and x >= split else line.style
                    cells[y][x] = (chr(0x2800 + bits[y][x]), style)
    _sign(cells, marked, split)
    if axes.here is not None:
        _mark(cells, split - 1, scaled[0][1], axes, bounds)
    places = _places(first, last, room, axes)
    drawn = [
        [
            Segment(f"{ticks.get(y, ''):>{margin - 2}} {'┤' if y in ticks else '│'}", axes.style),
            *_segments(row),
        ]
        for y, row in enumerate(cells)
    ]
    if height >= _BASELINE:
        marks = "".join("┬" if cell in places else "─" for cell in range(room))
        drawn.append([Segment(" " * (margin - 1) + "└" + marks, axes.style)])
    drawn.append([Segment(_below(places, margin, room), axes.style)])
    return Chart(drawn, margin, room, first, last)


def dots(points: Sequence[Point], width: int, height: int) -> list[str]:
    """Return one curve alone, as large as the room."""
    scaled = _scaled(points, False)
    known = [y for _, y in scaled if y is not None]
    span, bounds = (points[0][0], points[-1][0]), (min(known), max(known))
    return [
        "".join(chr(0x2800 + cell) if cell else " " for cell in row)
        for row in _bits(scaled, span, bounds, width, height, False)
    ]


def smoothed(points: Sequence[Point]) -> list[Point]:
    """Return the points with each value averaged with those before it, the nearer the more."""
    found: list[Point] = []
    total = weight = 0.0
    for x, y in points:
        if y is None or not math.isfinite(y):
            found.append((x, None))
            continue
        total, weight = total * _SMOOTH + y * (1 - _SMOOTH), weight * _SMOOTH + 1 - _SMOOTH
        found.append((x, total / weight))
    return found


def _scaled(points: Sequence[Point], log: bool) -> list[Point]:
    """Return the points as the vertical axis has them, with None for each gap."""
    return [(x, _on_axis(y, log)) for x, y in points]


def _on_axis(y: float | None, log: bool) -> float | None:
    if y is None or not math.isfinite(y) or (log and y <= 0):
        return None
    return math.log10(y) if log else y


def share(y: float, low: float, high: float) -> float:
    """Return where a value lies from `low` (0) to `high` (1); 0.5 where the two are one.

    Halves are compared, because the distance of two numbers may be beyond the range of floats.
    """
    span = high / 2 - low / 2
    return (y / 2 - low / 2) / span if span > 0 else 0.5


def _column(x: float, span: tuple[float, float], room: int) -> int:
    first, last = span
    share = (x - first) / (last - first) if last > first else 0.0
    return round(max(0.0, min(1.0, share)) * (2 * room - 1)) // 2


def _bits(
    points: Sequence[Point],
    span: tuple[float, float],
    bounds: tuple[float, float],
    width: int,
    height: int,
    thin: bool,
) -> list[list[int]]:
    """Return the dots of a curve, as the bits of each cell."""
    first, length = span[0], (span[1] - span[0]) or 1.0
    bits = [[0] * width for _ in range(height)]
    before: tuple[int, int] | None = None
    count = 0
    for column, y in _columns(points, first, length, 2 * width - 1):
        if y is None:
            before = None
            continue
        place = (column, round((1 - share(y, *bounds)) * (4 * height - 1)))
        for across, down in _between(before or place, place):
            count += 1
            if not thin or count % 2:
                bits[down // 4][across // 2] |= _DOTS[down % 4][across % 2]
        before = place
    return bits


def _columns(
    points: Sequence[Point], first: float, length: float, most: int
) -> Iterator[tuple[int, float | None]]:
    """Yield the points by column of dots; of very many in one column the ends, the least and the most are enough."""
    for column, group in groupby(points, lambda point: round((point[0] - first) / length * most)):
        values = [y for _, y in group]
        if len(values) > 4 and None not in values:
            known = [y for y in values if y is not None]
            values = [known[0], min(known), max(known), known[-1]]
        for y in values:
            yield column, y


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


def _sign(
    cells: list[list[tuple[str, Style | None]]], marked: Sequence[tuple[Line, list[list[int]]]], split: int
) -> None:
    """Put the signs of the curves on them, each at places of its own."""
    for number, (line, own) in enumerate(marked, 1):
        for x in range(BETWEEN * number // (len(marked) + 1), len(cells[0]), BETWEEN):
            y = next((y for y, row in enumerate(own) if row[x]), None)
            if y is not None:
                cells[y][x] = (line.mark, line.later if line.later is not None and x >= split else line.style)


def _mark(
    cells: list[list[tuple[str, Style | None]]],
    x: int,
    points: Sequence[Point],
    axes: Axes,
    bounds: tuple[float, float],
) -> None:
    """Draw the cursor: a line through its place, and a point on the first curve."""
    here, tall = axes.here or 0.0, len(cells)
    for row in cells:
        if row[x][0] == " ":
            row[x] = ("│", axes.cursor)
    y = next((y for place, y in reversed(points) if place <= here), None)
    if y is not None:
        row = cells[round((1 - share(y, *bounds)) * (4 * tall - 1)) // 4]
        row[x] = ("●", axes.cursor)


def _ticks(low: float, high: float, tall: int, axes: Axes) -> dict[int, str]:
    """Return the labels of the vertical axis by line: round numbers between its ends, and ends that were given."""
    most = max(2, (tall + 2) // 3)
    values = _decades(low, high, most) if axes.log else round_numbers(low, high, most)
    found: dict[int, str] = {}
    for value in (*(axes.bounds or ()), *values):
        on_axis = math.log10(value) if axes.log else value
        found.setdefault(round((1 - share(on_axis, low, high)) * (tall - 1)), axes.number(value))
    return found


def round_numbers(low: float, high: float, most: int, least_step: float = 0.0) -> list[float]:
    """Return about `most` multiples of 1, 2 or 5 times a power of ten; of two equal numbers, that one."""
    rough = high / most - low / most
    if not rough > 1e-300:  # equal, or too close for powers of ten
        return [low]
    exponent = math.floor(math.log10(rough))
    finer: list[float] = []
    for power in range(exponent - 1, exponent + 3):
        for factor in (1, 2, 5):
            first, last = (_steps(end, factor, power) for end in (low, high))
            numbers = range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
            if len(numbers) > 2 * most or factor * 10.0**power < least_step:
                continue
            found = [_multiple(number * factor, power) for number in numbers]
            if len(found) <= most:
                # One label says little; a few more than wished say how far it goes.
                return found if len(found) > 1 else finer or found or [low, high]
            finer = found
    return [low, high]


def _steps(end: float, factor: int, power: int) -> float:
    # The power is a divisor where it is below one: 3 * 0.1 is not 0.3, and 3 / 10 is.
    return end / factor * 10.0**-power if power < 0 else end / factor / 10.0**power


def _multiple(number: int, power: int) -> float:
    return number / 10.0**-power if power < 0 else number * 10.0**power


def _decades(low: float, high: float, most: int) -> list[float]:
    """Return powers of ten between two logarithms; where there are less than two, round numbers."""
    powers = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(powers) < 2:
        found = [
            value
            for power in range(math.floor(low), math.ceil(high) + 1)
            for value in (10.0**power, 2 * 10.0**power, 5 * 10.0**power)
            if low - 1e-9 <= math.log10(value) <= high + 1e-9
        ]
        return found if 2 <= len(found) <= most else round_numbers(10**low, 10**high, most)
    every = -(-len(powers) // most)
    return [10.0**power for power in powers if power % every == 0]


def _places(first: float, last: float, room: int, axes: Axes) -> dict[int, str]:
    """Return the labels of the horizontal axis by their cell: round numbers, as many as have room."""
    whole = float(first).is_integer() and float(last).is_integer()
    widest = max(len(axes.place(first)), len(axes.place(last)))
    most = max(1, room // (widest + 5))
    found: dict[int, str] = {}
    for place in round_numbers(first, last, most + 1, 1.0 if whole else 0.0):
        found.setdefault(_column(place, (first, last), room), axes.place(place))
    return found


def _below(places: dict[int, str], margin: int, room: int) -> str:
    """Return the line of the labels below the horizontal axis, each in the middle below its mark."""
    text = ""
    for cell, name in places.items():
        start = max(0, min(margin + cell - len(name) // 2, margin + room - len(name)))
        if not text or start > len(text):
            text = text.ljust(start) + name
    return text.ljust(margin + room)


def _segments(row: Sequence[tuple[str, Style | None]]) -> list[Segment]:
    """Return neighbours of one style as one segment."""
    return [
        Segment("".join(character for character, _ in cells), style)
        for style, cells in groupby(row, lambda cell: cell[1])
    ]
