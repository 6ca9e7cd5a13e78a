"""A number that represents a value at one step: a single number itself, otherwise the norm.  Fast, without side
effects."""

from __future__ import annotations

from typing import Any

import torch

from evoclass_tensors.worker import guard, peek

LARGEST = 2**16
"""Elements of a tensor whose norm is taken at each step: some twenty microseconds."""


def number(value: Any, path: tuple[str, ...]) -> float | None:
    """Return the number of a tensor, or of the parameter, buffer or gradient that `path` leads to.

    None if there is none, if it is too large, or if the answer would have to wait for a device.
    """
    with guard.unobserved():
        for part in path:
            value = _part(value, part)
        if not issubclass(type(value), torch.Tensor) or peek.is_unborn(value):
            return None
        tensor = peek.plain(value)
        if tensor.device.type != "cpu" or tensor.layout is not torch.strided or tensor.is_nested:
            return None
        if tensor.is_quantized or tensor.is_complex() or not 0 < tensor.numel() <= LARGEST:
            return None
        if tensor.numel() == 1:
            return float(tensor.item())
        wide = tensor.dtype in (torch.float32, torch.float64)
        return float(torch.linalg.vector_norm(tensor, dtype=None if wide else torch.float32))


def _part(value: Any, name: str) -> Any:
    """Return a part of a model or the gradient of a tensor, without running code of either's class."""
    if issubclass(type(value), torch.nn.Module):
        fields = value.__dict__
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in fields.get(kind, ()):
                return fields[kind][name]
    elif name == "grad" and issubclass(type(value), torch.Tensor) and peek.is_leaf(value):
        return peek.gradient(value)
    return None
