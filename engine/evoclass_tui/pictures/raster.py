"""A picture at a size in cells: as block characters, which every terminal shows, and as pixels."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.filter import monochrome_style

from evoclass_tui.cells import PATCH, Patch
from evoclass_tui.pictures.blocks import blocks
from evoclass_tui.pictures.resizing import opaque, resized
from evoclass_tui.pictures.sizes import CellSize, Extent, Size

if TYPE_CHECKING:
    from PIL.Image import Image

RASTERS: WeakValueDictionary[int, Raster] = WeakValueDictionary()
"""Every raster that is still in use, by its number."""

MOSAIC = 24
"""Most colours of a mosaic."""

_numbers = itertools.count(int.from_bytes(os.urandom(2), "big"))


class Raster:
    """A picture in so many columns and rows, on a background where it is transparent."""

    def __init__(
        self, image: Image, extent: Extent, background: tuple[int, int, int], *, grey: bool = False
    ) -> None:
        self.number = next(_numbers) & 0xFFFFFF
        self.extent = extent
        self._grey = grey
        self._image = opaque(image, background)
        if grey:
            self._image = self._image.convert("L").convert("RGB")
        self._rows: list[list[Segment]] = []
        self._pixels: Image | None = None
        RASTERS[self.number] = self

    def row(self, y: int) -> list[Segment]:
        """Return one row as block characters, a segment for each cell."""
        if not self._rows:
            self._rows = self._blocks()
        return self._rows[y]

    def shows(self, patch: Patch, style: Style) -> bool:
        """Whether a cell has the colours of its part of the picture: none lie over it, and no filter changed them."""
        own = self.row(patch.row)[patch.column].style
        if own is not None and self._grey:
            own = monochrome_style(own)  # Textual's filter, which takes a grey for one that is next to it
        return own is not None and (own.color, own.bgcolor) == (style.color, style.bgcolor)

    def pixels(self, cell: CellSize) -> Image:
        """Return all of the picture for cells of so many pixels."""
        wanted = (int(self.extent.columns * cell.width), int(self.extent.rows * cell.height))
        if self._pixels is None or self._pixels.size != wanted:
            self._pixels = resized(self._image, Size(*wanted))
        return self._pixels

    def mosaic(self) -> list[list[int]]:
        """Return for each cell the nearest of the terminal's 256 colours; few of them, in large areas."""
        from PIL.Image import Dither, Quantize, Resampling

        from evoclass_tui.few_colours import nearest

        columns, rows = self.extent
        small = self._image.resize((columns, rows), Resampling.BOX, reducing_gap=3.0)
        few = small.quantize(MOSAIC, Quantize.MEDIANCUT, dither=Dither.NONE)
        palette = few.getpalette() or []
        colours = [nearest(*palette[start : start + 3]) for start in range(0, len(palette), 3)]
        numbers = few.tobytes()
        return [[colours[number] for number in numbers[y * columns : (y + 1) * columns]] for y in range(rows)]

    def _blocks(self) -> list[list[Segment]]:
        return [
            [
                Segment(
                    character,
                    Style(
                        color=Color.from_rgb(*letter),
                        bgcolor=Color.from_rgb(*ground),
                        meta={PATCH: (self.number, y, x)},
                    ),
                )
                for x, (character, letter, ground) in enumerate(row)
            ]
            for y, row in enumerate(blocks(self._image, self.extent))
        ]
