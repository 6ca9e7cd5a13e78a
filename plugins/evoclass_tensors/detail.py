"""The close look at one value: figures, distribution, values as colours, images, and its course over the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evoclass.i18n import Catalog
from evoclass.protocol import Detail, Summary
from evoclass.timeline import Point, Trouble
from evoclass_tensors import heatmap, marks
from evoclass_tensors.colours import Scale

Line = list[Segment]

_FIGURE = 11
"""Cells of a figure with six digits."""

_TWO_COLUMNS = 60
"""Width from which pictures stand beside the figures."""


@dataclass(slots=True)
class Subject:
    """What the view shows."""

    name: str
    row: Summary | None = None
    """Figures at the moment that is shown."""
    detail: Detail | None = None
    """The close look that belongs to that moment, or the nearest one before."""
    error: str = ""
    note: str = ""
    history: Sequence[Point] = ()
    trouble: Trouble | None = None
    live: bool = True
    slice: tuple[int, ...] = ()


@dataclass(slots=True)
class _Map:
    """Where the heatmap stands in the view."""

    x: int = 0
    y: int = 0
    placed: heatmap.Placed = field(default_factory=lambda: heatmap.Placed(1, 1, 0, 0))


class DetailView(ScrollView, can_focus=True):
    """Draws a `Subject` as lines, beside each other where there is room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DetailView {
        height: 1fr; width: 1fr; background: $surface; color: $foreground; overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & .detail--title { color: $text-primary; text-style: bold; }
        & .detail--label { color: $text-muted; }
        & .detail--bars { color: $primary; }
        & .detail--bad { color: $text-error; text-style: bold; }
        & .detail--note { color: $text-warning; }
        & .detail--frozen { color: $secondary; }
        & .detail--spark { color: $accent; }
    }
    """
    COMPONENT_CLASSES = {
        "detail--title",
        "detail--label",
        "detail--bars",
        "detail--bad",
        "detail--note",
        "detail--frozen",
        "detail--spark",
    }

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.subject = Subject("")
        self.cell = (0, 0)
        """Value of the heatmap under the cursor."""
        self._lines: list[Strip] = []
        self._map = _Map()

    def show(self, subject: Subject) -> None:
        """Show another value, or the same one as it is now."""
        if subject.name != self.subject.name:
            self.cell = (0, 0)
            self.scroll_to(y=0, animate=False)
        self.subject = subject
        self.draw_lines()

    def on_resize(self) -> None:
        self.draw_lines()

    def draw_lines(self) -> None:
        """Lay everything out for the present width."""
        width = self.size.width
        if width <= 0:
            return
        lines = self._head(width)
        body = len(lines)
        if width >= _TWO_COLUMNS and self._has_picture:
            left_width = max(36, min(46, width * 2 // 5))
            left = [*self._figures(left_width), *self._bars(left_width), *self._history(left_width)]
            right = self._picture(width - left_width - 2, left_width + 2, body)
            for index in range(max(len(left), len(right))):
                first = Strip(left[index] if index < len(left) else [])
                first = first.extend_cell_length(left_width + 2).crop(0, left_width + 2)
                lines.append([*first, *(right[index] if index < len(right) else [])])
        else:
            lines += self._figures(width)
            lines += self._bars(width)
            if self._has_picture:
                lines += self._picture(width, 0, len(lines))
            lines += self._history(width)
        base = self.rich_style
        self._lines = [Strip(line).apply_style(base) for line in lines]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index = round(self.scroll_offset.y) + y
        base = self.rich_style
        if index >= len(self._lines):
            return Strip.blank(self.size.width, base)
        return self._lines[index].crop_extend(0, self.size.width, base)

    # ------------------------------------------------------------------------------------------------- parts

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"detail--{name}")

    def _say(self, key: str, **fields: object) -> str:
        return self.catalog(f"tensors.detail.{key}", **fields)

    @property
    def _row(self) -> Summary | None:
        """The exact figures while live, else those of the moment."""
        subject = self.subject
        if subject.live and subject.detail is not None and subject.detail.summary is not None:
            return subject.detail.summary
        return subject.row or (subject.detail.summary if subject.detail is not None else None)

    @property
    def _has_picture(self) -> bool:
        detail = self.subject.detail
        return detail is not None and bool(detail.grid or detail.images)

    def _head(self, width: int) -> list[Line]:
        subject, row = self.subject, self._row
        lines: list[Line] = [[Segment(subject.name, self._style("title"))]]
        if row is not None:
            known = subject.row or row
            words = [
                self.catalog(f"tensors.kind.{known.kind}"),
                marks.shape(row.shape),
                row.dtype,
                row.device,
                row.layout,
                marks.size(row.bytes),
                row.text,
            ]
            if known.kind == "module" and row.training is not None:
                words.append(self.catalog(f"tensors.mode.{'train' if row.training else 'eval'}"))
            text = " · ".join(word for word in words if word)
            lines.append([Segment(text, self._style("label"))])
            if known.trainable is not None:
                mark = (
                    f"{marks.FROZEN} {self._say('frozen')}" if not known.trainable else self._say("trainable")
                )
                lines[-1].append(Segment(f" · {mark}", self._style("frozen")))
            if row.badge:
                lines[-1].append(Segment(f" · {row.badge}", self._style("note")))
        if subject.error:
            lines += [[Segment(part, self._style("bad"))] for part in _wrapped(subject.error, width)]
        if subject.note:
            lines += [[Segment(part, self._style("note"))] for part in _wrapped(subject.note, width)]
        if subject.trouble is not None and not subject.error:
            lines.append([Segment(self._since(subject.trouble), self._style("bad"))])
        return lines

    def _since(self, trouble: Trouble) -> str:
        if trouble.step:
            return self.catalog("tensors.since", step=trouble.step)
        return self.catalog("tensors.since_line", line=trouble.line)

    def _figures(self, width: int) -> list[Line]:
        row, detail = self._row, self.subject.detail
        if row is None:
            return []
        if row.kind == "scalar":
            return []
        label = self._style("label")
        pairs = [
            (key, marks.exact_number(getattr(row, key))) for key in ("min", "max", "mean", "std", "norm")
        ]
        grad = row.grad_norm if row.grad_norm is not None else (self.subject.row or row).grad_norm
        pairs.append(("grad_norm", marks.exact_number(grad)))
        for key, count in (("zeros", row.zeros), ("nan", row.nan)):
            pairs.append((key, "" if count is None else str(count)))
        signed = detail is not None and self.subject.live and detail.plus_inf is not None
        if row.inf and signed and detail is not None:
            pairs += [("plus_inf", str(detail.plus_inf)), ("minus_inf", str(detail.minus_inf))]
        else:
            pairs.append(("inf", "" if row.inf is None else str(row.inf)))
        if row.parameters is not None:
            pairs.append(("parameters", marks.count(row.parameters)))
            pairs.append(("frozen", marks.count(row.frozen or 0)))
        shown = [(self._say(key), text, key) for key, text in pairs if text]
        if not shown:
            return []
        label_width = max(cell_len(name) for name, _, _ in shown)
        each = label_width + 1 + _FIGURE
        across = max(1, min(4, width // each))
        lines: list[Line] = []
        for start in range(0, len(shown), across):
            line: Line = []
            for name, text, key in shown[start : start + across]:
                bad = key in ("nan", "plus_inf", "minus_inf", "inf") and text != "0"
                line.append(Segment(name.ljust(label_width + 1), label))
                line.append(Segment(text.ljust(_FIGURE), self._style("bad") if bad else None))
            lines.append(line)
        lines.append([Segment(self._say("sampled" if row.sampled else "exact"), label)])
        if detail is not None and detail.quantiles and self.subject.live:
            lines += self._quantiles(detail, width)
        return lines

    def _quantiles(self, detail: Detail, width: int) -> list[Line]:
        label = self._style("label")
        lines: list[Line] = [[Segment(self._say("quantiles"), label)]]
        used = cell_len(self._say("quantiles"))
        for share, value in detail.quantiles:
            name, text = f"  {share * 100:g}% ", marks.number(value)
            if used + len(name) + len(text) > width:
                lines.append([])
                used = 0
            lines[-1] += [Segment(name, label), Segment(text)]
            used += len(name) + len(text)
        return lines

    def _bars(self, width: int) -> list[Line]:
        row = self._row
        if row is None or not row.histogram or sum(row.histogram) == 0:
            return []
        bins = marks.resized(row.histogram, max(8, min(width, 64)))
        top = max(bins)
        tall = 4
        style = self._style("bars")
        lines: list[Line] = [[], [Segment(self._say("histogram"), self._style("label"))]]
        for level in range(tall - 1, -1, -1):
            text = ""
            for amount in bins:
                eighths = max(1 if amount else 0, round(amount / top * tall * 8)) - level * 8
                text += marks.BLOCKS[max(0, min(8, eighths))]
            lines.append([Segment(text, style)])
        low, high = marks.number(row.min), marks.number(row.max)
        lines.append([Segment(low + high.rjust(len(bins) - len(low)), self._style("label"))])
        return lines

    def _history(self, width: int) -> list[Line]:
        points = self.subject.history
        if len(points) < 2:
            return []
        label = self._style("label")
        lines: list[Line] = [[], [Segment(self._say("history"), label)]]
        for key in ("norm", "mean", "grad_norm"):
            values = [getattr(point.row, key) for point in points]
            known = [value for value in values if value is not None]
            if len(known) < 2 or (key == "norm" and points[-1].row.kind == "scalar"):
                continue
            name = self._say(key).ljust(9)
            ends = f" {marks.number(known[0])} → {marks.number(known[-1])}"
            room = max(4, width - len(name) - len(ends) - 1)
            line = [Segment(name, label), Segment(marks.spark(values, min(room, 60)), self._style("spark"))]
            lines.append([*line, Segment(ends)])
        return lines if len(lines) > 2 else []

    # ---------------------------------------------------------------------------------------------- pictures

    def _picture(self, width: int, x: int, y: int) -> list[Line]:
        """Return images and heatmap `width` wide; they will stand at (x, y) of the view."""
        detail = self.subject.detail
        assert detail is not None
        lines: list[Line] = []
        height = max(6, self.size.height - 4)
        if detail.images and detail.image_shape is not None:
            small = max(detail.image_shape[:2]) <= 11
            lines.append([Segment(self._say("filters" if small else "images"), self._style("label"))])
            lines += heatmap.images(detail.images, detail.image_shape, width, min(height, 16))
            lines.append([])
        if detail.grid:
            lines += self._heatmap(detail, width, height, x, y + len(lines))
        return lines

    def _heatmap(self, detail: Detail, width: int, height: int, x: int, y: int) -> list[Line]:
        label = self._style("label")
        rows, columns = detail.grid_shape or (len(detail.grid), len(detail.grid[0]))
        margin = len(str(rows - 1)) + 1
        placed = heatmap.place(detail.grid, width - margin, max(3, height - 4))
        known = [value for line in detail.grid for value in line if value is not None]
        scale = Scale(min(known, default=0.0), max(known, default=0.0), self.app.current_theme.dark)
        self.cell = (min(self.cell[0], placed.rows - 1), min(self.cell[1], placed.columns - 1))
        picture = heatmap.draw(detail.grid, placed, scale, self.cell if self.has_focus else None)
        _, second = detail.grid_axes or (0, 1)
        step_down, step_across = -(-rows // len(detail.grid)), -(-columns // len(detail.grid[0]))
        title = f"{self._say('heatmap')}{self._slice_words()}"
        lines: list[Line] = [[Segment(title, label)]]
        across = f"{self._say('axis', axis=second)} →"
        last = str((placed.columns - 1) * step_across)
        wide = placed.columns * placed.wide
        top = "0 " + across
        top = top + last.rjust(wide - len(top)) if len(top) + len(last) + 1 <= wide else f"0 → {last}"
        lines.append([Segment(" " * margin + top, label)])
        self._map = _Map(x + margin, y + len(lines), placed)
        for index, segments in enumerate(picture):
            number = ""
            if index == 0:
                number = "0"
            elif index == len(picture) - 1:
                number = str((placed.rows - 1) * step_down)
            elif index == 1 and len(picture) > 2:
                number = "↓"
            lines.append([Segment(number.rjust(margin - 1) + " ", label), *segments])
        row, column = self.cell
        value = detail.grid[row][column]
        axes = len(self._row.shape or ()) if self._row is not None else 2
        place = [*self.full_slice(self._row.shape or ())] if self._row is not None else []
        place = [*place, row * step_down, column * step_across][-axes:] if axes else []
        where = f"[{', '.join(map(str, place))}]"
        shown = self._say("not_finite") if value is None else marks.exact_number(value)
        lines.append([Segment(f"{where} = ", label), Segment(shown)])
        if step_down > 1 or step_across > 1:
            both = step_down > 1 and step_across > 1
            key = "strided" if both else "strided_rows" if step_down > 1 else "strided_columns"
            lines.append([Segment(self._say(key, down=step_down, across=step_across), label)])
        return lines

    def _slice_words(self) -> str:
        row = self._row
        if row is None or row.shape is None or len(row.shape) < 3:
            return ""
        places = self.full_slice(row.shape)
        return f" [{', '.join(map(str, places))}, :, :]"

    def full_slice(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return an index for each leading axis."""
        given: Iterable[int] = self.subject.slice
        return tuple([*given, *([0] * len(shape))][: len(shape) - 2])

    # ------------------------------------------------------------------------------------------------- hands

    def move_cell(self, down: int, across: int) -> None:
        """Move the cursor on the heatmap."""
        placed = self._map.placed
        row = max(0, min(self.cell[0] + down, placed.rows - 1))
        self.cell = (row, max(0, min(self.cell[1] + across, placed.columns - 1)))
        self.draw_lines()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        placed = self._map.placed
        if not self._has_picture or not placed.rows:
            return
        column = (event.x - self._map.x) // placed.wide
        half = 2 * (event.y + round(self.scroll_offset.y) - self._map.y)
        row = half // placed.tall
        if 0 <= row < placed.rows and 0 <= column < placed.columns and (row, column) != self.cell:
            self.cell = (row, column)
            self.draw_lines()

    def on_focus(self) -> None:
        self.draw_lines()

    def on_blur(self) -> None:
        self.draw_lines()


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
