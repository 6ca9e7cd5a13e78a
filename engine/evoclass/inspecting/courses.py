"""The course of watched values: a number of each at every optimizer step, as time allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any

from evoclass.inspecting.pace import Pace, cost_clock
from evoclass.protocol import MAX_POINTS, Points

SHARE = 0.2
"""Part of the inspector's budget that goes to courses."""

MOST = 8
"""Most values that are followed."""

_NAMED = re.compile(r"[^\W\d]\w*(?:\.\w+|\[\d+\])*\Z")
"""A name with attributes and places: following it runs no code of the program."""

_PART = re.compile(r"\w+")


class Courses:
    """Takes a number of each watched value now and then, and returns the new ones."""

    def __init__(
        self, watched: Iterable[str], number: Callable[[Any, tuple[str, ...]], float | None], budget: float
    ) -> None:
        """Follow the expressions of `watched`; `number` returns the number of a value, or of one of its parts."""
        paths = {name: tuple(_PART.findall(name)) for name in watched if _NAMED.match(name)}
        self._paths = dict(list(paths.items())[:MOST])
        self._number = number
        self._pace = Pace(1e9, budget * SHARE)
        self._points: dict[str, list[tuple[int, float | None]]] = {}

    def begin(self, now: float) -> None:
        """Start counting the program's time."""
        self._pace.begin(now)

    def training_begins(self, now: float) -> None:
        """Follow the first steps closely: a short training ends before any time is earned."""
        self._pace.training_begins(now)

    def due(self, now: float) -> bool:
        """Whether there is time left for another look."""
        return bool(self._paths) and now >= self._pace.next

    def take(self, step: int, values: Mapping[str, Any]) -> None:
        """Look at the values after a step; of several looks at one step the last counts."""
        started = cost_clock()
        for name, (root, *path) in self._paths.items():
            if root not in values:
                continue
            number = self._number(values[root], tuple(path))
            points = self._points.setdefault(name, [])
            if number is None or len(points) >= MAX_POINTS:
                continue
            if points and points[-1][0] == step:
                points.pop()
            points.append((step, number))
        self._pace.spent(perf_counter(), cost_clock() - started)

    def news(self) -> dict[str, Points]:
        """Return the points added since the last call."""
        points, self._points = self._points, {}
        return {name: tuple(found) for name, found in points.items() if found}
