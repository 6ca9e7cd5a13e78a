"""A field drawn as rows with a cursor: shared by choices, orders and matches."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.reactive import reactive

from evoclass.exercise import Feedback, Field
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, cell_width, layout_inlines, picture_rows
from evoclass.model import Image, Inline, Inlines, Span, plain_text
from evoclass_tui.places import HasKeys
from evoclass_tui.widgets.fields.base import FieldWidget
from evoclass_tui.widgets.key_order import KeysInOrder
from evoclass_tui.widgets.lines import LineView

IMAGE_COLUMNS = 40
IMAGE_ROWS = 10
"""Most columns and rows of an image in a row."""


class RowsField(KeysInOrder, HasKeys, FieldWidget, LineView, can_focus=True):
    """Rows with a cursor on one of them.  A line's `block` names its row; other lines have none."""

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
    ]

    cursor: reactive[int] = reactive(0)
    """Row that the keys act on."""
    hovered: reactive[str] = reactive("")

    def __init__(self, field: Field, catalog: Catalog) -> None:
        LineView.__init__(self, classes="field")
        self.field = field
        self.catalog = catalog
        self.feedback: dict[str, Feedback] = {}
        """Grading's remark on each row, by its key."""

    def show_marks(self, feedback: Sequence[Feedback], *, passed: bool, everything: bool) -> None:
        self.feedback = {item.option: item for item in feedback if item.option}
        self.changed()

    def clear_marks(self) -> None:
        self.feedback = {}
        self.changed()

    def remark(self, key: str, width: int, tone: str = "") -> list[Line]:
        """Return the lines of the remark below a row; a `tone` replaces the colour and the sign of its verdict."""
        item = self.feedback.get(key)
        if item is None or not item.text:
            return []
        look = tone or ("feedback.good" if item.good else "feedback.bad")
        sign = "· " if tone else "✓ " if item.good else "✗ "
        return row_lines([Segment("     ", "list.pad"), Segment(sign, look)], item.text, width, "", look)

    def preview(self, width: int) -> list[Line]:
        return self.make_lines(width)

    def text_lines(self, text: Inlines, width: int, key: str, style: str = "") -> list[Line]:
        """Return the text of a row, and below it its images as far as they can be drawn."""
        words: list[Inline] = []
        pictures: list[Line] = []
        for item in text:
            rows = self._image_lines(item, width, key) if isinstance(item, Span) else []
            pictures += rows
            words += [] if rows else [item]
        if pictures and not plain_text(tuple(words)).strip():
            return pictures
        return layout_inlines(tuple(words), width, style=style, block=key) + pictures

    def _image_lines(self, item: Span, width: int, key: str) -> list[Line]:
        """Return an image as rows of a picture; none for text, and where it is not drawn."""
        if "image" not in item.marks:
            return []
        wide = min(width, IMAGE_COLUMNS)
        name = f"{wide}:{item.href}"  # one picture may be in several places of different widths
        image = Image(id=name, line=0, end_line=0, source=item.href, alt=item.text)
        room = self.room(image, wide, IMAGE_ROWS)
        if isinstance(room, str):
            return []
        return [line._replace(block=key) for line in picture_rows(name, *room)]

    def _picture_at(self, event: events.Click) -> str:
        return ""  # a click on a row's picture is one on the row

    def rows(self) -> list[str]:
        """Return the keys of the rows from top to bottom."""
        raise NotImplementedError

    @property
    def current(self) -> str:
        """Key of the row under the cursor."""
        rows = self.rows()
        return rows[min(self.cursor, len(rows) - 1)] if rows else ""

    def watch_cursor(self) -> None:
        self.recolour()
        self.show_cursor()

    def watch_hovered(self) -> None:
        self.recolour()

    def focus_first(self) -> None:
        # The question's text stays in view: it is enough to bring the row under the cursor.
        self.focus(scroll_visible=False)

    def on_focus(self) -> None:
        self.recolour()
        self.show_cursor()

    def on_blur(self) -> None:
        self.recolour()

    def show_cursor(self) -> None:
        """Scroll the page so that the whole row under the cursor can be read."""
        if not self.has_focus or not self.is_attached:
            return
        rows = [y for y, line in enumerate(self.lines) if line.block == self.current]
        if rows:
            self.call_after_refresh(self._scroll_to_rows, rows[0], len(rows))

    def _scroll_to_rows(self, first: int, count: int) -> None:
        page = self.page
        if page is None:
            return
        top = self.content_region.y + first - page.content_region.y
        bottom = top + count
        if top < 0:
            page.scroll_relative(y=top, animate=False)
        elif bottom > page.content_region.height:
            page.scroll_relative(y=bottom - page.content_region.height, animate=False)

    def line_ink(self, y: int) -> str:
        key = self.lines[y].block
        if not key:
            return ""
        if self.has_focus and key == self.current:
            return "field.cursor"
        return "field.hover" if key == self.hovered and not self.locked else ""

    def action_move(self, step: int) -> None:
        """Move the cursor; at the edge the page scrolls instead."""
        place = self.cursor + step
        if not 0 <= place < len(self.rows()):
            raise SkipAction
        self.cursor = place

    def action_edge(self, place: int) -> None:
        """Go to the first or the last row."""
        self.cursor = place % max(1, len(self.rows()))

    def row_at(self, y: int) -> str:
        """Return the key of the row that a line belongs to."""
        lines = self.lines
        return lines[y].block if 0 <= y < len(lines) else ""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self.row_at(event.y - self.gutter.top)

    def on_leave(self) -> None:
        self.hovered = ""


def row_lines(marker: list[Segment], text: Inlines, width: int, key: str, style: str = "") -> list[Line]:
    """Return a row's text to the right of its marker."""
    return beside(marker, layout_inlines(text, room_beside(marker, width), style=style, block=key))


def room_beside(marker: list[Segment], width: int) -> int:
    """Return how many of `width` cells a marker leaves."""
    return max(8, width - sum(cell_width(segment.text) for segment in marker))


def beside(marker: list[Segment], drawn: list[Line]) -> list[Line]:
    """Return lines to the right of a marker."""
    pad = Segment(" " * sum(cell_width(segment.text) for segment in marker), "list.pad")
    return [
        line._replace(segments=(*(marker if index == 0 else [pad]), *line.segments))
        for index, line in enumerate(drawn)
    ]
