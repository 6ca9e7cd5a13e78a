"""The curve in a close look, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Callable

from rich.cells import cell_len
from rich.style import Style

from evoclass.i18n import Catalog
from evoclass.protocol import RATED
from evoclass_tensors.screen import curve, marks
from evoclass_tensors.screen.curve import logarithmic
from evoclass_tensors.screen.detail_text import StyledLine, flowed
from evoclass_tensors.screen.marks import piece
from evoclass_tensors.screen.subject import Subject
from evoclass_tui.chart import Chart


class DetailCurve:
    """Lays out the curve of a `Subject`, with the words above it."""

    def __init__(self, subject: Subject, catalog: Catalog, style: Callable[[str], Style]) -> None:
        self._subject = subject
        self._catalog = catalog
        self._style = style
        self._chart = Chart([])
        self._y = 0
        """Line of the view where the chart begins."""

    def at(self, x: int, y: int) -> float | None:
        """Return the place on the horizontal axis at a cell of the view; None beside the chart."""
        return self._chart.place(x) if 0 <= y - self._y < len(self._chart.lines) else None

    def _written(self, text: str) -> str:
        return marks.written(text, self._catalog)

    def _number(self, value: float) -> str:
        return self._written(marks.number(value))

    def _say(self, key: str, **fields: object) -> str:
        return self._catalog(f"tensors.detail.{key}", **fields)

    def whole(self, width: int, height: int, y: int) -> list[StyledLine]:
        """Return the curve of a single number, as large as the room allows; its place in the view is `y`."""
        known = [value for _, value in self._subject.curve.known]
        if len(known) < 2:
            return []
        row = self._subject.shown
        last = next(value for _, value in reversed(self._subject.curve.points) if value is not None)
        words = [
            self._say("rate") if row is not None and row.kind in RATED else "",
            self._say("ends", low=self._number(min(known)), last=self._number(last)),
            self._say("highest", high=self._number(max(known))),
            *self._steps_seen(),
            *self._left_out(),
            self._say("smooth") if self._subject.how.smooth else "",
        ]
        said = flowed([word for word in words if word], width)
        lines = [*([piece(line, self._style("label"))] for line in said), *self._reading(width)]
        return lines + self._drawn(width, max(4, height - len(lines)), y + len(lines))

    def _steps_seen(self) -> list[str]:
        """Return how many steps the points are of, if not of all: between two of them nobody knows the value.

        Also whose steps they are, if there are several optimizers: a round then has more than one.
        """
        curve, optimizers = self._subject.curve, self._subject.optimizers
        if not curve.by_step:
            return [self._say("looks", count=len(curve.points))]
        steps = round(curve.points[-1][0] - curve.points[0][0]) + 1
        count = len(curve.points)
        words = [self._say("of_steps", count=count, steps=steps)] if count < steps else []
        return [*words, self._say("of_optimizers", count=optimizers)] if optimizers > 1 else words

    def _left_out(self) -> list[str]:
        """Return what axis it is, and how many numbers have no place on it."""
        points = [value for _, value in self._subject.curve.points if value is not None]
        odd = sum(not math.isfinite(value) for value in points)
        words = [self._say("odd", count=odd) if odd else ""]
        if logarithmic((self._subject.curve, *self._subject.beside), self._subject.how):
            low = sum(value <= 0 and math.isfinite(value) for value in points)
            words.append(self._say("log_without", count=low) if low else self._say("log"))
        return words

    def norms(self, width: int, y: int) -> list[StyledLine]:
        """Return the norm of a followed tensor at each step; of one with a single number, this."""
        if len(self._subject.curve.known) < 2:
            return []
        row = self._subject.row
        single = row is not None and row.shape is not None and math.prod(row.shape) == 1
        said = flowed([self._say("numbers" if single else "norms"), *self._steps_seen()], width)
        lines = [[], *([piece(line, self._style("label"))] for line in said), *self._reading(width)]
        return lines + self._drawn(min(width, 80), 8, y + len(lines))

    def _drawn(self, width: int, height: int, y: int) -> list[StyledLine]:
        curves = (self._subject.curve, *self._subject.beside)
        label, cursor = self._style("label"), self._style("cursor")
        self._chart = curve.picture(
            curves, self._subject.how, (width, height), self._colours(), label, cursor, self._written
        )
        self._y = y
        return self._chart.lines

    def _colours(self) -> list[Style]:
        return [self._style(name) for name in ("spark", "second", "third", "bars", "frozen")]

    def _reading(self, width: int) -> list[StyledLine]:
        """Return the values at the cursor, each with the mark of its curve; nothing if there is but one at its end."""
        subject = self._subject
        curves = (subject.curve, *subject.beside)
        here = subject.curve.here
        if here is None and len(curves) == 1:
            return []
        x = here if here is not None else subject.curve.points[-1][0]
        where = (
            self._catalog("tensors.step", step=f"{x:.0f}")
            if subject.curve.by_step
            else self._written(f"{x:.1f} s")
        )
        lines = [[piece(where, self._style("label"))]]
        colours, signed = self._colours(), curve.signs(curves)
        used = cell_len(where)
        for index, one in enumerate(curves):
            number = f" {self._written(marks.exact_number(one.at(x))) or '—'}"
            text = marks.shortened(self._name_of(one), width - 4 - len(number)) + number
            if used + cell_len(text) + 4 > width:
                lines.append([])
                used = 0
            used += cell_len(text) + 4
            style = self._style("label") if one.back else colours[index % len(colours)]
            sign = "┄" if one.back else signed[index] or "━"
            lines[-1] += [piece(f"  {sign} ", style), piece(text)]
        return lines

    def _name_of(self, one: curve.Curve) -> str:
        """Return what a curve is of: a value of this run, or of an earlier one and what was different in that."""
        if one.different:
            return self._say("with", name=one.name, settings=", ".join(one.different))
        key = "same" if not one.back else "before" if one.back == 1 else "earlier"
        return one.name if key == "same" else self._say(key, name=one.name, count=one.back)
