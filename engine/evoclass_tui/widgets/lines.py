"""A widget that shows laid-out lines: drawn row by row from a cache, selectable, never through markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.segment import Segment as RichSegment
from rich.style import Style
from textual import events, on
from textual.geometry import Offset, Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from evoclass.layout import PICTURE, Line, Segment, cell_width, clean, copied, place_of
from evoclass.model import Drawing, Image
from evoclass_tui.matching import Match, matches
from evoclass_tui.pictures.gallery import ROWS, Gallery
from evoclass_tui.textual_private import forget_height
from evoclass_tui.widgets.page import Page
from evoclass_tui.widgets.selection import selection_ink


class LineView(Widget):
    """Base of everything on a page that is text: subclasses make the lines for a width."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    LineView { width: 1fr; height: auto; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._lines_width = 0
        self._strips: dict[int, Strip] = {}
        self._matched: tuple[str, int, list[Match]] = ("", 0, [])
        """The text that was searched for in these lines, their width, and where it occurs."""
        self.drawn_in: LineView | None = None
        """What draws these lines as long as this widget is not mounted; they need the same room then."""
        self._loading: set[str] = set()
        """Pictures that are being decoded, by their blocks."""

    def make_lines(self, width: int) -> list[Line]:
        """Return the lines at a width."""
        raise NotImplementedError

    def lines_at(self, width: int) -> list[Line]:
        """Return the lines at a width, made once."""
        if width != self._lines_width and width > 0:
            self._lines_width = width
            self._lines = self.make_lines(width)
            self._strips.clear()
        return self._lines

    @property
    def lines(self) -> list[Line]:
        """The lines as they are on the screen."""
        # The width of the last layout; asking for the widget's region would make Textual map the whole page.
        return self.lines_at(self._lines_width or self.content_size.width)

    def changed(self, *, height: bool = True) -> None:
        """Remake the lines; `height` says whether their number may have changed."""
        self._matched = ("", 0, [])
        self._lines_width = 0
        self._strips.clear()
        forget_height(self)
        self.refresh(layout=height)

    def recolour(self) -> None:
        """Draw the same lines again."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines_at(width)) if width > 0 else 0

    def render_line(self, y: int) -> Strip:
        lines = self.lines
        if y >= len(lines):
            return Strip.blank(self._lines_width, self.rich_style)
        if self.text_selection is not None:
            return self._strip(y, lines[y], self.text_selection)
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._strip(y, lines[y], None)
        return strip

    def line_ink(self, y: int) -> str:
        """Return a style laid over the whole of row `y`, such as the cursor's; empty for none."""
        return ""

    def segment_ink(self, segment: Segment, y: int) -> Style:
        """Return the style of a segment."""
        return self.ink(segment.style) if segment.style else Style.null()

    def ink(self, style: str) -> Style:
        """Return the page's look for a style name."""
        page = self.page
        return page.ink(style) if page is not None else Style.null()

    @property
    def page(self) -> Page | None:
        """The page that contains this widget, or will."""
        found = next((node for node in self.ancestors if isinstance(node, Page)), None)
        return found if found is not None or self.drawn_in is None else self.drawn_in.page

    def _strip(self, y: int, line: Line, selection: Selection | None) -> Strip:
        ground = self.rich_style
        over = self.line_ink(y)
        base = ground + self.ink(over) if over else ground
        span = selection.get_span(y) if selection is not None else None
        over_all = selection_ink(self) if span is not None else Style.null()
        marks = self.marks_on(y)
        segments: list[RichSegment] = []
        position = width = 0
        for segment in line.segments:
            if segment.style == PICTURE and (row := self._picture_row(segment, ground)) is not None:
                segments += row
                position += len(segment.text)
                width += len(row)
                continue
            style = base + self.segment_ink(segment, y)
            if over:
                style = style + self.ink(over)
            if segment.href:
                style = style + link_style(segment.href)
            for text, chosen in _parts(segment.text, position, span):
                look = style + over_all if chosen else style
                for part, mark in _marked(text, position, marks):
                    ink = look + self.ink(mark) if mark else look
                    segments.append(RichSegment(part, ink + Style.from_meta({"offset": (position, y)})))
                    position += len(part)
            width += cell_width(segment.text)
        room = self._lines_width
        if width < room:
            segments.append(
                RichSegment(" " * (room - width), base + Style.from_meta({"offset": (position, y)}))
            )
        return Strip(segments).adjust_cell_length(room, base) if width > room else Strip(segments)

    # What is searched for

    def marks_on(self, y: int) -> Sequence[tuple[int, int, str]]:
        """Return what is marked in a row: start, end and style of each stretch."""
        sought = page.sought if (page := self.page) is not None else ""
        if not sought or self.has_class("opening"):  # the title and what comes with it are not searched
            return ()
        if self._matched[:2] != (sought, self._lines_width):
            self._matched = (sought, self._lines_width, matches(self.lines, sought))
        return [
            (start, end, "search.here" if self.is_current(match) else "search.match")
            for match in self._matched[2]
            for row, start, end in match
            if row == y
        ]

    def is_current(self, match: Match) -> bool:
        """Whether this is the match that the learner is at."""
        page = self.page
        return page is not None and any(
            getattr(getattr(node, "block", None), "id", None) == page.sought_at[0]
            for node in self.ancestors_with_self
        )

    # Pictures

    def room(self, block: Image | Drawing, width: int, most: int = ROWS) -> tuple[int, int] | str:
        """Return in how many columns and rows the page draws a picture, or else why not."""
        page = self.page
        return page.gallery.room(block, width, most) if page is not None and page.gallery is not None else ""

    def _picture_row(self, segment: Segment, base: Style) -> list[RichSegment] | None:
        """Return one row of a picture, or None until it is decoded."""
        page, place = self.page, place_of(segment.href)
        if page is None or page.gallery is None or place is None:
            return None
        ground = base.bgcolor.get_truecolor() if base.bgcolor is not None else (0, 0, 0)
        row = page.gallery.row(place.block, place.row, (ground[0], ground[1], ground[2]))
        if row is None and place.block not in self._loading:
            self._loading.add(place.block)
            self.run_worker(self._load(page.gallery, place.block), group="pictures")
        return row

    async def _load(self, gallery: Gallery, name: str) -> None:
        try:
            drawable = await gallery.load(name)
        finally:
            self._loading.discard(name)
        if drawable:
            self.recolour()
        else:
            self.changed()

    def _picture_at(self, event: events.Click) -> str:
        """Return the link of the picture under the mouse; empty if there is none."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(self.lines):
            return ""
        start = 0
        for segment in self.lines[offset.y].segments:
            start += cell_width(segment.text)
            if offset.x < start:
                return segment.href if segment.style == PICTURE else ""
        return ""

    def open_picture(self, name: str) -> None:
        """Show a picture large."""
        from evoclass_tui.widgets.picture import PictureView

        page = self.page
        found = page.gallery.large(name) if page is not None and page.gallery is not None else None
        if found is not None:
            self.post_message(PictureView.LargeWanted(*found))

    @on(events.Click)
    def _picture_clicked(self, event: events.Click) -> None:
        place = place_of(self._picture_at(event) or event.style.meta.get("href") or "")
        if place is not None:
            event.stop()
            self.open_picture(place.block)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text without frames, wrapped rows joined again."""
        chosen = []
        for y, line in enumerate(self.lines):
            span = selection.get_span(y)
            if span is not None:
                chosen.append(line._replace(segments=_cropped(line.segments, *span)))
        return (copied(chosen), "\n") if chosen else None

    def selection_updated(self, selection: Selection | None) -> None:
        self._strips.clear()
        self.refresh()

    def row_region(self, first: int, count: int = 1) -> Region:
        """Return the region of some rows, relative to the widget."""
        return Region(0, first, self.size.width, count).translate(Offset(*self.gutter.top_left))


