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
