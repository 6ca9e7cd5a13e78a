"""A widget that shows an image in the right proportions, as well as the terminal can."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size as Cells
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.installing import install_command
from evoclass.layout import layout_inlines
from evoclass.model import Span
from evoclass_tui.pictures.decoding import EXTRA, Undrawable, decoded, measured
from evoclass_tui.pictures.graphics import graphics_of
from evoclass_tui.pictures.raster import Raster
from evoclass_tui.pictures.sizes import Extent, Size, fitted

if TYPE_CHECKING:
    from PIL.Image import Image

    from evoclass_tui.widgets.figure_words import FigureWords, Line

ROWS = 20
"""Most rows of a picture, unless one says otherwise."""

LEAST = 5
"""Rows of a picture that its words leave to it."""


class PictureView(Widget):
    """Shows a PNG, JPEG, GIF, WebP, AVIF or SVG; where that is impossible, its alternative text and the reason.

    Its height is `auto`: as many rows as the picture needs in the width, at most `max_rows`.  With another height in
    CSS the picture takes as much room as there is; `content-align` says where it stands.
    """

    DEFAULT_CSS = """
    PictureView { width: 1fr; height: auto; }
    """
    BINDINGS = [Binding("enter", "open_large", show=False)]

    @dataclass
    class LargeWanted(Message):
        """The learner wants to see the picture large; the app opens it."""

        data: bytes
        alt: str

    def __init__(
        self,
        catalog: Catalog,
        data: bytes = b"",
        alt: str = "",
        *,
        max_rows: int = ROWS,
        fill: bool = False,
        opens: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """With `fill`, a small picture grows to the room that it has; with `opens`, Enter and a click open it large."""
        super().__init__(id=id, classes=classes)
        self._catalog = catalog
        self._max_rows, self._fill, self._opens = max_rows, fill, opens
        self.can_focus = opens
        self._data, self._alt = data, alt
        self._size_in_pixels: Size | None = None
        self._raster: Raster | None = None
        self._drawn_for: object = None
        self._said: FigureWords | None = None
        self._words: list[str] = []
        self.shown_problem = ""
        """Why the picture is not drawn; empty while it is."""
        self._image: Image | None = None
        if data:
            self._measure()

    def show(self, data: bytes, alt: str, words: FigureWords | None = None) -> None:
        """Show another picture, with its words around it; the one before stays until this one is decoded."""
        self._data, self._alt, self._said = data, alt, words
        if self._image is None:
            self._measure()
            self.refresh(layout=True)
        self._load()

    def switch_language(self, catalog: Catalog) -> None:
        """Use the interface text of another language."""
        self._catalog = catalog
        self.refresh(layout=True)

    def on_mount(self) -> None:
        self._load()

    def _measure(self) -> None:
        try:
            self._size_in_pixels, self.shown_problem = measured(self._data), ""
        except Undrawable as error:
            self._size_in_pixels, self.shown_problem = None, error.reason

    def _load(self) -> None:
        if self._data and self.is_attached:
            self.run_worker(self._decode(self._data), exclusive=True, group="picture")

    async def _decode(self, data: bytes) -> None:
        try:
            size = measured(data)
            image = await asyncio.to_thread(decoded, data)
        except Undrawable as error:
            self._size_in_pixels, self._image, self.shown_problem = None, None, error.reason
        else:
            self._size_in_pixels, self._image, self.shown_problem = size, image, ""
        self._drawn_for = self._raster = None
        self.refresh(layout=True)

    def get_content_height(self, container: Cells, viewport: Cells, width: int) -> int:
        if self._size_in_pixels is None or not graphics_of(self.app).wanted:
            return len(self._lines(width))
        return self._fitted(self._size_in_pixels, Extent(width, self._max_rows)).rows

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        blank = Segment(" " * width, self.rich_style)
        raster = self._drawn()
        if raster is None:
            lines = self._lines(width)
            text = Segment(lines[y], self.rich_style) if y < len(lines) else blank
            return Strip([text]).adjust_cell_length(width, self.rich_style)
        above, below = self._around()
        if y < len(above):
            return self._said_line(above[y], "bold", width)
        if y >= self.size.height - len(below):
            return self._said_line(below[y - self.size.height + len(below)], "none", width)
        left, top = self._corner(raster.extent)
        if not 0 <= y - top < raster.extent.rows:
            return Strip([blank], width)
        sides = (left, width - left - raster.extent.columns)
        before, after = ([Segment(" " * cells, self.rich_style)] if cells else [] for cells in sides)
        return Strip([*before, *raster.row(y - top), *after], width)

    def _around(self) -> tuple[list[Line], list[Line]]:
        """Return the lines above and below the picture; in pixels its own letters can be read, so one is enough."""
        said = self._said
        if said is None:
            return [], []
        if graphics_of(self.app).in_pixels:
            above, below = [], [[(said.at_once(), "")]]
        else:
            above, below = said.above(), said.below(self.size.width - 2)
        if not above and not below:
            below = [[(said.at_once(), "")]]
        room = max(0, self.size.height - LEAST)
        above = above[:room]
        return above, below[: room - len(above)]

    def _said_line(self, line: Line, look: str, width: int) -> Strip:
        """Return a line of words in the middle, cut where there is no room."""
        base = self.rich_style + Style.parse(look)
        strip = Strip([Segment(text, base + Style(color=colour or None)) for text, colour in line])
        if strip.cell_length > width:
            strip = Strip([*strip.crop(0, max(0, width - 1)), Segment("…", base)])
        return _centred(strip, width, base)

    def _drawn(self) -> Raster | None:
        """Return the picture at the widget's size, made once."""
        graphics = graphics_of(self.app)
        if self._image is None or self._size_in_pixels is None or not all(self.size) or not graphics.wanted:
            return None
        graphics.needed()
        height = self._max_rows if self.styles.is_auto_height else self.size.height
        taken = sum(map(len, self._around()))
        room = Extent(self.size.width, max(1, min(height, self.size.height - taken)))
        extent = self._fitted(self._size_in_pixels, room)
        background = self.background_colors[1].rgb
        if self._drawn_for != (extent, background):
            self._drawn_for = (extent, background)
            self._raster = Raster(self._image, extent, background, grey=graphics.grey)
        return self._raster

    def _fitted(self, size: Size, room: Extent) -> Extent:
        return fitted(size, room, graphics_of(self.app).cell, fill=self._fill)

    def _corner(self, extent: Extent) -> tuple[int, int]:
        horizontal, vertical = self.styles.content_align
        above, below = map(len, self._around())
        return (
            _start(self.size.width - extent.columns, horizontal),
            above + _start(self.size.height - above - below - extent.rows, vertical),
        )

    def _lines(self, width: int) -> list[str]:
        """Return the alternative text, and why there is no picture."""
        texts = [self._alt]
        if self.shown_problem:
            command = install_command([EXTRA])
            texts.append(self._catalog(f"picture.{self.shown_problem}", command=command))
        return [line.text for text in texts if text for line in layout_inlines((Span(text),), max(1, width))]

    def on_click(self, event: events.Click) -> None:
        if self._opens:
            event.stop()
            self.action_open_large()

    def action_open_large(self) -> None:
        """Ask for the picture in a screen of its own."""
        if self._opens and self._data:
            self.post_message(self.LargeWanted(self._data, self._alt))


def _centred(strip: Strip, width: int, base: Style) -> Strip:
    left = max(0, width - strip.cell_length) // 2
    return Strip([Segment(" " * left, base), *strip]).adjust_cell_length(width, base)


def _start(room: int, alignment: str) -> int:
    """Return where something begins that leaves so much room."""
    return {"center": room // 2, "middle": room // 2, "right": room, "bottom": room}.get(alignment, 0)