def link_style(href: str) -> Style:
    """Return the part of a style that makes text a link."""
    target = clean(href)
    web = target.startswith(("http://", "https://", "mailto:"))
    return Style(link=target if web else None) + Style.from_meta({"href": target})


def _parts(text: str, position: int, span: tuple[int, int] | None) -> list[tuple[str, bool]]:
    """Cut a segment's text where the selection starts and ends."""
    if span is None:
        return [(text, False)]
    start = max(0, span[0] - position)
    end = len(text) if span[1] == -1 else max(0, span[1] - position)
    parts = [(text[:start], False), (text[start:end], True), (text[max(start, end) :], False)]
    return [(part, chosen) for part, chosen in parts if part]


def _marked(text: str, position: int, marks: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    """Cut a text where marks start and end; each part has the style of its mark."""
    at = 0
    for start, end, style in marks:
        first, last = max(start - position, at), min(end - position, len(text))
        if first < last:
            if first > at:
                yield text[at:first], ""
            yield text[first:last], style
            at = last
    if at < len(text) or not text:
        yield text[at:], ""


def _cropped(segments: tuple[Segment, ...], start: int, end: int) -> tuple[Segment, ...]:
    kept, position = [], 0
    for segment in segments:
        stop = len(segment.text) if end == -1 else max(0, end - position)
        text = segment.text[max(0, start - position) : stop]
        if text:
            kept.append(segment._replace(text=text))
        position += len(segment.text)
    return tuple(kept)
