"""Figures of many samples at once, in NumPy: segments of one long array, one segment a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 16
"""Bins of a row's small histogram."""


@dataclass(slots=True)
class Figures:
    """One entry a segment."""

    finite: NDArray[np.int64]
    nan: NDArray[np.int64]
    inf: NDArray[np.int64]
    zeros: NDArray[np.int64]
    min: NDArray[np.float64]
    """Of the finite values; NaN if there are none."""
    max: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    """Population standard deviation of the finite values."""
    square: NDArray[np.float64]
    """Mean of the squares of the finite values."""
    histogram: NDArray[np.int64]
    """(segments, BINS), from `min` to `max`."""

    def columns(self) -> Columns:
        """Return the same as plain numbers, which are quicker to read one by one."""
        return Columns(*(getattr(self, name).tolist() for name in Columns._fields))


class Columns(NamedTuple):
    """Figures as plain Python numbers, one entry a segment."""

    finite: list[int]
    nan: list[int]
    inf: list[int]
    zeros: list[int]
    min: list[float]
    max: list[float]
    mean: list[float]
    std: list[float]
    square: list[float]
    histogram: list[list[int]]


def figures(values: NDArray[np.floating], lengths: NDArray[np.int64]) -> Figures:
    """Return the figures of consecutive segments; every length is at least 1."""
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    with np.errstate(all="ignore"):
        finite = np.isfinite(values)
        all_finite = bool(finite.all())
        if all_finite:
            nan = inf = np.zeros(len(lengths), np.int64)
            count = lengths
            low = high = filled = values
        else:
            count = np.add.reduceat(finite, starts, dtype=np.int64)
            nan = np.add.reduceat(np.isnan(values), starts, dtype=np.int64)
            inf = lengths - count - nan
            low, high = np.where(finite, values, np.inf), np.where(finite, values, -np.inf)
            filled = np.where(finite, values, 0)
        none = count == 0
        parts = np.maximum(count, 1)
        smallest = np.minimum.reduceat(low, starts).astype(np.float64)
        largest = np.maximum.reduceat(high, starts).astype(np.float64)
        mean = np.add.reduceat(filled, starts, dtype=np.float64) / parts
        off = filled - np.repeat(mean, lengths)
        if not all_finite:
            off[~finite] = 0.0
        std = np.sqrt(np.add.reduceat(off * off, starts) / parts)
        for column in (smallest, largest, mean, std):
            column[none] = np.nan
        width = largest - smallest
        scale = np.where(width > 0, BINS / np.where(width > 0, width, 1.0), 0.0)
        bins = (filled - np.repeat(np.where(none, 0.0, smallest), lengths)) * np.repeat(scale, lengths)
        slot = np.nan_to_num(bins, nan=0.0, posinf=BINS - 1, neginf=0.0).astype(np.int64)
        np.clip(slot, 0, BINS - 1, out=slot)
        slot += np.repeat(np.arange(len(lengths)) * BINS, lengths)
        if not all_finite:
            slot = slot[finite]
        histogram = np.bincount(slot, minlength=len(lengths) * BINS).reshape(len(lengths), BINS)
        zeros = np.add.reduceat(values == 0, starts, dtype=np.int64)
        square = std**2 + mean**2
    return Figures(count, nan, inf, zeros, smallest, largest, mean, std, square, histogram)


def relative_change(
    now: NDArray[np.floating], before: NDArray[np.floating], lengths: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return for each segment the norm of the difference over the norm before; NaN where it is not finite."""
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    with np.errstate(all="ignore"):
        off = now.astype(np.float64) - before
        change = np.sqrt(np.add.reduceat(off * off, starts))
        old = np.sqrt(np.add.reduceat(before.astype(np.float64) ** 2, starts))
        result: NDArray[np.float64] = np.where(change == 0, 0.0, change / np.where(old > 0, old, 1.0))
    return result


def axis_steps(shape: Sequence[int], size: int) -> list[int]:
    """Return a step for each axis that leaves at most `size` elements, thinning the longest axes first."""
    steps = [1] * len(shape)
    left = list(shape)
    while prod(left) > size:
        axis = max(range(len(left)), key=left.__getitem__)
        steps[axis] *= 2
        left[axis] = -(-shape[axis] // steps[axis])
    return steps


def coprime_step(total: int, size: int) -> int:
    """Return a stride of about `total / size` that shares no factor with `total`: it visits every row and column."""
    wanted = max(1, total // size)
    away = 0
    while gcd(wanted + away, total) != 1:
        away = -away if away > 0 else 1 - away
        if wanted + away < 1:
            return 1
    return wanted + away
