"""Our colours on a terminal that has 256.

Rich and Textual round red, green and blue for themselves: dark blue greys became pure blue, paper became yellow, and
text lost up to a third of its contrast.
"""

from __future__ import annotations

from functools import lru_cache
from math import dist

_STEPS = (0, 95, 135, 175, 215, 255)
"""Levels of red, green and blue in the palette."""


@lru_cache(maxsize=4096)
def nearest(red: int, green: int, blue: int) -> int:
    """Return the number of the colour that looks most like this one; the first sixteen are the terminal's own."""
    wanted = looks(red, green, blue)
    return min(_PALETTE, key=lambda number: dist(wanted, _PALETTE[number]))


def looks(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """Return a colour in Oklab, where distances are what people see: https://bottosson.github.io/posts/oklab/."""
    r, g, b = (linear(part / 255) for part in (red, green, blue))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def linear(part: float) -> float:
    """Return how much light a part of sRGB, from 0 to 1, is."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _colour(number: int) -> tuple[int, int, int]:
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    number -= 16
    return _STEPS[number // 36], _STEPS[number // 6 % 6], _STEPS[number % 6]


_PALETTE = {number: looks(*_colour(number)) for number in range(16, 256)}
