"""The numbers of a value over the run, drawn as a chart with what else is compared with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rich.style import Style

from evoclass_tensors.screen import marks
from evoclass_tui.chart import SIGNS, Axes, Chart, Line, Point, draw, smoothed


@dataclass(frozen=True, slots=True)
class Curve:
    """The data of a curve."""

    points: Sequence[Point] = ()
    reached: int = 0
    """How many points are at or before the shown moment; the others are drawn weakly."""
    by_step: bool = True
    """Whether the horizontal axis counts steps; otherwise seconds."""
    name: str = ""
    """What it is of, where several are drawn."""
    back: int = 0
    """How many runs ago it was: 1 for the run before."""
    different: tuple[str, ...] = ()
    """The knobs that were set otherwise in that run, as `lr = 0.1`."""

    @property
    def known(self) -> list[tuple[float, float]]:
        """The points that can be drawn."""
        return [(x, y) for x, y in self.points if y is not None and math.isfinite(y)]

    @property
    def here(self) -> float | None:
        """The place of the shown moment, if it is not the newest one."""
        return self.points[max(0, self.reached - 1)][0] if self.reached < len(self.points) else None

    def at(self, x: float) -> float | None:
        """Return the value at a place, or the last one before it; None where an earlier run had ended by then."""
        if self.back and self.points and x > self.points[-1][0]:
            return None
        return next((y for place, y in reversed(self.points) if place <= x), None)


@dataclass(slots=True)
class Comparison:
    """What the learner has put into the chart beside the value, and how it is drawn."""

    others: list[str] = field(default_factory=list)
    """Names of values whose curves are drawn along."""
    log: bool = False
    smooth: bool = False


def picture(
    curves: Sequence[Curve],
    how: Comparison,
    size: tuple[int, int],
    colours: Sequence[Style],
    label: Style,
    cursor: Style,
    written: Callable[[str], str],
) -> Chart:
    """Return the chart of a value, the first of `curves`, and of those beside it; the colours are theirs in turn.

    `written` writes a number as the interface's language does.
    """
    main = curves[0]
    log = logarithmic(curves, how)
    curves = _held_in(curves, log)
    signed = signs(curves)
    lines: list[Line] = []
    for index, curve in enumerate(curves):
        # Of earlier runs only the one before stands out from the rest.
        past = label if curve.back == 1 else label + Style(dim=True)
        colour = past if curve.back else colours[index % len(colours)]
        later = label if index == 0 else None
        if how.smooth and len(curve.points) > 2:
            lines.append(
                Line(smoothed(curve.points), colour, later, thin=bool(curve.back), mark=signed[index])
            )
            if index == 0:
                lines.append(Line(curve.points, label, thin=True))
        else:
            lines.append(Line(curve.points, colour, later, thin=bool(curve.back), mark=signed[index]))
    axes = Axes(
        label,
        lambda y: written(marks.tick(y)),
        lambda x: written(place(x, main.by_step)),
        log,
        main.here,
        cursor,
    )
    return draw(lines, *size, axes)


def logarithmic(curves: Sequence[Curve], how: Comparison) -> bool:
    """Whether the vertical axis is logarithmic: asked for, and with numbers that have a place on it."""
    return how.log and any(y > 0 for curve in curves for _, y in curve.known)


_ENOUGH = 5
"""Points of this run from which its curves say how high the chart has to be."""


def _held_in(curves: Sequence[Curve], log: bool) -> Sequence[Curve]:
    """Return the curves, those of earlier runs cut off where they leave what this run's make of the chart.

    A run that has diverged would press all others flat. What is left of its curve leads to the edge.
    """
    own = [curve.known for curve in curves if not curve.back]
    values = [y for known in own for _, y in known if y > 0 or not log]
    if max(map(len, own)) < _ENOUGH or not values:
        return curves
    low, high = min(values), max(values)
    if log:
        more = min(max(math.log10(high) - math.log10(low), 1.0), 300.0)
        low, high = low / 10**more, high * 10**more
    else:
        more = max(high - low, abs(high), abs(low))
        low, high = low - more, high + more
    return [replace(curve, points=_cut(curve.points, low, high)) if curve.back else curve for curve in curves]


def _cut(points: Sequence[Point], low: float, high: float) -> list[Point]:
    """Return the points without those above or below; the first and the last of these lie on the edge."""
    found: list[Point] = []
    inside = [y is not None and low <= y <= high for _, y in points]
    for index, (x, y) in enumerate(points):
        beside = inside[max(0, index - 1) : index + 2]
        if y is not None and not inside[index]:
            y = max(low, min(y, high)) if any(beside) and not math.isnan(y) else None
        found.append((x, y))
    return found


def signs(curves: Sequence[Curve]) -> list[str]:
    """Return the sign of each curve; none where there is but one, and none for the run before, which is dotted."""
    several = sum(not curve.back for curve in curves) > 1
    return [
        "" if curve.back or not several else SIGNS[index % len(SIGNS)] for index, curve in enumerate(curves)
    ]


def place(x: float, by_step: bool) -> str:
    """Return a step or a time in words."""
    return f"{x:.0f}" if by_step else f"{marks.tick(x)} s"
