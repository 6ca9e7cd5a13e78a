"""Rows made of what is known of a value and the figures of its sample."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from evoclass.protocol import Summary
from evoclass_tensors.figures import Figures


def number(value: Any) -> float | None:
    """Return a finite number, or None."""
    value = float(value)
    return value if math.isfinite(value) else None


def filled(
    row: Summary,
    found: Figures | None = None,
    index: int = 0,
    total: int = 0,
    *,
    change: float | None = None,
    grad_norm: float | None = None,
    badge: str = "",
) -> Summary:
    """Return `row` with the figures of segment `index`, which stands for `total` elements."""
    if found is None:
        return msgspec.structs.replace(row, badge=badge) if badge else row
    count = int(found.count[index]) + int(found.nan[index]) + int(found.inf[index])
    sampled = count < total
    scale = total / count if count else 1.0
    finite = int(found.count[index])
    return msgspec.structs.replace(
        row,
        min=number(found.min[index]),
        max=number(found.max[index]),
        mean=number(found.mean[index]),
        std=number(found.std[index]),
        norm=number(math.sqrt(max(0.0, float(found.square[index])) * finite * scale)) if finite else None,
        grad_norm=grad_norm,
        nan=round(int(found.nan[index]) * scale),
        inf=round(int(found.inf[index]) * scale),
        zeros=round(int(found.zeros[index]) * scale),
        histogram=tuple(found.histogram[index].tolist()) if finite else (),
        sampled=sampled,
        change=change,
        badge=badge or row.badge,
    )
