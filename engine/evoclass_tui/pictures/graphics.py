"""What the terminal can draw, and how large its cells are."""

from __future__ import annotations

import fcntl
import struct
import sys
import termios

from evoclass_tui.pictures.decoding import Size

USUAL = Size(10, 20)
"""A cell in pixels, where the terminal does not say: most letters are twice as high as wide."""


class Graphics:
    """What is known of the terminal."""

    @property
    def cell(self) -> Size:
        """The size of a cell in pixels; it changes with the size of the letters."""
        try:
            found = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, bytes(8))  # type: ignore[union-attr]
        except (OSError, ValueError, AttributeError):  # no terminal
            return USUAL
        rows, columns, width, height = struct.unpack("HHHH", found)
        cell = Size(width // columns, height // rows) if rows and columns else USUAL
        return cell if _is_likely(cell) else USUAL


def _is_likely(cell: Size) -> bool:
    """Whether letters can have this size; terminals in terminals report anything."""
    return 4 <= cell.width <= 200 and cell.width <= cell.height <= 4 * cell.width
