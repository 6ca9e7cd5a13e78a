"""The words and figures of a close look, as lines of a given width."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from evoclass.i18n import Catalog
from evoclass.protocol import RATED, Detail, Summary
from evoclass.timeline import Trouble
from evoclass_tensors.screen import marks
from evoclass_tensors.screen.columns import is_single
from evoclass_tensors.screen.marks import piece
from evoclass_tensors.screen.subject import Subject, counted

StyledLine = list[Segment]

_FIGURE = 12
"""Cells of a figure with six digits, and a space."""


class DetailText:
    """Lays out a `Subject` in words."""

    def __init__(self, subject: Subject, catalog: Catalog, style: Callable[[str], Style]) -> None:
        self._subject = subject
        self._style = style
        self.catalog = catalog

    def _say(self, key: str, **fields: object) -> str:
        return self.catalog(f"tensors.detail.{key}", **fields)

    def _written(self, text: str) -> str:
        return marks.written(text, self.catalog)

    def _number(self, value: float | None) -> str:
        return self._written(marks.number(value))

    def _exact(self, value: float | None) -> str:
        return self._written(marks.exact_number(value))

    def _count(self, value: int) -> str:
        return self._written(marks.count(value))

    def _text(self, row: Summary) -> str:
        return marks.rates(row.text, self.catalog) if row.kind in RATED else row.text

    def head(self, width: int) -> list[StyledLine]:
        """Return the description of the value, and any problem with it."""
        subject, row = self._subject, self._subject.shown
        lines: list[StyledLine] = [[piece(subject.name, self._style("title"))]]
        if row is not None and is_single(row):
            value = self._written(row.text or self._only_number(row))
            # Of a complex tensor only the size of its number is known.
            sized = row.dtype.startswith("complex") and not row.text
            lines[-1].append(piece(f" · |z| = {value}" if sized else f" = {value}"))
        if row is not None:
            known = subject.row or row
            words = [
                self.catalog(f"tensors.kind.{known.kind}"),
                row.type if known.kind in ("module", "optimizer", "scheduler", "other") else "",
                marks.shape(row.shape),
                row.dtype,
                row.device,
                row.layout,
                self._written(marks.size(row.bytes)),
                "" if is_single(row) else self._text(row),
            ]
            if known.kind == "module" and row.training is not None:
                words.append(self.catalog(f"tensors.mode.{'train' if row.training else 'eval'}"))
            text = " · ".join(word for word in words if word)
            lines.append([piece(text, self._style("label"))])
            if known.trainable is not None:
                mark = (
                    f"{marks.FROZEN} {self._say('frozen')}" if not known.trainable else self._say("trainable")
                )
                lines[-1].append(piece(f" · {mark}", self._style("frozen")))
            if row.badge:
                lines[-1].append(piece(f" · {row.badge}", self._style("note")))
        if subject.error:
            lines += [[piece(part, self._style("bad"))] for part in _wrapped(subject.error, width)]
        if subject.note:
            lines += [[piece(part, self._style("note"))] for part in _wrapped(subject.note, width)]
        if subject.trouble is not None and not subject.error:
            lasts = row is None or bool(row.nan or row.inf)
            lines.append([piece(self._since(subject.trouble, lasts), self._style("bad"))])
        return lines

    def _only_number(self, row: Summary) -> str:
        """Return the number of a tensor that has but one, NaN and infinity included."""
        if row.mean is None and row.nan:
            return "NaN"
        if row.mean is None and row.inf:
            detail = self._subject.detail if self._subject.live else None
            return "−∞" if detail is not None and detail.minus_inf else "∞"
        return marks.exact_number(row.mean) if row.dtype != "bool" else str(bool(row.mean))

    def _since(self, trouble: Trouble, lasts: bool) -> str:
        if trouble.step and trouble.fine is not None and trouble.fine < trouble.step - 1:
            return self.catalog("tensors.since_between", step=trouble.step, fine=trouble.fine)
        if trouble.step:
            return self.catalog(f"tensors.{'since' if lasts else 'at'}", step=trouble.step)
        if not trouble.line:
            return self.catalog("tensors.since_end")
        return self.catalog("tensors.since_line", line=trouble.line)

    def figures(self, width: int) -> list[StyledLine]:
        """Return figures in as many columns as fit, then quantiles."""
        row, detail = self._subject.shown, self._subject.detail
        if row is None or is_single(row) or self._subject.tally:
            return []
        if row.shape is not None and 0 in row.shape:
            return [[piece(self._say("empty"), self._style("label"))]]
        counted = self._counts(row, width)
        if counted:
            return counted
        label = self._style("label")
        pairs = [(key, self._exact(getattr(row, key))) for key in ("min", "max", "mean", "std", "norm")]
        grad = row.grad_norm if row.grad_norm is not None else (self._subject.row or row).grad_norm
        pairs.append(("grad_norm", self._exact(grad)))
        for key, count in (("zeros", row.zeros), ("nan", row.nan)):
            pairs.append((key, "" if count is None else str(count)))
        signed = detail is not None and self._subject.live and detail.plus_inf is not None
        if row.inf and signed and detail is not None:
            pairs += [("plus_inf", str(detail.plus_inf)), ("minus_inf", str(detail.minus_inf))]
        else:
            pairs.append(("inf", "" if row.inf is None else str(row.inf)))
        if row.parameters is not None:
            pairs.append(("parameters", self._count(row.parameters)))
            pairs.append(("frozen", self._count(row.frozen or 0)))
        shown = [(self._say(key), text, key) for key, text in pairs if text]
        if not shown:
            return []
        label_width = max(cell_len(name) for name, _, _ in shown)
        each = label_width + 1 + _FIGURE
        across = max(1, min(4, width // each))
        lines: list[StyledLine] = []
        for start in range(0, len(shown), across):
            line: StyledLine = []
            for name, text, key in shown[start : start + across]:
                bad = key in ("nan", "plus_inf", "minus_inf", "inf") and text != "0"
                line.append(piece(name.ljust(label_width + 1), label))
                line.append(piece(text.ljust(_FIGURE), self._style("bad") if bad else None))
            lines.append(line)
        if row.parameters is None:
            lines.append([piece(self._say("sampled" if row.sampled else "exact"), label)])
        if detail is not None and detail.quantiles and self._subject.live:
            lines += self._quantiles(detail, width)
        return lines

    def _counts(self, row: Summary, width: int) -> list[StyledLine]:
        """Return how often each value occurs, for tensors of few different whole numbers, such as labels."""
        counts = counted(row)
        label = self._style("label")
        lines: list[StyledLine] = [[piece(self._say("counts"), label)]] if counts else []
        used = cell_len(self._say("counts"))
        for value, times in counts:
            name, text = f"  {value}: ", str(times)
            if used + len(name) + len(text) > width:
                lines.append([])
                used = 0
            lines[-1] += [piece(name, label), piece(text)]
            used += len(name) + len(text)
        return lines

    def tally(self, width: int) -> list[StyledLine]:
        """Return how often each label occurs, a bar for each."""
        subject, label = self._subject, self._style("label")
        counts = [(subject.name_of(value), times) for value, times in subject.tally]
        if not counts:
            return []
        wide = min(max(cell_len(name) for name, _ in counts), max(4, width // 3))
        digits = max(len(str(times)) for _, times in counts)
        most, room = max(times for _, times in counts), max(1, width - wide - digits - 4)
        lines: list[StyledLine] = [[piece(self._say("counts"), label)]]
        for name, times in counts:
            bar = "█" * max(1 if times else 0, round(times / most * min(room, 60)))
            line = [piece(marks.fitted(name, wide), label), piece(f"  {times:>{digits}} ")]
            lines.append([*line, piece(bar, self._style("bars"))])
        return [*lines, []]

    def _quantiles(self, detail: Detail, width: int) -> list[StyledLine]:
        label = self._style("label")
        lines: list[StyledLine] = [[piece(self._say("quantiles"), label)]]
        used = cell_len(self._say("quantiles"))
        for share, value in detail.quantiles:
            name, text = f"  {self._written(f'{share * 100:g}%')} ", self._number(value)
            if used + len(name) + len(text) > width:
                lines.append([])
                used = 0
            lines[-1] += [piece(name, label), piece(text)]
            used += len(name) + len(text)
        return lines

    def tree(self, width: int) -> list[StyledLine]:
        """Return the contents of a module: each part with its share of the numbers, frozen ones marked."""
        row, parts = self._subject.shown, self._subject.parts
        if row is None or not parts:
            return []
        total = row.parameters or 1
        label, name_width = self._style("label"), max(10, min(30, width - 36))
        lines: list[StyledLine] = [[], [piece(self._say("inside"), label)]]
        for depth, part in parts:
            is_module = part.kind == "module"
            count = part.parameters if is_module else math.prod(part.shape or ())
            name = "  " * depth + part.name.rpartition(".")[2]
            what = part.type if is_module else marks.shape(part.shape)
            frozen = part.frozen == part.parameters if is_module else part.trainable is False
            counted = is_module or part.kind == "parameter"
            share = "━" * max(1, round(8 * (count or 0) / total)) if count and counted else ""
            line = [
                piece(marks.shortened(name, name_width).ljust(name_width + 1), None if is_module else label),
                piece(marks.shortened(what, 15).ljust(16), label),
                piece((self._count(count or 0) if counted else "").rjust(7)),
                piece(f" {marks.FROZEN} " if frozen and count and counted else "   ", self._style("frozen")),
                piece(share, self._style("frozen" if frozen else "bars")),
            ]
            lines.append(line)
        return lines

    def bars(self, width: int) -> list[StyledLine]:
        """Return the histogram, four lines tall."""
        row = self._subject.shown
        if row is None or max(row.histogram, default=0) <= 0 or is_single(row):
            return []
        bins = marks.resized(row.histogram, max(8, min(width, 64)))
        top = max(bins)
        tall = 4
        style = self._style("bars")
        lines: list[StyledLine] = [[], [piece(self._say("histogram"), self._style("label"))]]
        for level in range(tall - 1, -1, -1):
            text = ""
            for amount in bins:
                eighths = max(1 if amount else 0, round(amount / top * tall * 8)) - level * 8
                text += marks.BLOCKS[max(0, min(8, eighths))]
            lines.append([piece(text, style)])
        low, high = self._number(row.min), self._number(row.max)
        lines.append([piece(low + high.rjust(len(bins) - len(low)), self._style("label"))])
        return lines

    def history(self, width: int) -> list[StyledLine]:
        """Return the history of norm, mean and gradient norm over the run."""
        points, row = self._subject.history, self._subject.shown
        if len(points) < 2 or (row is not None and is_single(row)):
            return []
        label = self._style("label")
        lines: list[StyledLine] = [[], [piece(self._say("history"), label)]]
        for key in ("norm", "mean", "grad_norm"):
            values = [getattr(point.row, key) for point in points]
            known = [value for value in values if value is not None]
            if len(known) < 2 or (key == "norm" and self._subject.curve.points):
                continue
            name = self._say(key).ljust(9)
            ends = f" {self._number(known[0])} → {self._number(known[-1])}"
            room = max(4, width - len(name) - len(ends) - 1)
            line = [piece(name, label), piece(marks.spark(values, min(room, 60)), self._style("spark"))]
            lines.append([*line, piece(ends)])
        return lines if len(lines) > 2 else []


def flowed(parts: Sequence[str], width: int) -> list[str]:
    """Return lines of as many parts as fit beside each other."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    width = max(8, width)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            if line and cell_len(line) + cell_len(word) + 1 > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines
