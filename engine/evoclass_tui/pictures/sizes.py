"""Sizes of pictures, in pixels and in cells."""

from __future__ import annotations

from typing import NamedTuple

SMALL = 40
"""Columns up to which a small image grows: one column for each pixel."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class CellSize(NamedTuple):
    """Width and height of a cell in pixels; in a browser's terminal they are fractions."""

    width: float
    height: float


class Extent(NamedTuple):
    """A size in cells."""

    columns: int
    rows: int


def fitted(size: Size, room: Extent, cell: CellSize, *, fill: bool = False) -> Extent:
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


LETTERS = 100
"""Pixels an inch at which a figure's letters are as large as those of a terminal with cells of the usual height."""

USUAL_HEIGHT = 18
"""Pixels of such a cell."""

LOWEST, HIGHEST = 3.6, 6.0
"""Inches of a figure's height: in less, Matplotlib's margins have no room for a title and the names of axes."""

NARROWEST, WIDEST = 0.8, 2.6
"""Width of a figure for its height."""

FINEST = 200.0
"""Dots an inch from which more cost time and show nothing."""


def figure_size(
    room: Extent, window: Extent, cell: CellSize, *, in_pixels: bool
) -> tuple[float, float, float]:
    """Return how large a program's figure fits best into its room: inches across and down, and dots an inch.

    It has the proportions of the room. In pixels it is sharp in the whole window, too.
    """
    across, down = room.columns * cell.width, room.rows * cell.height
    letters = LETTERS * max(1.0, cell.height / USUAL_HEIGHT)
    height = max(LOWEST, min(down / letters, HIGHEST))
    width = height * max(NARROWEST, min(across / down, WIDEST))
    dots = window.columns * cell.width / width if in_pixels else 0.0
    return round(width, 2), round(height, 2), round(max(float(LETTERS), min(dots, FINEST)))
