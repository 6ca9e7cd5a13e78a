"""Rows made from a value's known fields and the figures of its sample."""

from __future__ import annotations

import math
from typing import Any

from evoclass.protocol import Summary
from evoclass_tensors.worker.figures import Columns

About = dict[str, Any]
"""Fields of a row that are known before any of its numbers are read."""


def number(value: float) -> float | None:
    """Return a finite number, or None."""
    return value if math.isfinite(value) else None


def spread(population: float, count: float, kind: str) -> float | None:
    """Return the standard deviation as the value's own library prints it.

    PyTorch divides by one less than the number of elements (and has none for a single one), NumPy by their number.
    """
    if kind == "array":
        return number(population)
    return number(population * math.sqrt(count / (count - 1))) if count > 1 else None


def filled(
    about: About,
    found: Columns,
    index: int,
    total: int,
    *,
    partial: bool,
    change: float | None = None,
    grad_norm: float | None = None,
    bad: tuple[int, int] | None = None,
) -> Summary:
    """Return the row with the figures of segment `index`, which represents `total` elements.

    `partial` says whether elements were left out; `bad` are the NaN and infinite ones if they were counted exactly.
    """
    finite, nan, inf = found.finite[index], found.nan[index], found.inf[index]
    count = finite + nan + inf
    scale = total / count if count else 1.0
    if bad is None:
        bad = (nan, inf) if scale == 1.0 else (round(nan * scale), round(inf * scale))
    if not finite:
        return Summary(**about, nan=bad[0], inf=bad[1], zeros=0, sampled=partial, change=change)
    return Summary(
        **about,
        min=number(found.min[index]),
        max=number(found.max[index]),
        mean=number(found.mean[index]),
        std=spread(found.std[index], finite * scale, about["kind"]),
        norm=number(math.sqrt(max(0.0, found.square[index]) * finite * scale)),
        grad_norm=grad_norm,
        nan=bad[0],
        inf=bad[1],
        zeros=found.zeros[index] if scale == 1.0 else round(found.zeros[index] * scale),
        histogram=tuple(found.histogram[index]),
        sampled=partial,
        change=change,
    )
