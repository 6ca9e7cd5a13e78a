"""A 2-D slice as half blocks: two values above each other in one cell, so that the picture keeps its shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style

from evoclass_tensors.screen.colours import Scale, ink_on
from evoclass_tensors.screen.marks import fitted, piece

Grid = Sequence[Sequence[float | None]]

HALF = "▀"

BAD = "?"
"""Stands where a value is not finite."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The layout of a grid: the number of screen cells for each value."""

    wide: int
    """Columns of the screen a value takes."""
    tall: int
    """Half lines of the screen a value takes."""
    rows: int
    """Values that are shown, downwards."""
    columns: int

    @property
    def lines(self) -> int:
        """Lines of the screen."""
        return -(-self.rows * self.tall // 2)


def place(grid: Grid, width: int, height: int, tallest: int = 1, widest: int = 1) -> Placed:
    """Return the largest layout of `grid` that fits, with cells about as wide as they are tall.

    Names beside the rows ask for `tallest` half lines for each row if they fit, names above the columns for `widest`
    cells for each column.
    """
    rows, columns = len(grid), len(grid[0]) if grid else 0
    if not rows or not columns:
        return Placed(1, 1, 0, 0)
    scale = max(1, min(width // columns, 2 * height // rows, 6))
    tall = tallest if scale < tallest <= 2 * height // rows else scale
    wide = max(scale, min(widest, width // columns))
    return Placed(wide, tall, min(rows, 2 * height // tall), min(columns, width // wide))


def draw(
    grid: Grid, placed: Placed, scale: Scale, cursor: tuple[int, int] | None = None
) -> list[list[Segment]]:
    """Return the lines of the picture; the value at `cursor` (row, column of the grid) is marked."""
    lines = []
    for line in range(placed.lines):
        upper = (2 * line) // placed.tall
        lower = (2 * line + 1) // placed.tall
        segments = []
        for column in range(placed.columns):
            top = scale.colour(grid[upper][column])
            below = scale.colour(grid[lower][column]) if lower < placed.rows else None
            here = cursor in ((upper, column), (lower, column))
            if not here and scale.bad in (top, below):
                segments.append(_bad(scale, placed.wide))
            else:
                segments.append(_cell(top, below, placed.wide, here))
        lines.append(segments)
    return lines


def legend(scale: Scale) -> list[Segment]:
    """Return the colours from the lowest value to the highest."""
    return [Segment("█", Style(color=colour)) for colour in scale.steps(12)]


def _bad(scale: Scale, wide: int) -> Segment:
    """Return a cell with a value that is not finite, to be seen without colours too."""
    return _signed(BAD, scale.bad, wide)


def _signed(sign: str, ground: RichColor, wide: int) -> Segment:
    return Segment(sign.center(wide), Style(color=ink_on(ground), bgcolor=ground, bold=True))


def _cell(top: RichColor, below: RichColor | None, wide: int, marked: bool) -> Segment:
    if marked:
        return _signed("╳", top, wide)
    if below is None:
        return Segment(HALF * wide, Style(color=top))
    return Segment(HALF * wide, Style(color=top, bgcolor=below))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The layout of images side by side."""

    step: int
    """Of so many pixels, one is drawn in each direction."""
    scale: int
    """Cells for the width of a pixel."""
    wide: int
    tall: int
    """Cells and lines of an image."""
    across: int
    down: int


def images(
    pictures: Sequence[bytes],
    shape: tuple[int, int, int],
    width: int,
    height: int,
    labels: Sequence[str] = (),
    label: Style | None = None,
) -> tuple[list[list[Segment]], int]:
    """Return small images side by side as half blocks, as large as some of them fit, and how many do.

    Each has its label below it.
    """
    high, _, channels = shape
    sheet = _sheet(len(pictures), shape, width, height, bool(labels))
    lines: list[list[Segment]] = []
    shown = min(len(pictures), sheet.across * sheet.down)
    for start in range(0, shown, sheet.across):
        row = pictures[start : start + sheet.across]
        if start and not labels:
            lines.append([])
        for line in range(sheet.tall):
            upper = 2 * line // sheet.scale * sheet.step
            lower = (2 * line + 1) // sheet.scale * sheet.step
            segments = []
            for picture in row:
                for x in range(0, shape[1], sheet.step):
                    top = _pixel(picture, upper, x, shape[1], channels)
                    below = _pixel(picture, lower, x, shape[1], channels) if lower < high else None
                    segments.append(_cell(top, below, sheet.scale, False))
                segments.append(Segment(" "))
            lines.append(segments)
        if labels:
            names = labels[start : start + len(row)]
            lines.append([piece(f"{fitted(name, sheet.wide)} ", label) for name in names])
    return lines, shown


FEW = 6
"""Images, or all if there are fewer, that are to have room at once, with filters four times as many."""

_SMALL = 11
"""Largest side of a filter."""


def _sheet(count: int, shape: tuple[int, int, int], width: int, height: int, labelled: bool) -> _Sheet:
    """Return the layout with the largest images of which enough fit."""
    high, wide, _ = shape
    wanted = min(count, 4 * FEW if max(high, wide) <= _SMALL else FEW)
    steps = range(2, max(high, wide) + 1)
    sizes = [(1, scale) for scale in range(8, 0, -1)] + [(step, 1) for step in steps]
    sheet = _Sheet(1, 1, 1, 1, 1, 1)
    for step, scale in sizes:
        columns, lines = -(-wide // step) * scale, -(-(-(-high // step) * scale) // 2)
        across = (width + 1) // (columns + 1)
        down = height // (lines + 1) if labelled else (height + 1) // (lines + 1)
        sheet = _Sheet(step, scale, columns, lines, max(1, across), max(1, down))
        if across * down >= wanted:
            break
    rows = -(-count // sheet.across)
    # Rows of the same length: an author's two rows of ten stay two rows of ten.
    return replace(sheet, across=-(-count // rows)) if rows <= sheet.down else sheet


def _pixel(picture: bytes, y: int, x: int, wide: int, channels: int) -> RichColor:
    start = (y * wide + x) * channels
    if channels == 1:
        return RichColor.from_rgb(*([picture[start]] * 3))
    return RichColor.from_rgb(*picture[start : start + 3])
