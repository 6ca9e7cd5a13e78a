"""Exact figures of one value, in pieces, so that a large value needs no large copy."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from evoclass.protocol import Detail, Summary
from evoclass_tensors.rows import number

BINS = 64
"""Bins of a detail's histogram."""

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

_PIECE = 2**15
"""Elements at a time: few enough for PyTorch to work in this thread alone."""

_QUANTILES = 2**22
"""Elements that quantiles are taken from at most."""


def exact(detail: Detail, row: Summary, flat: torch.Tensor, total: int) -> Detail:
    """Return `detail` with the figures of a flat CPU tensor that stands for `total` elements."""
    smallest, largest = math.inf, -math.inf
    finite = nan = plus = minus = zeros = 0
    mean = square_off = 0.0
    for values in _pieces(flat):
        good = values[np.isfinite(values)]
        nan += int(np.isnan(values).sum())
        plus += int(np.isposinf(values).sum())
        minus += int(np.isneginf(values).sum())
        zeros += int((values == 0).sum())
        if len(good):
            smallest, largest = min(smallest, float(good.min())), max(largest, float(good.max()))
            # Chan's update joins the mean and the squared deviations of two parts without cancellation.
            part_mean, part = float(good.mean()), len(good)
            part_off = float(((good - part_mean) ** 2).sum())
            off = part_mean - mean
            square_off += part_off + off * off * finite * part / (finite + part)
            mean += off * part / (finite + part)
            finite += part
    scale = total / max(1, flat.numel())
    row = msgspec.structs.replace(
        row,
        nan=round(nan * scale),
        inf=round((plus + minus) * scale),
        zeros=round(zeros * scale),
        sampled=flat.numel() < total,
    )
    if not finite:
        return msgspec.structs.replace(detail, summary=row, plus_inf=plus, minus_inf=minus)
    row = msgspec.structs.replace(
        row,
        min=smallest,
        max=largest,
        mean=number(mean),
        std=number(math.sqrt(square_off / finite)),
        norm=number(math.sqrt((square_off + finite * mean * mean) * scale)),
        histogram=_histogram(flat, smallest, largest),
    )
    return msgspec.structs.replace(
        detail,
        summary=row,
        quantiles=_quantiles(flat),
        edges=(smallest, largest),
        plus_inf=round(plus * scale),
        minus_inf=round(minus * scale),
    )


def _pieces(flat: torch.Tensor) -> Iterator[NDArray[np.float64]]:
    for start in range(0, flat.numel(), _PIECE):
        yield flat[start : start + _PIECE].to(torch.float64, copy=True).numpy()


def _histogram(flat: torch.Tensor, smallest: float, largest: float) -> tuple[int, ...]:
    counts = np.zeros(BINS, np.int64)
    if smallest == largest:
        counts[0] = flat.numel()
        return tuple(counts.tolist())
    for values in _pieces(flat):
        counts += np.histogram(values[np.isfinite(values)], BINS, (smallest, largest))[0]
    return tuple(counts.tolist())


def _quantiles(flat: torch.Tensor) -> tuple[tuple[float, float], ...]:
    step = max(1, flat.numel() // _QUANTILES)
    values = flat[::step].to(torch.float64, copy=True).numpy()
    found = np.quantile(values[np.isfinite(values)], QUANTILES) if np.isfinite(values).any() else ()
    return tuple((share, float(value)) for share, value in zip(QUANTILES, found, strict=False))
