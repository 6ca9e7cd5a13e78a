"""A picture as block characters: in each cell two colours, in the one of sixteen shapes that fits best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass_tui.cells import SHAPES
from evoclass_tui.pictures.resizing import RGB, resized
from evoclass_tui.pictures.sizes import Extent, Size

if TYPE_CHECKING:
    from PIL.Image import Image

ALIKE = 300
"""Squared distance of two colours below which one cell needs no shape."""

_PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))


def blocks(image: Image, extent: Extent) -> list[list[tuple[str, RGB, RGB]]]:
    """Return the rows of a picture: of each cell its character, the colour of that, and the background."""
    wide = 2 * extent.columns
    small = resized(image, Size(wide, 2 * extent.rows))
    if small.width < image.width:
        small = _sharpened(small, image)
    raw = small.tobytes()
    pixels: list[RGB] = list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    rows = []
    for y in range(extent.rows):
        above, below = pixels[2 * y * wide :][:wide], pixels[(2 * y + 1) * wide :][:wide]
        rows.append([_cell((above[x], above[x + 1], below[x], below[x + 1])) for x in range(0, wide, 2)])
    return rows


def _sharpened(small: Image, image: Image) -> Image:
    """Return a picture that has shrunk with the colour of its thin lines, which would fade into the background.

    No colour goes beyond those that are there around it: areas would get rims.
    """
    from PIL import ImageChops, ImageFilter
    from PIL.Image import Resampling

    larger = resized(image, Size(2 * small.width, 2 * small.height))
    least, most = (
        larger.filter(extreme).resize(small.size, Resampling.NEAREST)
        for extreme in (ImageFilter.MinFilter(5), ImageFilter.MaxFilter(5))
    )
    sharp = small.filter(ImageFilter.UnsharpMask(radius=1.0, percent=160, threshold=3))
    return ImageChops.lighter(least, ImageChops.darker(most, sharp))


def _cell(quarters: tuple[RGB, RGB, RGB, RGB]) -> tuple[str, RGB, RGB]:
    """Return the shape and the two colours that are nearest to four pixels."""
    if quarters[0] == quarters[1] == quarters[2] == quarters[3]:
        return " ", quarters[0], quarters[0]
    most, first, second = max((_distance(quarters[a], quarters[b]), a, b) for a, b in _PAIRS)
    if most < ALIKE:
        colour = _mean(quarters)
        return " ", colour, colour
    ends = quarters[first], quarters[second]
    near = [_distance(pixel, ends[0]) < _distance(pixel, ends[1]) for pixel in quarters]
    shape = sum(1 << place for place, is_near in enumerate(near) if is_near)
    letter = _mean([pixel for pixel, is_near in zip(quarters, near, strict=True) if is_near])
    ground = _mean([pixel for pixel, is_near in zip(quarters, near, strict=True) if not is_near])
    return SHAPES[shape], letter, ground


def _distance(one: RGB, other: RGB) -> int:
    # The eye sees green best and blue worst.
    red, green, blue = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return 3 * red * red + 4 * green * green + 2 * blue * blue


def _mean(colours: tuple[RGB, ...] | list[RGB]) -> RGB:
    count = len(colours)
    if count == 1:
        return colours[0]
    red, green, blue = zip(*colours, strict=True)
    return sum(red) // count, sum(green) // count, sum(blue) // count
