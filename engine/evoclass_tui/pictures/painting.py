"""What all ways of the terminal's own share: a picture is made ready in another thread, and is blocks until then."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from weakref import WeakKeyDictionary

from rich.style import Style

from evoclass_tui.cells import Cell, Painter, Patch
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.raster import RASTERS, Raster
from evoclass_tui.pictures.sizes import CellSize

Later = Callable[[Callable[[], None]], object]
"""Does something in another thread, and then has the screen drawn again."""


class PixelPainter(Painter):
    """Draws the pixels of a raster."""

    def __init__(self, graphics: Graphics, later: Later) -> None:
        self._graphics, self._later = graphics, later
        self._ready: WeakKeyDictionary[Raster, CellSize] = WeakKeyDictionary()
        self._begun: WeakKeyDictionary[Raster, CellSize] = WeakKeyDictionary()
        """Rasters that are or will be made ready, with the size of a cell for which they are."""
        self._cell_size = graphics.cell

    @abstractmethod
    def prepare(self, raster: Raster, cell: CellSize) -> None:
        """Do what takes long, in another thread."""

    @abstractmethod
    def prepared_cell(self, raster: Raster, patch: Patch, place: tuple[int, int]) -> Cell | None:
        """Return a cell of a raster that is ready, for this row and column of the screen."""

    def begin(self) -> None:
        self._cell_size = self._graphics.cell

    def cell(self, patch: Patch, style: Style, place: tuple[int, int]) -> Cell | None:
        raster = RASTERS.get(patch.number)
        if raster is None or not raster.shows(patch, style):
            return None
        if self._ready.get(raster) == self._cell_size:
            return self.prepared_cell(raster, patch, place)
        if self._begun.get(raster) != self._cell_size:
            self._begun[raster] = self._cell_size
            self._later(partial(self._make_ready, raster, self._cell_size))
        return None

    def _make_ready(self, raster: Raster, cell: CellSize) -> None:
        self.prepare(raster, cell)
        self._ready[raster] = cell
