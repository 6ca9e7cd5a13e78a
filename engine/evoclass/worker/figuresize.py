"""The size of figures for which nobody has chosen one: that of the place where the front end shows them."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

Wanted = tuple[float, float, float] | None
"""Inches across and down, and dots per inch."""

LONGEST = 20.0
"""Inches of a figure's side that a front end may ask for."""

FEWEST, MOST = 50.0, 300.0
"""Dots per inch that it may ask for."""

_INCHES = "figure.figsize"
_DOTS = "figure.dpi"


class FigureSize:
    """Gives Matplotlib this size in place of its own; one that the program or the user's settings say stays."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._matplotlib: ModuleType | None = None
        self._given: dict[str, Any] = {}
        """Matplotlib's settings as they were changed here."""

    @property
    def inches(self) -> tuple[float, float] | None:
        """Width and height of a figure to measure, if there is such a size."""
        across, down = self._given.get(_INCHES) or (0.0, 0.0)
        return (across, down) if across and down else None

    def give(self, matplotlib: ModuleType) -> None:
        """Set the size, now that Matplotlib has been imported."""
        self._matplotlib = matplotlib
        self._set()

    def change(self, wanted: Wanted) -> None:
        """Make the next figures this large."""
        self._wanted = wanted
        self._set()

    def _set(self) -> None:
        if self._matplotlib is None or self._wanted is None or not all(map(math.isfinite, self._wanted)):
            return
        across, down, dots = self._wanted
        settings, usual = self._matplotlib.rcParams, self._matplotlib.rcParamsDefault
        wanted = {
            _INCHES: [max(1.0, min(length, LONGEST)) for length in (across, down)],
            _DOTS: max(FEWEST, min(dots, MOST)),
        }
        for name, value in wanted.items():
            if settings[name] in (usual[name], self._given.get(name)):
                settings[name] = self._given[name] = value
