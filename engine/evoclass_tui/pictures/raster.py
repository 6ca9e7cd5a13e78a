"""A picture at a size in cells: as half blocks, which every terminal shows, and as pixels."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from evoclass_tui.pictures.decoding import Size

if TYPE_CHECKING:
    from PIL.Image import Image

PATCH = "picture"
"""Name, in the meta of a cell's style, of its place in a picture: the raster's number, row and column."""

SMALL = 40
"""Columns up to which a small image grows: one column for each pixel."""

_WHITE, _BLACK = (255, 255, 255), (17, 17, 17)

RASTERS: WeakValueDictionary[int, Raster] = WeakValueDictionary()
"""Every raster that is still in use, by its number."""

_numbers = itertools.count(int.from_bytes(os.urandom(2), "big"))


class Extent(NamedTuple):
    """A size in cells."""

    columns: int
    rows: int


def fitted(size: Size, room: Extent, cell: Size, *, fill: bool = False) -> Extent:
    """Return how many cells an image takes in the right proportions, at most as many as there is room for.

    It takes its own size in pixels; with `fill`, all the room.
    """
    natural = float(room.columns) if fill else max(size.width / cell.width, min(size.width, SMALL))
    columns = min(natural, float(room.columns))
    rows_of_one = size.height / size.width * cell.width / cell.height
    columns = min(columns, room.rows / rows_of_one)
    return Extent(
        min(max(1, round(columns)), max(1, room.columns)),
        min(max(1, round(columns * rows_of_one)), max(1, room.rows)),
    )


class Raster:
    """A picture in so many columns and rows, on a background where it is transparent."""

    def __init__(self, image: Image, extent: Extent, background: tuple[int, int, int]) -> None:
        self.number = next(_numbers) & 0xFFFFFF
        self.extent = extent
        self._image = _opaque(image, background)
        self._rows: list[list[Segment]] = []
        self._pixels: Image | None = None
        RASTERS[self.number] = self

    def row(self, y: int) -> list[Segment]:
        """Return one row as upper half blocks, a segment for each cell."""
        if not self._rows:
            self._rows = self._half_blocks()
        return self._rows[y]

    def pixels(self, cell: Size) -> Image:
        """Return all of the picture for cells of so many pixels."""
        wanted = (self.extent.columns * cell.width, self.extent.rows * cell.height)
        if self._pixels is None or self._pixels.size != wanted:
            self._pixels = resized(self._image, Size(*wanted))
        return self._pixels

    def _half_blocks(self) -> list[list[Segment]]:
        columns, rows = self.extent
        small = resized(self._image, Size(columns, 2 * rows)).tobytes()
        rgb = [Color.from_rgb(*small[at : at + 3]) for at in range(0, len(small), 3)]
        return [
            [
                Segment(
                    "▀",
                    Style(
                        color=rgb[2 * y * columns + x],
                        bgcolor=rgb[(2 * y + 1) * columns + x],
                        meta={PATCH: (self.number, y, x)},
                    ),
                )
                for x in range(columns)
            ]
            for y in range(rows)
        ]


def resized(image: Image, size: Size) -> Image:
    """Return an image at another size: smooth where it shrinks, with sharp squares where a tiny one grows."""
    from PIL.Image import Resampling

    grows = image.width * 2 <= size.width and max(image.size) <= 2 * SMALL
    # Hamming is as sharp as bicubic, without a rim of light around dark lines.
    how = Resampling.NEAREST if grows else Resampling.HAMMING
    return image.resize(size, how, reducing_gap=None if grows else 3.0)


def _opaque(image: Image, background: tuple[int, int, int]) -> Image:
    """Return an image without transparency, on the background or, where that would hide it, on white or black."""
    if image.mode != "RGBA":
        return image
    from PIL import Image as images
    from PIL import ImageStat

    alpha = image.getchannel("A")
    drawn = ImageStat.Stat(image.convert("L"), alpha)
    light = drawn.mean[0] if drawn.count[0] else 128.0
    ground = background
    if abs(light - _lightness(background)) < 90:
        ground = _WHITE if light < 128 else _BLACK
    below = images.new("RGB", image.size, ground)
    below.paste(image, mask=alpha)
    return below


def _lightness(colour: tuple[int, int, int]) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue
