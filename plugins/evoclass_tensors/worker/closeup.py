"""The close look at one value: exact figures, quantiles, a histogram, a 2-D slice, pictures."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from evoclass.protocol import Detail, Kind, Look, Summary
from evoclass_tensors.worker import guard, peek
from evoclass_tensors.worker.arrays import array_sample
from evoclass_tensors.worker.describe import describe_module, describe_optimizer, describe_tensor
from evoclass_tensors.worker.exact import exact
from evoclass_tensors.worker.sample import NoFigures, Sample, magnitude, take
from evoclass_tensors.worker.skeleton import Slot
from evoclass_tensors.worker.slices import CELLS, grid, pictures
from evoclass_tensors.worker.walk import Named, Walk

EXACT = 2**26
"""Elements up to which figures are exact; beyond that a sample of `PART` represents the whole."""

PART = 2**22


def closeup(value: Any, look: Look) -> Detail:
    """Return the close look at a tensor, a module or an optimizer."""
    with guard.unobserved():
        if issubclass(type(value), torch.Tensor):
            return _tensor(value, look)
        if issubclass(type(value), torch.nn.Module):
            counts = Walk(Named([], [(look.expression, value)], [])).counts
            row = describe_module(Slot(look.expression, "module", ""), value, counts[look.expression])
        else:
            row = describe_optimizer(Slot(look.expression, "optimizer", ""), value)
        return Detail(request=look.request, expression=look.expression, summary=row)


def _tensor(tensor: torch.Tensor, look: Look) -> Detail:
    kind: Kind = "parameter" if type(tensor) is torch.nn.Parameter else "tensor"
    row = Summary(**describe_tensor(Slot(look.expression, kind, ""), tensor))
    detail = Detail(request=look.request, expression=look.expression, summary=row)
    if row.badge:
        return detail
    gradient = peek.gradient(tensor) if peek.is_leaf(tensor) and peek.requires_grad(tensor) else None
    tensor = peek.plain(tensor)
    try:
        sample = take(tensor, EXACT if tensor.numel() <= EXACT else PART)
    except NoFigures as why:
        return msgspec.structs.replace(detail, summary=msgspec.structs.replace(row, badge=str(why)))
    row = msgspec.structs.replace(row, badge=sample.badge)
    if gradient is not None and peek.is_plain(gradient) and not gradient.is_sparse:
        numbers = magnitude(gradient) if gradient.is_complex() else gradient
        row = msgspec.structs.replace(
            row, grad_norm=float(torch.linalg.vector_norm(numbers, dtype=torch.float64))
        )
    detail = exact(detail, row, sample, look.quick)
    if row.layout or sample.badge == "nested":
        return detail
    return with_pictures(detail, tensor, look)


def with_pictures(detail: Detail, tensor: torch.Tensor, look: Look) -> Detail:
    """Return `detail` with the requested slice, and with images if the value looks like images."""
    if tensor.is_complex():
        tensor = magnitude(tensor)
    elif tensor.is_quantized:
        tensor = tensor.dequantize()
    images, image_shape = pictures(tensor, look.slice)
    cells, shape, axes = grid(tensor, look.slice, square=bool(images))
    return msgspec.structs.replace(
        detail, grid=cells, grid_shape=shape, grid_axes=axes, images=images, image_shape=image_shape
    )


def closeup_array(array: NDArray[Any], look: Look) -> Detail | None:
    """Return the close look at an array of numbers, or None if it is something else."""
    if array.dtype.kind not in "fiubc" or array.size == 0:
        return None
    row = Summary(
        name=look.expression,
        kind="array",
        type=type(array).__name__,
        shape=tuple(array.shape),
        dtype=str(array.dtype),
        device="cpu",
        bytes=int(array.nbytes),
    )
    with guard.unobserved():
        values = array_sample(array, EXACT if array.size <= EXACT else PART)
        if values is None:
            return None
        detail = Detail(request=look.request, expression=look.expression)
        detail = exact(detail, row, Sample.of(torch.from_numpy(values), array.size), look.quick)
        if array.size <= PART:
            return with_pictures(detail, torch.from_numpy(values.reshape(array.shape)), look)
        return _with_plane(detail, array, look)


def _with_plane(detail: Detail, array: NDArray[Any], look: Look) -> Detail:
    """Return `detail` with a slice of an array that is too large to be copied whole."""
    index = [*look.slice, *[0] * array.ndim][: max(0, array.ndim - 2)]
    places = tuple(max(0, min(place, size - 1)) for place, size in zip(index, array.shape, strict=False))
    plane = np.atleast_2d(array[places])
    small = plane[tuple(slice(None, None, -(-size // CELLS)) for size in plane.shape)]
    cells = grid(torch.from_numpy((np.abs(small) if small.dtype.kind == "c" else small).astype(np.float64)))[
        0
    ]
    axes = (max(0, array.ndim - 2), max(0, array.ndim - 1))
    return msgspec.structs.replace(detail, grid=cells, grid_shape=plane.shape, grid_axes=axes)
