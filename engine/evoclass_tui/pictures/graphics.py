"""How pictures are drawn in this terminal, and how large its cells are."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable

from evoclass_tui.pictures.sizes import CellSize

USUAL = CellSize(10, 20)
"""A cell in pixels, where the terminal does not say: most letters are twice as high as wide."""


class Graphics:
    """What is known of the terminal; it is asked when the first picture is to be drawn, not before."""

    def __init__(self, ask: Callable[[], object] = lambda: None, setting: str = "auto") -> None:
        self.setting = setting
        """One of the values of the setting `pictures`."""
        self.in_pixels = False
        """Whether pictures are drawn in pixels: else no letter in them can be read."""
        self.grey = False
        """Whether the learner wants no colours."""
        self._ask = ask
        self._asked = False
        self._told: CellSize | None = None

    @property
    def wanted(self) -> bool:
        """Whether pictures are drawn at all."""
        return self.setting != "off"

    @property
    def cell(self) -> CellSize:
        """The size of a cell in pixels; it changes with the size of the letters."""
        return self._known or USUAL

    @property
    def sized(self) -> bool:
        """Whether the size of a cell is known and not assumed."""
        return self._known is not None

    @property
    def _known(self) -> CellSize | None:
        # xterm tells the kernel and no program that asks.
        return _of_driver() or self._told

    def needed(self) -> None:
        """Take note that a picture is to be drawn."""
        if not self._asked:
            self._asked = True
            self._ask()

    def change(self, setting: str) -> None:
        """Take another value of the setting."""
        self.setting = setting
        if self._asked:
            self._ask()

    def told(self, cell: CellSize | None) -> None:
        """Take the size of a cell from the terminal's own answer."""
        self._told = cell if cell is not None and _is_likely(cell) else None


def graphics_of(app: object) -> Graphics:
    """Return what an app knows of its terminal; an app of a test may know nothing."""
    return getattr(app, "graphics", None) or Graphics()


def _of_driver() -> CellSize | None:
    """Return the size of a cell as the terminal's driver in the kernel has it."""
    try:
        import fcntl
        import termios

        found = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, bytes(8))  # type: ignore[union-attr]
    except (ImportError, OSError, ValueError, AttributeError):  # no terminal, or none of Unix
        return None
    rows, columns, width, height = struct.unpack("HHHH", found)
    # Whole pixels, because some terminals count their borders in.
    cell = CellSize(width // columns, height // rows) if rows and columns else CellSize(0, 0)
    return cell if _is_likely(cell) else None


def _is_likely(cell: CellSize) -> bool:
    """Whether letters can have this size; terminals in terminals report anything."""
    return 4 <= cell.width <= 200 and cell.width <= cell.height <= 4 * cell.width
