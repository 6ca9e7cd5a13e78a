"""Exact figures of one value, in pieces, so that a large value needs no large copy."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
import torch

from evoclass.protocol import Detail, Summary
from evoclass_tensors.worker.rows import number, spread
from evoclass_tensors.worker.sample import Sample

BINS = 64
"""Bins of a detail's histogram."""

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

_PIECE = 2**15
"""Elements at a time: few enough for PyTorch to work in this thread alone."""

_QUANTILES = 2**22
"""Most elements that quantiles are taken from."""

_QUICK = 2**18
"""The same, and for the histogram, while the program waits for the answer."""


def exact(detail: Detail, row: Summary, sample: Sample, quick: bool = False) -> Detail:
    """Return `detail` with the figures of a sample, which may be the whole value.

    If it must be `quick`, the histogram and the quantiles of a large value come from a part of it.
    """
    flat = sample.view.cpu()
    shape = flat[:: max(1, flat.numel() // (_QUICK if quick else _QUANTILES))]
    row, plus, minus = exact_row(row, sample._replace(view=flat), shape=shape if quick else flat)
    if row.min is None or row.max is None:
        return msgspec.structs.replace(detail, summary=row, plus_inf=plus, minus_inf=minus)
    return msgspec.structs.replace(
        detail,
        summary=row,
        quantiles=_quantiles(shape),
        edges=(row.min, row.max),
        plus_inf=plus,
        minus_inf=minus,
    )


def exact_row(
    row: Summary, sample: Sample, bins: int = BINS, shape: torch.Tensor | None = None
) -> tuple[Summary, int, int]:
    """Return the row with the figures of every element of a CPU sample, and how many are plus and minus infinity.

    The histogram is that of `shape` if given.
    """
    flat, total = sample.view, sample.total
    smallest, largest = math.inf, -math.inf
    finite = nan = plus = minus = zeros = 0
    mean = square_off = 0.0
    for values in _pieces(flat):
        zeros += len(values) - int(torch.count_nonzero(values))
        low, high = (float(end) for end in torch.aminmax(values))
        if not (math.isfinite(low) and math.isfinite(high)):
            nan += int(values.isnan().sum())
            plus += int((values == math.inf).sum())
            minus += int((values == -math.inf).sum())
            values = values[values.isfinite()]
            if not len(values):
                continue
            low, high = (float(end) for end in torch.aminmax(values))
        smallest, largest = min(smallest, low), max(largest, high)
        # Chan's update joins the mean and the squared deviations of two parts without cancellation.
        variance, part_mean = (float(figure) for figure in torch.var_mean(values, correction=0))
        part, off = len(values), part_mean - mean
        square_off += variance * part + off * off * finite * part / (finite + part)
        mean += off * part / (finite + part)
        finite += part
    scale = total / max(1, flat.numel())
    row = msgspec.structs.replace(
        row,
        nan=round(nan * scale),
        inf=round((plus + minus) * scale),
        zeros=round(zeros * scale),
        sampled=sample.partial,
    )
    if finite:
        row = msgspec.structs.replace(
            row,
            min=smallest,
            max=largest,
            mean=number(mean),
            std=spread(math.sqrt(square_off / finite), finite * scale, row.kind),
            norm=number(math.sqrt((square_off + finite * mean * mean) * scale)),
            histogram=_histogram(flat if shape is None else shape, smallest, largest, bins),
        )
    return row, round(plus * scale), round(minus * scale)


def _pieces(flat: torch.Tensor) -> Iterator[torch.Tensor]:
    for start in range(0, flat.numel(), _PIECE):
        yield flat[start : start + _PIECE].to(torch.float64, copy=True)


def _histogram(flat: torch.Tensor, smallest: float, largest: float, bins: int) -> tuple[int, ...]:
    counts = np.zeros(bins, np.int64)
    edges = np.linspace(smallest, largest, bins + 1)
    # Bins cannot separate values that differ only by rounding.
    wide = bool(np.all(np.diff(edges) > 0))
    for piece in _pieces(flat):
        values = piece.numpy()
        values = values[np.isfinite(values)]
        if wide:
            counts += np.histogram(values, bins, (smallest, largest))[0]
        else:
            counts[0] += len(values)
    return tuple(counts.tolist())


def _quantiles(flat: torch.Tensor) -> tuple[tuple[float, float], ...]:
    values = flat.to(torch.float64, copy=True).numpy()
    found = np.quantile(values[np.isfinite(values)], QUANTILES) if np.isfinite(values).any() else ()
    return tuple((share, float(value)) for share, value in zip(QUANTILES, found, strict=False))
