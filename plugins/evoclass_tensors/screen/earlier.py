"""Curves of the earlier runs of one program, to be drawn behind those of the run on the screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from evoclass.curves import halved
from evoclass_tensors.screen.curve import Curve

MOST_RUNS = 5
"""Earlier runs that are kept."""

MOST_POINTS = 1024
"""Points of a curve of an earlier run."""


class EarlierRuns:
    """Keeps the curves of the last runs as long as the same program is run and the same values are watched."""

    def __init__(self) -> None:
        self._program: tuple[str, tuple[str, ...]] = ("", ())
        self._runs: deque[tuple[Mapping[str, str], Mapping[str, Curve]]] = deque(maxlen=MOST_RUNS)
        """What the knobs were set to, and the curves; the newest first."""
        self._knobs: Mapping[str, str] = {}

    def keep(self, curves: Mapping[str, Curve]) -> None:
        """Keep the curves of the run that ends; one without curves leaves no trace."""
        if curves:
            self._runs.appendleft((self._knobs, {name: _thinned(curve) for name, curve in curves.items()}))

    def begin(self, file: str, watch: tuple[str, ...], knobs: Mapping[str, str]) -> None:
        """Another run begins."""
        if (file, watch) != self._program:
            self._program = (file, watch)
            self._runs.clear()
        self._knobs = knobs

    def curves(self, name: str, runs: int = MOST_RUNS) -> list[Curve]:
        """Return the curves of a value in the last runs, the newest first."""
        found = []
        for back, (knobs, curves) in enumerate(self._runs, 1):
            if name in curves and back <= runs:
                found.append(replace(curves[name], back=back, different=self._different(knobs)))
        return found

    def _different(self, knobs: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(
            f"{name} = {value}" for name, value in knobs.items() if value != self._knobs.get(name, value)
        )


def _thinned(curve: Curve) -> Curve:
    if not curve.by_step:
        return curve
    points = [(int(step), y) for step, y in curve.points]
    while len(points) > MOST_POINTS:
        points = halved(points)
    return replace(curve, points=points, reached=len(points))
