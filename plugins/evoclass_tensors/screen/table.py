"""The table of rows: only the lines in view are drawn, so ten thousand rows scroll like ten."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from evoclass.i18n import Catalog
from evoclass.protocol import RATED, Summary
from evoclass.timeline import Trouble
from evoclass_tensors.screen import marks
from evoclass_tensors.screen.columns import Column, fitting, is_single
from evoclass_tensors.screen.marks import piece
from evoclass_tensors.screen.tree import TableLine

SETTLED = 0.15
"""Seconds after which the rows in view are reported."""

_IN_WORDS = ("module", "optimizer", "scheduler")
"""Kinds of rows that have words in place of numbers."""

_MARK = {"open": "▾ ", "shut": "▸ ", "": "  "}


class TensorTable(ScrollView, can_focus=True):
    """Rows with a cursor; the header stays in place."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TensorTable {
        height: 1fr; width: 1fr; background: $surface; color: $foreground; overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & .tensors--header { color: $text-muted; background: $surface; text-style: underline; }
        & .tensors--module { color: $text; text-style: bold; }
        & .tensors--muted { color: $text-muted; }
        & .tensors--histogram { color: $primary; }
        & .tensors--changed { color: $accent; text-style: bold; }
        & .tensors--bad { color: $text-error; background: $error-muted; text-style: bold; }
        & .tensors--frozen { color: $secondary; }
        & .tensors--pin { color: $accent; }
        & .tensors--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & .tensors--cursor-blurred { background: $boost; }
    }
    """
    COMPONENT_CLASSES = {
        "tensors--header",
        "tensors--module",
        "tensors--muted",
        "tensors--histogram",
        "tensors--changed",
        "tensors--bad",
        "tensors--frozen",
        "tensors--pin",
        "tensors--cursor",
        "tensors--cursor-blurred",
    }

    cursor: reactive[int] = reactive(0)
    """Line under the cursor."""

    @dataclass
    class Opened(Message):
        """The learner wants the details of a row."""

        name: str

    @dataclass
    class Toggled(Message):
        """The learner folds or unfolds a branch."""

        name: str

    class ViewChanged(Message):
        """The rows in view have changed."""

    class HeaderClicked(Message):
        """The learner clicked on a column's title."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self.rows: Mapping[str, Summary] = {}
        self.lines: Sequence[TableLine] = ()
        self.trouble: Mapping[str, Trouble] = {}
        self.changed: frozenset[str] = frozenset()
        """Rows that changed a moment ago."""
        self.older: Callable[[str], bool] = lambda name: False
        """Whether the figures of a row are of an earlier step than is shown: they are drawn weaker."""
        self.recent: Callable[[str], Sequence[float | None]] = lambda name: ()
        """Returns the past values of a single number, the newest last."""
        self.words_if_empty = ""
        self.words_at_end = ""
        """Shown below the last row: how many values have no row yet."""
        self.sorted_by = ""
        self.roaming = False
        """Whether the learner has moved the cursor; until then it stays at the top."""
        self._chosen = ("", False)
        """The row that the learner has moved to, and whether it is the one at the top: a value may have two."""
        self._columns: Sequence[Column] = ()
        self._name_width = 20
        self.in_view: tuple[str, ...] = ()
        """Names of the rows in view, as last reported."""
        self._view_timer: Timer | None = None

    # ------------------------------------------------------------------------------------------------ state

    @property
    def name_at_cursor(self) -> str:
        """Name of the row under the cursor, or empty."""
        return self.lines[self.cursor].name if 0 <= self.cursor < len(self.lines) else ""

    def show(self, rows: Mapping[str, Summary], lines: Sequence[TableLine] | None = None) -> None:
        """Show other figures, and other lines if there are any; the cursor stays on its row."""
        self.rows = rows
        if lines is not None:
            if bool(lines) != bool(self.lines):
                self._follow()
            self.lines = lines
            if not self.roaming:
                self.cursor = 0
            else:
                # A run that begins has no rows yet, and gets them one by one: the cursor waits for its own.
                self.cursor = self._place_of_chosen()
            self._measure()
            self._view_moved()
        self.refresh()

    def _place_of_chosen(self) -> int:
        name, pinned = self._chosen
        places = [index for index, line in enumerate(self.lines) if line.name == name]
        same = (index for index in places if self.lines[index].pinned == pinned)
        return next(same, places[0] if places else min(self.cursor, max(0, len(self.lines) - 1)))

    def _view_moved(self) -> None:
        """Report soon which rows are in view now; scrolling through many reports once."""
        if self._view_timer is None:
            self._view_timer = self.set_timer(SETTLED, self._tell_view)

    def _tell_view(self) -> None:
        self._view_timer = None
        top = round(self.scroll_offset.y)
        names = tuple(line.name for line in self.lines[top : top + self.size.height - self._head])
        if names != self.in_view:
            self.in_view = names
            self.post_message(self.ViewChanged())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._view_moved()

    @property
    def _head(self) -> int:
        """Lines of the header: none if the table is too low for it."""
        return 1 if self.size.height >= 5 and self.lines else 0

    def on_resize(self) -> None:
        self._name_width, self._columns = fitting(self.size.width - 3)
        self._measure()
        self._follow()
        self._view_moved()

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.lines) + self._head + bool(self.words_at_end))

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.lines) - 1))

    def watch_cursor(self) -> None:
        self._follow()
        self.refresh()

    def _follow(self) -> None:
        """Keep the cursor in view, below the header."""
        height = self.size.height - self._head
        if height <= 0:
            return
        top = round(self.scroll_offset.y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    # ---------------------------------------------------------------------------------------------- drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        base = self.rich_style
        if y < self._head:
            return self._header().crop_extend(0, width, base)
        if not self.lines:
            said = textwrap.wrap(self.words_if_empty, max(width - 2, 8))
            place = y - self._head - (self.size.height - self._head - len(said)) // 2
            words = said[place] if 0 <= place < len(said) else ""
            left = " " * ((width - cell_len(words)) // 2)
            return Strip([piece(left + words, self._style("muted"))]).crop_extend(0, width, base)
        index = round(self.scroll_offset.y) + y - self._head
        if index == len(self.lines) and self.words_at_end:
            return Strip([piece(f"   {self.words_at_end}", self._style("muted"))]).crop_extend(0, width, base)
        if index >= len(self.lines):
            return Strip.blank(width, base)
        line = self.lines[index]
        row = self.rows.get(line.name)
        if row is None:
            return Strip.blank(width, base)
        if marks.bad(row):
            base = self._style("bad")
        strip = Strip(self._segments(line, row))
        if index == self.cursor:
            name = "tensors--cursor" if self.has_focus else "tensors--cursor-blurred"
            under = Style(bgcolor=self.get_component_rich_style(name).bgcolor)
            strip = Strip(Segment(part.text, (part.style or base) + under) for part in strip)
            base += under
        return strip.apply_style(base).crop_extend(0, width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tensors--{name}")

    def _header(self) -> Strip:
        style = self._style("header")
        name = set_cell_size(f"   {self.catalog('tensors.column.name')}", self._name_width + 1)
        segments = [piece(name, style)]
        for column in self._columns:
            title = self.catalog(f"tensors.column.{column.key}")
            if column.key == self.sorted_by:
                title += "↓"
            segments.append(piece(" " + _aligned(title, column), style))
        return Strip(segments).extend_cell_length(self.size.width, style)

    def _segments(self, line: TableLine, row: Summary) -> list[Segment]:
        bad = marks.bad(row)
        plain = self._style("bad") if bad else self.rich_style
        muted = plain if bad else self._style("muted")
        older = self.older(line.name)
        plain = muted if older else plain
        segments = [piece("◆" if line.pinned else " ", self._style("pin"))]
        indent = "  " * min(line.depth, max(0, self._name_width // 2 - 8))
        segments.append(piece(indent + _MARK[line.branch], muted))
        frozen = row.trainable is False
        room = self._name_width - len(indent) - 2 - (2 if frozen else 0)
        label = marks.shortened(marks.clean(line.label), room)
        name_style = self._style("module") if row.kind in _IN_WORDS and not bad else plain
        if row.kind == "gradient" and not bad:
            name_style = muted
        segments.append(piece(label, name_style))
        used = cell_len(label)
        if frozen:
            segments.append(piece(f" {marks.FROZEN}", self._style("frozen")))
            used += 2
        segments.append(piece(" " * max(0, self._name_width - len(indent) - 2 - used)))
        if row.kind in _IN_WORDS:
            return [*segments, piece(f" {self.words(row)}", muted)]
        if row.kind == "other" and not row.badge:
            part = "" if row.name.isidentifier() else "_part"
            key = f"unwatchable{part}" if row.type else "unseen"
            words = self.catalog(f"tensors.{key}", type=marks.clean(row.type))
            return [*segments, piece(f" {words}", muted)]
        if row.badge and not row.histogram:
            shape = marks.shape(row.shape)
            return [
                *segments,
                piece(f" {shape} {marks.dtype(row.dtype)} ", plain),
                piece(row.badge, muted),
            ]
        if row.kind == "scalar" and not any(column.key == "mean" for column in self._columns):
            return [*segments, piece(f" {marks.written(row.text, self.catalog)}", plain)]
        return segments + self._cells(row, bad, older, plain, muted)

    def _cells(self, row: Summary, bad: bool, older: bool, plain: Style, muted: Style) -> list[Segment]:
        segments = []
        fresh = row.name in self.changed and not older
        for column in self._columns:
            text = column.text(row)
            text = marks.written(text, self.catalog) if column.right else text
            style = plain
            single = is_single(row)
            if single and column.key in ("std", "min", "max"):
                text = ""
            if column.key == "histogram":
                if single:
                    text = marks.spark(self.recent(row.name), column.width).rjust(column.width)
                style = muted if older else self._style("changed" if fresh else "histogram")
                if bad:
                    text, style = self._bad_words(row, column.width), self._style("bad")
                elif not text and row.badge:
                    text, style = row.badge, muted
            elif column.key in ("dtype", "device", "bytes"):
                style = muted
            elif column.key == "mean" and fresh and not bad:
                style = self._style("changed")
            if row.sampled and column.key == "mean" and text and not bad:
                text = f"≈{text}"
            segments.append(piece(" "))
            segments.append(piece(_aligned(text, column), style))
        return segments

    def _bad_words(self, row: Summary, width: int) -> str:
        trouble = self.trouble.get(row.name)
        what = "NaN" if row.nan else "∞"
        if trouble is None:
            return what
        where = self.catalog("tensors.step", step=trouble.step) if trouble.step else ""
        text = f"{what} {where}".strip()
        return text if cell_len(text) <= width else f"{what} {trouble.step}"

    def _count(self, number: int) -> str:
        return marks.written(marks.count(number), self.catalog)

    def words(self, row: Summary) -> str:
        """Return a description of a module, an optimizer or a scheduler, and how much of it trains."""
        parts = [row.type]
        if row.parameters:
            parts.append(self._count(row.parameters))
            if row.frozen:
                all_frozen = row.frozen == row.parameters
                parts[-1] += (
                    f" {marks.FROZEN}" if all_frozen else f" ({marks.FROZEN} {self._count(row.frozen)})"
                )
        if row.text:
            parts.append(marks.rates(row.text, self.catalog) if row.kind in RATED else row.text)
        if row.training is False:
            parts.append("eval")
        return " · ".join(parts)

    # ------------------------------------------------------------------------------------------------- hands

    def move(self, by: int) -> None:
        """Move the cursor."""
        self.roaming = True
        self.cursor += by
        if self.lines:
            line = self.lines[self.cursor]
            self._chosen = (line.name, line.pinned)

    def action_scroll_up(self) -> None:
        self.move(-1)

    def action_scroll_down(self) -> None:
        self.move(1)

    def action_page_up(self) -> None:
        self.move(-max(1, self.size.height - self._head))

    def action_page_down(self) -> None:
        self.move(max(1, self.size.height - self._head))

    def action_scroll_home(self) -> None:
        self.move(-len(self.lines))

    def action_scroll_end(self) -> None:
        self.move(len(self.lines))

    def on_click(self, event: events.Click) -> None:
        if event.y < self._head:
            key = self._column_at(event.x)
            self.post_message(self.HeaderClicked(key))
            return
        index = round(self.scroll_offset.y) + event.y - self._head
        if index >= len(self.lines):
            return
        line = self.lines[index]
        again = index == self.cursor
        self.move(index - self.cursor)
        on_mark = 1 + 2 * line.depth <= event.x < 3 + 2 * line.depth
        if line.branch and on_mark:
            self.post_message(self.Toggled(line.name))
        elif event.chain == 2 and again:
            self.post_message(self.Opened(line.name))

    def _column_at(self, x: int) -> str:
        right = self._name_width + 3
        if x < right:
            return "name"
        for column in self._columns:
            right += column.width + 1
            if x < right:
                return column.key
        return ""


def _aligned(text: str, column: Column) -> str:
    length = cell_len(text)
    if length > column.width:
        return set_cell_size(text, column.width - 1) + "…"
    return " " * (column.width - length) + text if column.right else text + " " * (column.width - length)
