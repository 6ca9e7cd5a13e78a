"""One value that is shown close up, with all that its view shows of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from evoclass.protocol import Detail, Summary
from evoclass.timeline import Point, Trouble
from evoclass_tensors.screen.classes import Classes
from evoclass_tensors.screen.curve import Comparison, Curve

FEW = 24
"""Different whole numbers up to which each is counted."""


@dataclass(slots=True)
class Subject:
    """The value that the view shows, with its data."""

    name: str
    row: Summary | None = None
    """Figures at the shown moment."""
    detail: Detail | None = None
    """The close look of that moment, or the nearest one before."""
    error: str = ""
    note: str = ""
    history: Sequence[Point] = ()
    trouble: Trouble | None = None
    live: bool = True
    slice: tuple[int, ...] = ()
    parts: Sequence[tuple[int, Summary]] = ()
    """For a module: its parts, each with its depth."""
    curve: Curve = field(default_factory=Curve)
    """Its curve over the run: of a single number, or of the norm of a watched tensor."""
    beside: Sequence[Curve] = ()
    """What is drawn with that curve: values that the learner added, and the run before."""
    optimizers: int = 0
    """How many optimizers make the steps that the curve counts."""
    how: Comparison = field(default_factory=Comparison)
    classes: Classes = field(default_factory=Classes)
    image_labels: Sequence[float | None] = ()
    """Numbers of the classes of the images, from the first one shown."""
    labels_name: str = ""
    """The value that they are from."""

    @property
    def shown(self) -> Summary | None:
        """The exact figures while live, else those of the moment."""
        if self.live and self.detail is not None and self.detail.summary is not None:
            return self.detail.summary
        return self.row or (self.detail.summary if self.detail is not None else None)

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to draw."""
        return self.detail is not None and bool(self.detail.grid or self.detail.images)

    @property
    def tally(self) -> list[tuple[int, int]]:
        """How often each label occurs, if the value is a list of labels."""
        row = self.shown
        return counted(row) if row is not None and len(row.shape or ()) == 1 else []

    def name_of(self, label: int, value: str = "") -> str:
        """Return the name of a class, or its number."""
        names = self.classes.of_labels(value or self.name)
        return names[label] if 0 <= label < len(names) else str(label)

    def places(self) -> tuple[int, ...]:
        """Return an index for each leading axis of the value."""
        axes = len(self.shown.shape or ()) if self.shown is not None else 0
        return tuple([*self.slice, *([0] * axes)][: max(0, axes - 2)])


def counted(row: Summary) -> list[tuple[int, int]]:
    """Return each value of a tensor of few whole numbers with its count; nothing for all others.

    The histogram shows it: if there are more bins than numbers, no two numbers share a bin.
    """
    if not row.dtype.startswith(("int", "uint")) or row.sampled or row.min is None or row.max is None:
        return []
    if not (math.isfinite(row.min) and math.isfinite(row.max)):
        return []
    low, high, bins = int(row.min), int(row.max), len(row.histogram)
    if high - low >= min(FEW, bins) or sum(row.histogram) != math.prod(row.shape or ()):
        return []
    if low == high:
        return [(low, sum(row.histogram))]
    places = [min(bins - 1, (value - low) * bins // (high - low)) for value in range(low, high + 1)]
    return [(low + index, row.histogram[place]) for index, place in enumerate(places)]
