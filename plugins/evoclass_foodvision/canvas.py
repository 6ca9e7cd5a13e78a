"""A transparent square to paint on, measured in units instead of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from PIL import Image, ImageDraw

Color = tuple[int, int, int]
Point = tuple[float, float]

_ROUND = [
    (math.cos(angle), math.sin(angle), 2 * angle, 3 * angle, 5 * angle, 7 * angle)
    for angle in (math.tau * step / 48 for step in range(48))
]
"""The directions of an outline, and the multiples of each angle that its waves need."""


def vary(color: Color, rng: Random, amount: int = 22) -> Color:
    """Return `color` with each channel moved by at most `amount`."""
    red, green, blue = (max(0, min(255, channel + rng.randint(-amount, amount))) for channel in color)
    return red, green, blue


def shade(color: Color, factor: float) -> Color:
    """Return `color` darker (`factor` below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(channel * factor))) for channel in color)
    return red, green, blue


class Canvas:
    """Paints shapes on a transparent image whose sides run from -1 to 1."""

    def __init__(self, pixels: int, rng: Random) -> None:
        self.image = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
        self.rng = rng
        self._draw = ImageDraw.Draw(self.image)
        self._half = pixels / 2

    def polygon(self, points: Sequence[Point], fill: Color) -> None:
        """Fill the area inside `points`."""
        self._draw.polygon(self._pixels(points), fill=(*fill, 255))

    def line(self, points: Sequence[Point], fill: Color, width: float) -> None:
        """Draw a line through `points`."""
        pixels = max(1, round(width * self._half))
        self._draw.line(self._pixels(points), fill=(*fill, 255), width=pixels, joint="curve")

    def disc(self, center: Point, radius: float, fill: Color, flat: float = 1.0) -> None:
        """Fill a disc, or an ellipse whose height is `flat` times its width."""
        left, top = self._pixel((center[0] - radius, center[1] - radius * flat))
        right, bottom = self._pixel((center[0] + radius, center[1] + radius * flat))
        self._draw.ellipse((left, top, right, bottom), fill=(*fill, 255))

    def cut(self, points: Sequence[Point]) -> None:
        """Remove the area inside `points`, so that the background shows."""
        self._draw.polygon(self._pixels(points), fill=(0, 0, 0, 0))

    def erase(self, center: Point, radius: float) -> None:
        """Make a hole that shows the background."""
        left, top = self._pixel((center[0] - radius, center[1] - radius))
        right, bottom = self._pixel((center[0] + radius, center[1] + radius))
        self._draw.ellipse((left, top, right, bottom), fill=(0, 0, 0, 0))

    def blob(self, center: Point, radius: float, fill: Color, wobble: float = 0.1, flat: float = 1.0) -> None:
        """Fill a rounded shape with an uneven edge."""
        self.polygon(self.outline(center, radius, wobble, flat), fill)

    def box(self, center: Point, width: float, height: float, fill: Color, turn: float = 0.0) -> None:
        """Fill a rectangle turned by `turn` radians."""
        cos, sin = math.cos(turn), math.sin(turn)
        corners = [
            (-width / 2, -height / 2),
            (width / 2, -height / 2),
            (width / 2, height / 2),
            (-width / 2, height / 2),
        ]
        self.polygon(
            [(center[0] + x * cos - y * sin, center[1] + x * sin + y * cos) for x, y in corners], fill
        )

    def outline(self, center: Point, radius: float, wobble: float, flat: float = 1.0) -> list[Point]:
        """Return a closed curve around `center`: a circle bent by a few random waves."""
        rng, sin = self.rng, math.sin
        a, shift_a = rng.uniform(-wobble, wobble) / 2, rng.uniform(0, math.tau)
        b, shift_b = rng.uniform(-wobble, wobble) / 3, rng.uniform(0, math.tau)
        c, shift_c = rng.uniform(-wobble, wobble) / 5, rng.uniform(0, math.tau)
        d, shift_d = rng.uniform(-wobble, wobble) / 7, rng.uniform(0, math.tau)
        points = []
        for right, down, twice, thrice, fivefold, sevenfold in _ROUND:
            # Written out and in this order: half of the time of drawing goes here, and sums round.
            waves = (
                a * sin(twice + shift_a)
                + b * sin(thrice + shift_b)
                + c * sin(fivefold + shift_c)
                + d * sin(sevenfold + shift_d)
            )
            reach = radius * (1 + waves)
            points.append((center[0] + reach * right, center[1] + flat * reach * down))
        return points

    def scatter(self, center: Point, radius: float, count: int) -> list[Point]:
        """Return `count` random points within `radius` of `center`."""
        points = []
        for _ in range(count):
            distance, angle = radius * math.sqrt(self.rng.random()), self.rng.uniform(0, math.tau)
            points.append((center[0] + distance * math.cos(angle), center[1] + distance * math.sin(angle)))
        return points

    def _pixel(self, point: Point) -> Point:
        return (point[0] + 1) * self._half, (point[1] + 1) * self._half

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        half = self._half
        return [((x + 1) * half, (y + 1) * half) for x, y in points]
