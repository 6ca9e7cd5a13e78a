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
from evoclass_tui.pictures.sizes import Size

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

    def prepare(self, raster: Raster, cell: Size) -> None:
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
        return self._part(raster, patch.row, patch.column, count, self._size)

    def _encoded(self, raster: Raster, row: int, column: int, count: int, cell: Size) -> str:
        left, top = column * cell.width, row * cell.height
        box = (left, top, left + count * cell.width, top + cell.height)
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
        file = io.BytesIO()
        pixels.save(file, "PNG", compress_level=6)
        data = file.getvalue()
        keys = f"inline=1;size={len(data)};width={columns};height=1;preserveAspectRatio=0"
        return f"\x1b]1337;File={keys}:{base64.b64encode(data).decode('ascii')}\x07"
