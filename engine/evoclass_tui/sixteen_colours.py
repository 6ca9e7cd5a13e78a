"""Our colours on a terminal that has sixteen, such as Linux's console.

What these look like differs from terminal to terminal, so text gets a pair that can be read in all usual palettes.
"""

from __future__ import annotations

from functools import lru_cache
from math import hypot

from evoclass_tui.few_colours import linear, looks

RGB = tuple[int, int, int]


def _palette(numbers: str) -> list[RGB]:
    return [(int(one[:2], 16), int(one[2:4], 16), int(one[4:], 16)) for one in numbers.split()]


PALETTES = {
    "Linux's console": _palette(
        "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
        "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
    ),
    "xterm": _palette(
        "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
        "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
    ),
    "GNOME": _palette(
        "171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc "
        "5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff"
    ),
}
"""What the numbers look like in terminals."""

TEXT, MARK, SEEN = 4.5, 3.0, 1.4
"""WCAG AA for text, for signs that are no text, and what a rule or a frame has at least."""

STRENGTH = 4.0
"""Weight of hue and saturation against lightness."""

GROUNDS = range(8)
"""Backgrounds: Linux's console has no bright ones."""


def _luminance(colour: RGB) -> float:
    red, green, blue = (linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: RGB, other: RGB) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


_LEAST = {
    (letter, ground): min(_contrast(palette[letter], palette[ground]) for palette in PALETTES.values())
    for letter in range(16)
    for ground in GROUNDS
}
_LOOKS = [[looks(*palette[number]) for palette in PALETTES.values()] for number in range(16)]
_READABLE = [ground for ground in GROUNDS if any(_LEAST[letter, ground] >= TEXT for letter in range(16))]


@lru_cache(maxsize=4096)
def pair(letter: RGB | None, ground: RGB | None) -> tuple[int | None, int | None]:
    """Return the numbers of the colours that look most like those of a letter and its ground; None stays None.

    What can be read stays readable, and what can be seen stays visible.
    """
    below = _nearest(ground, _READABLE) if ground is not None else None
    if letter is None:
        return None, below
    if ground is None or below is None:
        return _nearest(letter, range(16)), None
    wanted = _contrast(letter, ground)
    least = next((bound for bound in (TEXT, MARK, SEEN) if wanted >= bound), 0.0)
    return _nearest(letter, [number for number in range(16) if _LEAST[number, below] >= least]), below


def _nearest(colour: RGB, numbers: list[int] | range) -> int:
    wanted = looks(*colour)
    return min(numbers, key=lambda number: sum(_apart(wanted, one) for one in _LOOKS[number]))


def _apart(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return how different two colours look; a grey shall not become a colour of the same lightness."""
    return hypot(one[0] - other[0], STRENGTH * (one[1] - other[1]), STRENGTH * (one[2] - other[2]))
