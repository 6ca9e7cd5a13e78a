"""The close look at one value: figures, distribution, values as colours, images, and its curve over the run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from evoclass.i18n import Catalog
from evoclass.protocol import RATED, Detail
from evoclass_tensors.screen import curve, heatmap, marks
from evoclass_tensors.screen.colours import Scale
from evoclass_tensors.screen.columns import is_curve
from evoclass_tensors.screen.curve import logarithmic
from evoclass_tensors.screen.detail_text import DetailText, StyledLine, flowed
from evoclass_tensors.screen.marks import piece
from evoclass_tensors.screen.subject import Subject
from evoclass_tui.chart import Chart

_TWO_COLUMNS = 60
"""Width from which pictures are drawn beside the figures."""

_FILTER = 7
"""Side up to which images are called filters even if they are no parameter: pictures begin at 8×8."""


def _left(width: int) -> int:
    """Return the width of the figures that have a picture beside them."""
    return max(36, min(46, width * 2 // 5))


@dataclass(slots=True)
class _Map:
    """Position of the heatmap in the view."""

    x: int = 0
    y: int = 0
    placed: heatmap.Placed = field(default_factory=lambda: heatmap.Placed(1, 1, 0, 0))


class DetailView(ScrollView, can_focus=True):
    """Draws a `Subject` as lines, beside each other where there is room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DetailView {
        height: 1fr; width: 1fr; background: $surface; color: $foreground; overflow-x: hidden;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable; padding: 0 1;
        & .detail--title { color: $text-primary; text-style: bold; }
        & .detail--label { color: $text-muted; }
        & .detail--bars { color: $primary; }
        & .detail--bad { color: $text-error; text-style: bold; }
        & .detail--note { color: $text-warning; }
        & .detail--frozen { color: $secondary; }
        & .detail--spark { color: $accent; }
        & .detail--second { color: $primary; }
        & .detail--third { color: $success; }
        & .detail--cursor { color: $foreground; text-style: bold; }
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
        "detail--second",
        "detail--third",
        "detail--cursor",
    }

    @dataclass
    class Reached(Message):
        """The learner clicked at a place of a curve."""

        x: float
        by_step: bool

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.subject = Subject("")
        self.cell = (0, 0)
        """Value of the heatmap under the cursor."""
        self.images_shown = 0
        """Number of images that had room."""
        self._lines: list[Strip] = []
        self._map = _Map()
        self._chart = Chart([])
        self._chart_y = 0
        """Line of the view where the chart begins."""

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
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        text = DetailText(self.subject, self.catalog, self._style)
        lines = text.head(width)
        body = len(lines)
        self._chart = Chart([])
        if self.subject.shown is not None and is_curve(self.subject.shown):
            lines += self._curve(width, self.size.height - body, body)
        elif self.subject.tally:
            lines += text.tally(width)
            lines += self._picture(width, 0, len(lines)) if self.subject.has_picture else []
        elif width >= _TWO_COLUMNS and self.subject.has_picture and not self._wants_width(width):
            left_width = _left(width)
            left = [*text.figures(left_width), *text.bars(left_width)]
            left += [*self._norms(left_width, body + len(left)), *text.history(left_width)]
            right = self._picture(width - left_width - 2, left_width + 2, body)
            for index in range(max(len(left), len(right))):
                first = Strip(left[index] if index < len(left) else [])
                first = first.extend_cell_length(left_width + 2).crop(0, left_width + 2)
                lines.append([*first, *(right[index] if index < len(right) else [])])
        else:
            if self.subject.has_picture:  # first, because the panel may be low and the numbers many
                lines += [*self._picture(width, 0, len(lines)), []]
            lines += text.figures(width)
            lines += text.tree(width)
            lines += text.bars(width)
            lines += [*self._norms(width, len(lines)), *text.history(width)]
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

    def _wants_width(self, width: int) -> bool:
        """Whether the picture is a page of images, or all its columns fit in `width` but not beside the figures."""
        detail = self.subject.detail
        if detail is None or len(detail.images) > 1 or not detail.grid:
            return detail is not None and len(detail.images) > 1
        rows, columns = detail.grid_shape or (len(detail.grid), len(detail.grid[0]))
        margin = self._margin(width, rows, self._names(detail, rows, columns)[0])
        return rows > 1 and width - _left(width) - 2 < columns + margin <= width

    @staticmethod
    def _margin(width: int, rows: int, names: tuple[str, ...]) -> int:
        """Return the width of what stands before the rows of the map: their numbers or names."""
        return max([len(str(rows - 1)), *(min(cell_len(name), width // 4) for name in names)]) + 1

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"detail--{name}")

    def _written(self, text: str) -> str:
        return marks.written(text, self.catalog)

    def _number(self, value: float) -> str:
        return self._written(marks.number(value))

    def _say(self, key: str, **fields: object) -> str:
        return self.catalog(f"tensors.detail.{key}", **fields)

    # ---------------------------------------------------------------------------------------------- pictures

    def _curve(self, width: int, height: int, y: int) -> list[StyledLine]:
        """Return the curve of a single number, as large as the room allows; its place in the view is `y`."""
        known = [value for _, value in self.subject.curve.known]
        if len(known) < 2:
            return []
        row = self.subject.shown
        words = [
            self._say("rate") if row is not None and row.kind in RATED else "",
            self._say("ends", low=self._number(min(known)), last=self._number(known[-1])),
            self._say("highest", high=self._number(max(known))),
            self._steps_seen(),
            *self._left_out(),
            self._say("smooth") if self.subject.how.smooth else "",
        ]
        said = flowed([word for word in words if word], width)
        lines = [*([piece(line, self._style("label"))] for line in said), *self._reading(width)]
        return lines + self._drawn(width, max(4, height - len(lines)), y + len(lines))

    def _steps_seen(self) -> str:
        """Return how many steps the points are of, if not of all: between two of them nobody knows the value."""
        curve = self.subject.curve
        steps = round(curve.points[-1][0] - curve.points[0][0]) + 1
        count = len(curve.points)
        return self._say("of_steps", count=count, steps=steps) if curve.by_step and count < steps else ""

    def _left_out(self) -> list[str]:
        """Return what axis it is, and how many numbers have no place on it."""
        points = [value for _, value in self.subject.curve.points if value is not None]
        odd = sum(not math.isfinite(value) for value in points)
        words = [self._say("odd", count=odd) if odd else ""]
        if logarithmic((self.subject.curve, *self.subject.beside), self.subject.how):
            low = sum(value <= 0 and math.isfinite(value) for value in points)
            words.append(self._say("log_without", count=low) if low else self._say("log"))
        return words

    def _norms(self, width: int, y: int) -> list[StyledLine]:
        """Return the norm of a followed tensor at each step; of one with a single number, this."""
        if len(self.subject.curve.known) < 2:
            return []
        row = self.subject.row
        single = row is not None and row.shape is not None and math.prod(row.shape) == 1
        said = " · ".join(filter(None, (self._say("numbers" if single else "norms"), self._steps_seen())))
        lines = [[], [piece(said, self._style("label"))], *self._reading(width)]
        return lines + self._drawn(min(width, 80), 8, y + len(lines))

    def _drawn(self, width: int, height: int, y: int) -> list[StyledLine]:
        curves = (self.subject.curve, *self.subject.beside)
        label, cursor = self._style("label"), self._style("cursor")
        self._chart = curve.picture(
            curves, self.subject.how, (width, height), self._colours(), label, cursor, self._written
        )
        self._chart_y = y
        return self._chart.lines

    def _colours(self) -> list[Style]:
        return [self._style(name) for name in ("spark", "second", "third", "bars", "frozen")]

    def _reading(self, width: int) -> list[StyledLine]:
        """Return the values at the cursor, each with the mark of its curve; nothing if there is but one at its end."""
        subject = self.subject
        curves = (subject.curve, *subject.beside)
        here = subject.curve.here
        if here is None and len(curves) == 1:
            return []
        x = here if here is not None else subject.curve.points[-1][0]
        where = (
            self.catalog("tensors.step", step=f"{x:.0f}")
            if subject.curve.by_step
            else self._written(f"{x:.1f} s")
        )
        lines = [[piece(where, self._style("label"))]]
        colours, signed = self._colours(), curve.signs(curves)
        used = cell_len(where)
        for index, one in enumerate(curves):
            number = f" {self._written(marks.exact_number(one.at(x)))}"
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

    def _picture(self, width: int, x: int, y: int) -> list[StyledLine]:
        """Return images and heatmap `width` wide; their place in the view is (x, y)."""
        detail = self.subject.detail
        assert detail is not None
        lines: list[StyledLine] = []
        height = max(6, self.size.height - 4)
        if detail.images and detail.image_shape is not None:
            known, side = self.subject.row or self.subject.shown, max(detail.image_shape[:2])
            is_filter = side <= _FILTER or (side <= 11 and known is not None and known.kind == "parameter")
            names = [self._label(label) for label in self.subject.image_labels]
            names = names[: len(detail.images)] if len(names) >= len(detail.images) else []
            drawn, self.images_shown = heatmap.images(
                detail.images, detail.image_shape, width, height, names, self._style("label")
            )
            shape = self.subject.shown.shape if self.subject.shown is not None else None
            title = self._say("filters" if is_filter else "images")
            if shape is not None and len(shape) == 4 and shape[0] > self.images_shown:
                first = self.subject.places()[0]
                last = min(first + self.images_shown, shape[0]) - 1
                if first == last:
                    title = self._say("filter_of" if is_filter else "image_of", number=first, count=shape[0])
                else:
                    title += self._say("images_of", first=first, last=last, count=shape[0])
            lines.append([piece(title, self._style("label"))])
            lines += drawn
            lines.append([])
        if detail.grid:
            lines += self._heatmap(detail, width, height, x, y + len(lines))
        return lines

    def _label(self, number: float | None) -> str:
        """Return the class of an image."""
        return self.subject.name_of(-1 if number is None else int(number), self.subject.labels_name)

    def _heatmap(self, detail: Detail, width: int, height: int, x: int, y: int) -> list[StyledLine]:
        label = self._style("label")
        rows, columns = detail.grid_shape or (len(detail.grid), len(detail.grid[0]))
        of_rows, of_columns = self._names(detail, rows, columns)
        margin = self._margin(width, rows, of_rows)
        room, tall = width - margin, max(3, height - 4)
        whole = -(-len(detail.grid) // 2)
        if whole <= self.size.height - 2:  # better all rows, and the legend by scrolling
            tall = max(tall, whole)
        # A grid that does not fit is thinned further, so that the map still reaches from one end to the other.
        down, across = -(-len(detail.grid) // (2 * tall)), -(-len(detail.grid[0]) // max(1, room))
        if detail.images:  # a picture keeps its proportions
            down = across = max(down, across)
        grid = [line[::across] for line in detail.grid[::down]]
        widest = max(map(cell_len, of_columns), default=0) + 1
        placed = heatmap.place(grid, room, tall, 2 if of_rows else 1, widest)
        known = [value for line in grid for value in line if value is not None and math.isfinite(value)]
        ends = min(known, default=0.0), max(known, default=0.0)
        scale = Scale(*ends, self.app.current_theme.dark, self.app.no_color)
        self.cell = (min(self.cell[0], placed.rows - 1), min(self.cell[1], placed.columns - 1))
        picture = heatmap.draw(grid, placed, scale, self.cell if self.has_focus else None)
        _, second = detail.grid_axes or (0, 1)
        step_down = down * -(-rows // len(detail.grid))
        step_across = across * -(-columns // len(detail.grid[0]))
        title = f"{self._say('heatmap')}{self._slice_words()}"
        lines: list[StyledLine] = [[piece(title, label)]]
        axis = f"{self._say('axis', axis=second)} →"
        last = str((placed.columns - 1) * step_across)
        wide = placed.columns * placed.wide
        top = "0 " + axis
        top = top + last.rjust(wide - len(top)) if len(top) + len(last) + 1 <= wide else f"0 → {last}"
        lines.append([piece(" " * margin + top, label)])
        if of_columns and placed.wide > 2:
            names = "".join(marks.fitted(name, placed.wide - 1) + " " for name in of_columns)
            lines.append([piece(" " * margin + names, label)])
        self._map = _Map(x + margin, y + len(lines), placed)
        numbers = {1: "↓", len(picture) - 1: str((placed.rows - 1) * step_down), 0: "0"} if rows > 1 else {}
        if placed.tall > 1:
            numbers |= {row * placed.tall // 2: name for row, name in enumerate(of_rows)}
        for index, segments in enumerate(picture):
            name = marks.shortened(numbers.get(index, ""), margin - 1)
            lines.append([piece(" " * (margin - 1 - cell_len(name)) + name + " ", label), *segments])
        row, column = self.cell
        value = grid[row][column]
        shape = self.subject.shown.shape if self.subject.shown is not None else None
        place = [*self.subject.places(), row * step_down, column * step_across]
        place = place[max(0, len(place) - len(shape or ())) :]
        where = f"[{', '.join(map(str, place))}]"
        named = [names[at] for names, at in ((of_rows, row), (of_columns, column)) if names]
        where += f" {' × '.join(named)}" if named else ""
        shown = self._say("not_finite") if value is None else self._written(marks.exact_number(value))
        lines.append([piece(f"{where} = ", label), piece(shown)])
        if scale.spread:
            low, high = self._number(min(known)), self._number(max(known))
            bad = any(value is None or not math.isfinite(value) for line in grid for value in line)
            note = f"   {heatmap.BAD} {self._say('not_finite')}" if bad else ""
            lines.append([piece(f"{low} ", label), *heatmap.legend(scale), piece(f" {high}{note}", label)])
        if step_down > 1 or step_across > 1:
            both = step_down > 1 and step_across > 1
            key = "strided" if both else "strided_rows" if step_down > 1 else "strided_columns"
            lines.append([piece(self._say(key, down=step_down, across=step_across), label)])
        return lines

    def _names(self, detail: Detail, rows: int, columns: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the classes that the rows and the columns of the map stand for, where the lesson names them."""
        subject = self.subject
        if detail.images or subject.shown is None or len(subject.shown.shape or ()) != 2:
            return (), ()
        of_rows = subject.classes.of_axis(subject.name, rows) if rows == len(detail.grid) else ()
        of_columns = subject.classes.of_axis(subject.name, columns) if columns == len(detail.grid[0]) else ()
        return of_rows, of_columns

    def _slice_words(self) -> str:
        places = self.subject.places()
        return f" [{', '.join(map(str, places))}, :, :]" if places else ""

    # ------------------------------------------------------------------------------------------------- hands

    def move_cell(self, down: int, across: int) -> None:
        """Move the cursor on the heatmap."""
        placed = self._map.placed
        row = max(0, min(self.cell[0] + down, placed.rows - 1))
        self.cell = (row, max(0, min(self.cell[1] + across, placed.columns - 1)))
        self.draw_lines()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        placed = self._map.placed
        if not self.subject.has_picture or not placed.rows:
            return
        column = (event.x - self.gutter.left - self._map.x) // placed.wide
        half = 2 * (event.y + round(self.scroll_offset.y) - self._map.y)
        row = half // placed.tall
        if 0 <= row < placed.rows and 0 <= column < placed.columns and (row, column) != self.cell:
            self.cell = (row, column)
            self.draw_lines()

    def on_click(self, event: events.Click) -> None:
        line = event.y + round(self.scroll_offset.y) - self._chart_y
        if 0 <= line < len(self._chart.lines):
            x = self._chart.place(event.x - self.gutter.left)
            self.post_message(self.Reached(x, self.subject.curve.by_step))

    def on_focus(self) -> None:
        self.draw_lines()

    def on_blur(self) -> None:
        self.draw_lines()
