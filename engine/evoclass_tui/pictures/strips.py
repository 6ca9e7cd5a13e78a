"""Pictures that the terminal draws over its cells: row by row, so that any part can be covered and come back."""

from __future__ import annotations

import base64
import io
from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from evoclass_tui.cells import PLAIN, Cell, Patch
from evoclass_tui.pictures import sixels
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.painting import Later, PixelPainter
from evoclass_tui.pictures.raster import RASTERS, Raster
from evoclass_tui.pictures.sizes import CellSize

if TYPE_CHECKING:
    from PIL.Image import Image


class Strips(PixelPainter):
    """Paints parts of rows; text that is written over them replaces them in every terminal with such pictures."""

    def __init__(self, graphics: Graphics, later: Later) -> None:
        super().__init__(graphics, later)
        self._pixels: WeakKeyDictionary[Raster, Image] = WeakKeyDictionary()
        self._rows: WeakKeyDictionary[Raster, list[str]] = WeakKeyDictionary()
        """Whole rows, which are sent again at each scrolling."""
        self._part = lru_cache(maxsize=256)(self._encoded)

    @abstractmethod
    def reduced(self, pixels: Image) -> Image:
        """Return a picture as it can be sent."""

    @abstractmethod
    def encoded(self, pixels: Image, columns: int) -> str:
        """Return the sequence that draws pixels of one row, so many columns wide, where the cursor is."""

    def prepare(self, raster: Raster, cell: CellSize) -> None:
        self._pixels[raster] = self.reduced(raster.pixels(cell))
        columns, rows = raster.extent
        self._rows[raster] = [self._encoded(raster, row, 0, columns, cell) for row in range(rows)]

    def prepared_cell(self, raster: Raster, patch: Patch) -> Cell | None:
        return Cell("▀", PLAIN, patch)

    def paint(self, patch: Patch, count: int) -> str:
        raster = RASTERS.get(patch.number)
        if raster is None:
            return ""
        if count == raster.extent.columns:
            return self._rows[raster][patch.row]
        return self._part(raster, patch.row, patch.column, count, self._cell_size)

    def _encoded(self, raster: Raster, row: int, column: int, count: int, cell: CellSize) -> str:
        left, top = int(column * cell.width), int(row * cell.height)
        # Never wider than the cells: it would take the place of what stands beside it.
        box = (left, top, left + int(count * cell.width), top + int(cell.height))
        return self.encoded(self._pixels[raster].crop(box), count)


class Sixel(Strips):
    """For xterm, foot, Konsole, Windows Terminal and many others: few colours for each picture."""

    def reduced(self, pixels: Image) -> Image:
        return sixels.reduced(pixels)

    def encoded(self, pixels: Image, columns: int) -> str:
        return sixels.encoded(pixels)


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
