"""A 2-D slice as half blocks: two values above each other in one cell, so that the picture keeps its shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style

from evoclass_tensors.screen.colours import Scale

Grid = Sequence[Sequence[float | None]]

HALF = "▀"


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


def place(grid: Grid, width: int, height: int) -> Placed:
    """Return the largest layout of `grid` that fits, with cells about as wide as they are tall."""
    rows, columns = len(grid), len(grid[0]) if grid else 0
    if not rows or not columns:
        return Placed(1, 1, 0, 0)
    scale = max(1, min(width // columns, 2 * height // rows, 6))
    return Placed(scale, scale, min(rows, 2 * height // scale), min(columns, width // scale))


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
            segments.append(_cell(top, below, placed.wide, here))
        lines.append(segments)
    return lines


def legend(scale: Scale) -> list[Segment]:
    """Return the colours from the lowest value to the highest."""
    return [Segment("█", Style(color=colour)) for colour in scale.steps(12)]


def _cell(top: RichColor, below: RichColor | None, wide: int, marked: bool) -> Segment:
    if marked:
        return Segment("╳".center(wide), Style(color="white", bgcolor=top, bold=True))
    if below is None:
        return Segment(HALF * wide, Style(color=top))
    return Segment(HALF * wide, Style(color=top, bgcolor=below))


def images(
    pictures: Sequence[bytes], shape: tuple[int, int, int], width: int, height: int
) -> tuple[list[list[Segment]], int]:
    """Return small images side by side as half blocks, enlarged or thinned so that several fit, and how many do."""
    high, wide, channels = shape
    tall = min(height, height if len(pictures) == 1 else 10)
    step = max(1, -(-high // (2 * tall)), -(-wide // width))
    scale = 1 if step > 1 else max(1, min(2 * tall // high, width // wide, 8))
    if scale > 1 and len(pictures) > 1:
        scale = min(scale, max(1, (width // 4) // wide))
    across = max(1, (width + 1) // (-(-wide // step) * scale + 1))
    lines: list[list[Segment]] = []
    shown = 0
    for start in range(0, len(pictures), across):
        row = pictures[start : start + across]
        picture_lines = -(-(-(-high // step) * scale) // 2)
        if start and len(lines) + 1 + picture_lines > height:
            break
        shown += len(row)
        if start:
            lines.append([])
        for line in range(picture_lines):
            upper, lower = 2 * line // scale * step, (2 * line + 1) // scale * step
            segments = []
            for picture in row:
                for x in range(0, wide, step):
                    top = _pixel(picture, upper, x, wide, channels)
                    below = _pixel(picture, lower, x, wide, channels) if lower < high else None
                    segments.append(_cell(top, below, scale, False))
                segments.append(Segment(" "))
            lines.append(segments)
    return lines, shown


def _pixel(picture: bytes, y: int, x: int, wide: int, channels: int) -> RichColor:
    start = (y * wide + x) * channels
    if channels == 1:
        return RichColor.from_rgb(*([picture[start]] * 3))
    return RichColor.from_rgb(*picture[start : start + 3])
