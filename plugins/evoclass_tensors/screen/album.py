"""The thumbnails of watched matrices, so that time travel shows the picture of each step."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence

import msgspec

from evoclass.protocol import Detail, Summary, Thumbnail

MOST = 512
"""Thumbnails of one value that are kept; beyond that every second one goes."""

BINS = 16
"""Bins of a histogram that is made from a thumbnail."""


class Album:
    """Keeps the thumbnails of one run."""

    def __init__(self) -> None:
        self._taken: dict[str, dict[int, Thumbnail]] = {}

    def add(self, name: str, thumbnails: Iterable[Thumbnail]) -> None:
        """Keep thumbnails of a value; those that do not have the numbers that they announce are left out."""
        taken = self._taken.setdefault(name, {})
        taken.update(
            (one.step, one) for one in thumbnails if 0 < 4 * one.rows * one.columns == len(one.cells)
        )
        while len(taken) > MOST:
            taken = self._taken[name] = dict(list(taken.items())[::2])

    def at(self, name: str, step: int) -> Thumbnail | None:
        """Return the thumbnail of a value at a step, or else the last one before: fast steps have none of their own."""
        taken = self._taken.get(name, {})
        if (own := taken.get(step)) is not None:
            return own
        return max((one for one in taken.values() if one.step < step), key=lambda one: one.step, default=None)


def pictured(detail: Detail, thumbnail: Thumbnail, shape: Sequence[int]) -> Detail:
    """Return a close look that shows the thumbnail, and nothing that is of another moment."""
    numbers = cells(thumbnail)
    wide = thumbnail.columns
    grid = tuple(tuple(numbers[start : start + wide]) for start in range(0, len(numbers), wide))
    full = (1, *shape)[-2:] if shape else (thumbnail.rows, thumbnail.columns)
    return msgspec.structs.replace(
        detail,
        grid=grid,
        grid_shape=(full[0], full[1]),
        grid_axes=(max(0, len(shape) - 2), max(0, len(shape) - 1)),
        quantiles=(),
        images=(),
        image_shape=None,
        step=thumbnail.step,
    )


def cells(thumbnail: Thumbnail) -> list[float | None]:
    """Return the numbers, with None where they are not finite."""
    return [number if math.isfinite(number) else None for number in array("f", thumbnail.cells)]


def figured(row: Summary, thumbnail: Thumbnail) -> Summary | None:
    """Return the row with the figures of the thumbnail, or None if that has not all numbers of the value."""
    numbers = cells(thumbnail)
    finite = [number for number in numbers if number is not None]
    if len(numbers) != math.prod(row.shape or ()) or not finite:
        return None
    low, high, count = min(finite), max(finite), len(finite)
    mean = math.fsum(finite) / count
    off = math.fsum((number - mean) ** 2 for number in finite)
    bins = [0] * BINS
    for number in finite:
        bins[min(BINS - 1, int((number - low) / (high - low) * BINS)) if high > low else 0] += 1
    raw = array("f", thumbnail.cells)
    return msgspec.structs.replace(
        row,
        min=low,
        max=high,
        mean=mean,
        std=math.sqrt(off / (count - 1)) if count > 1 else None,
        norm=math.sqrt(math.fsum(number * number for number in finite)),
        nan=sum(map(math.isnan, raw)),
        inf=sum(map(math.isinf, raw)),
        zeros=finite.count(0.0),
        histogram=tuple(bins),
        grad_norm=None,
        change=None,
        sampled=False,
    )
