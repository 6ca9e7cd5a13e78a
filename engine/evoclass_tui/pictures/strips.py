"""Pictures that the terminal draws over its cells: row by row, so that any part can be covered and come back.

Each scrolling would send all of a picture again.  So it is a mosaic, a colour a cell, until it has rested for a moment.
"""

from __future__ import annotations

import base64
import io
import time
from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from evoclass_tui.cells import PLAIN, Cell, Ink, Patch
from evoclass_tui.pictures import sixels
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.painting import Later, PixelPainter
from evoclass_tui.pictures.raster import RASTERS, Raster
from evoclass_tui.pictures.sizes import CellSize

if TYPE_CHECKING:
    from PIL.Image import Image


REST = 0.15
"""Seconds without a move after which a picture is drawn in full."""

WIDEST = 900
"""Pixels of one sixel image: xterm takes none that is wider than 1,000."""


class Strips(PixelPainter):
    """Paints parts of rows; text that is written over them replaces them in every terminal with such pictures."""

    clock = staticmethod(time.monotonic)

    def __init__(self, graphics: Graphics, later: Later) -> None:
        super().__init__(graphics, later)
        self._pixels: WeakKeyDictionary[Raster, list[Image]] = WeakKeyDictionary()
        """Rows as they can be sent, each with the colours that it needs."""
        self._rows: WeakKeyDictionary[Raster, list[str]] = WeakKeyDictionary()
        """Whole rows, which are sent again after each scrolling."""
        self._mosaics: WeakKeyDictionary[Raster, list[list[Cell]]] = WeakKeyDictionary()
        self._corners: WeakKeyDictionary[Raster, tuple[int, int]] = WeakKeyDictionary()
        """Row and column of the screen at which each picture begins."""
        self._moved: WeakKeyDictionary[Raster, float] = WeakKeyDictionary()
        """When each picture that is a mosaic now came to its place."""
        self._now = 0.0
        self._part = lru_cache(maxsize=256)(self._encoded)

    @abstractmethod
    def reduced(self, pixels: Image) -> Image:
        """Return the pixels of one row as they can be sent."""

    @abstractmethod
    def encoded(self, pixels: Image, columns: int) -> str:
        """Return the sequence that draws pixels of one row, so many columns wide, where the cursor is."""

    def prepare(self, raster: Raster, cell: CellSize) -> None:
        columns, rows = raster.extent
        pixels = raster.pixels(cell)
        tops = [int(row * cell.height) for row in range(rows)]
        self._pixels[raster] = [
            self.reduced(pixels.crop((0, top, pixels.width, top + int(cell.height)))) for top in tops
        ]
        self._mosaics[raster] = [
            [Cell(" ", Ink(background=f"48;5;{colour}")) for colour in row] for row in raster.mosaic()
        ]
        self._rows[raster] = [self._encoded(raster, row, 0, columns, cell) for row in range(rows)]

    def begin(self) -> None:
        super().begin()
        self._now = self.clock()
        for raster in [raster for raster, moved in self._moved.items() if self._now >= moved + REST]:
            del self._moved[raster]

    def unrest(self) -> float | None:
        newest = max(self._moved.values(), default=None)
        return None if newest is None else max(0.0, newest + REST - self.clock())

    def prepared_cell(self, raster: Raster, patch: Patch, place: tuple[int, int]) -> Cell | None:
        corner = (place[0] - patch.row, place[1] - patch.column)
        before = self._corners.get(raster)
        if before != corner:
            self._corners[raster] = corner
            if before is not None:
                self._moved[raster] = self._now
        if raster in self._moved:
            return self._mosaics[raster][patch.row][patch.column]
        return Cell("▀", PLAIN, patch)

    def paint(self, patch: Patch, count: int) -> str:
        raster = RASTERS.get(patch.number)
        if raster is None:
            return ""
        if count == raster.extent.columns:
            return self._rows[raster][patch.row]
        return self._part(raster, patch.row, patch.column, count, self._cell_size)

    def _encoded(self, raster: Raster, row: int, column: int, count: int, cell: CellSize) -> str:
        pixels, left = self._pixels[raster][row], int(column * cell.width)
        # Never wider than the cells: it would take the place of what stands beside it.
        return self.encoded(pixels.crop((left, 0, left + int(count * cell.width), pixels.height)), count)


class Sixel(Strips):
    """For xterm, foot, Konsole, Windows Terminal and many others: few colours for each row."""

    def reduced(self, pixels: Image) -> Image:
        return sixels.reduced(pixels)

    def encoded(self, pixels: Image, columns: int) -> str:
        cell = pixels.width / columns
        most = max(1, int(WIDEST / cell))
        parts = []
        for start in range(0, columns, most):
            # Terminals leave the cursor in different places after an image.
            parts.append(f"\x1b8\x1b[{start}C" if start else "\x1b7" if columns > most else "")
            part = (int(start * cell), 0, int(min(columns, start + most) * cell), pixels.height)
            parts.append(sixels.encoded(pixels.crop(part)))
        return "".join(parts)


class ITerm(Strips):
    """For iTerm2 and WezTerm: all colours."""

    def reduced(self, pixels: Image) -> Image:
        return pixels

    def encoded(self, pixels: Image, columns: int) -> str:
        exact, near = io.BytesIO(), io.BytesIO()
        pixels.save(exact, "PNG", compress_level=6)
        pixels.save(near, "JPEG", quality=90)
        data = min(exact.getvalue(), near.getvalue(), key=len)  # a photo is a fifth as JPEG, a plot as PNG
        keys = f"inline=1;size={len(data)};width={columns};height=1;preserveAspectRatio=0"
        return f"\x1b]1337;File={keys}:{base64.b64encode(data).decode('ascii')}\x07"
