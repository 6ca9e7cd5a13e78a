"""Pictures that the terminal draws over its cells: row by row, so that any part can be covered and come back."""

from __future__ import annotations

import base64
import io
from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from rich.style import Style

from evoclass_tui.cells import PLAIN, Cell, Painter, Patch
from evoclass_tui.pictures import sixels
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.raster import RASTERS, Raster

if TYPE_CHECKING:
    from PIL.Image import Image


class Strips(Painter):
    """Paints parts of rows; text that is written over them replaces them in every terminal with such pictures."""

    def __init__(self, graphics: Graphics) -> None:
        self._graphics = graphics
        self._encode = lru_cache(maxsize=512)(self._encoded)
        """Sequences by what they show: scrolling sends the same rows at other places."""

    def cell(self, patch: Patch, style: Style) -> Cell | None:
        raster = RASTERS.get(patch.number)
        return Cell("▀", PLAIN, patch) if raster is not None and raster.shows(patch, style) else None

    def paint(self, patch: Patch, count: int) -> str:
        return self._encode(patch, count, self._graphics.cell)

    def _encoded(self, patch: Patch, count: int, cell: tuple[int, int]) -> str:
        raster = RASTERS.get(patch.number)
        if raster is None:
            return ""
        width, height = cell
        left, top = patch.column * width, patch.row * height
        return self.sequence(raster, (left, top, left + count * width, top + height), count)

    @abstractmethod
    def sequence(self, raster: Raster, box: tuple[int, int, int, int], columns: int) -> str:
        """Return what draws a part of a picture, one row high."""


class Sixel(Strips):
    """For xterm, foot, Konsole, Windows Terminal and many others: 256 colours for each picture."""

    def __init__(self, graphics: Graphics) -> None:
        super().__init__(graphics)
        self._reduced: WeakKeyDictionary[Raster, Image] = WeakKeyDictionary()

    def sequence(self, raster: Raster, box: tuple[int, int, int, int], columns: int) -> str:
        pixels = raster.pixels(self._graphics.cell)
        reduced = self._reduced.get(raster)
        if reduced is None or reduced.size != pixels.size:
            reduced = self._reduced[raster] = sixels.reduced(pixels)
        return sixels.encoded(reduced.crop(box))


class ITerm(Strips):
    """For iTerm2 and WezTerm: all colours."""

    def sequence(self, raster: Raster, box: tuple[int, int, int, int], columns: int) -> str:
        file = io.BytesIO()
        raster.pixels(self._graphics.cell).crop(box).save(file, "PNG", compress_level=6)
        data = file.getvalue()
        keys = f"inline=1;size={len(data)};width={columns};height=1;preserveAspectRatio=0"
        return f"\x1b]1337;File={keys}:{base64.b64encode(data).decode('ascii')}\x07"
