"""Colours of a heatmap: from cold over the background's own tone to warm, for dark and for light themes."""

from __future__ import annotations

import math

from rich.color import Color as RichColor
from textual.color import Color

from evoclass_tui.chart import share

_DARK = (Color(74, 144, 255), Color(28, 34, 48), Color(255, 122, 66))
_LIGHT = (Color(20, 84, 190), Color(244, 240, 230), Color(196, 70, 10))
_GREY = (Color(8, 8, 8), Color(118, 118, 118), Color(246, 246, 246))
"""Where all colours become greys, both ends would look alike: there the scale goes from dark to bright."""

_BAD = {True: Color(255, 88, 138), False: Color(200, 0, 80)}


class Scale:
    """Maps values to colours; zero is neutral if the values have both signs."""

    def __init__(self, low: float, high: float, dark: bool, grey: bool = False) -> None:
        self._cold, self._neutral, self._warm = _GREY if grey else _DARK if dark else _LIGHT
        self.bad = _BAD[dark].rich_color
        self._low, self._high = low, high
        self.signed = low < 0 < high
        self.spread = low < high
        self._reach = max(abs(low), abs(high)) or 1.0
        self._cache: dict[int, RichColor] = {}

    def steps(self, count: int) -> list[RichColor]:
        """Return the colours of `count` values from the lowest to the highest."""
        shares = [index / max(1, count - 1) for index in range(count)]
        return [self.colour(self._low * (1 - share) + self._high * share) for share in shares]

    def colour(self, value: float | None) -> RichColor:
        """Return the colour of a value; non-finite values have their own colour."""
        if value is None or not math.isfinite(value):
            return self.bad
        if self.signed:
            place = round(value / self._reach * 100)
        elif self._high > self._low:
            place = round(share(value, self._low, self._high) * 100)
            place = place if self._high > 0 else place - 100
        else:
            place = 0
        found = self._cache.get(place)
        if found is None:
            end = self._warm if place >= 0 else self._cold
            # The root lifts small values, the majority in a weight matrix, out of the background.
            part = min(1.0, (abs(place) / 100) ** 0.7)
            found = self._cache[place] = self._neutral.blend(end, part).rich_color
        return found


def ink_on(ground: RichColor) -> RichColor:
    """Return black or white, whichever has more of WCAG's contrast; it is 4.5 to 1 at least."""
    parts = [part / 255 for part in ground.get_truecolor()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return RichColor.from_rgb(0, 0, 0) if luminance > _MIDDLE else RichColor.from_rgb(255, 255, 255)


_MIDDLE = 0.179
"""Luminance that has the same contrast with black and with white."""
