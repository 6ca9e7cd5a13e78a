"""A number that represents a value at one step: a single number itself, a tensor's norm, an optimizer's learning rate.
Fast, without side effects."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import torch

from evoclass.protocol import MAX_CELLS, Thumbnail
from evoclass_tensors.worker import guard, peek

ROWS = 32
COLUMNS = 64
"""Most rows and columns of a thumbnail."""

LARGEST = 2**16
"""Elements of a tensor whose norm is taken at each step: some twenty microseconds."""

SMALLEST = 1e-15
"""A norm from which the squares of a tensor's largest numbers are no less than what a float can hold."""

Result = TypeVar("Result")


def number(value: Any, path: tuple[str, ...]) -> float | None:
    """Return the number of a tensor or an optimizer, or of the parameter, buffer or gradient that `path` leads to.

    None if there is none, if it is too large, or if the answer would have to wait for a device.
    """
    if not path and issubclass(type(value), torch.optim.Optimizer):
        return rate(value)
    return _read(value, path, _number)


def _read(
    value: Any, path: tuple[str, ...], read: Callable[[torch.Tensor | None], Result | None]
) -> Result | None:
    """Return what `read` says of the tensor that a path leads to; a context costs more than most of its answers."""
    if guard.alone():
        found = _reached(value, path)
        if found is None or peek.is_plain(found):
            return read(found)
    with guard.unobserved():
        found = _reached(value, path)
        return read(None if found is None or peek.is_unborn(found) else peek.plain(found))


def _reached(value: Any, path: tuple[str, ...]) -> torch.Tensor | None:
    for part in path:
        value = part_of(value, part)
    return value if issubclass(type(value), torch.Tensor) else None


def _number(tensor: torch.Tensor | None) -> float | None:
    """Return the only number of a plain tensor, or its norm."""
    if tensor is None or not _is_readable(tensor):
        return None
    count = tensor.numel()
    if not 0 < count <= LARGEST:
        return None
    if count == 1:
        return float(tensor.item())
    return _norm(tensor.detach())


def _norm(tensor: torch.Tensor) -> float:
    """Return the norm, also of numbers whose squares are too large or too small for their type."""
    if tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.to(torch.float32)
    norm = float(torch.linalg.vector_norm(tensor))
    if not SMALLEST < norm < math.inf:
        wide = tensor.to(torch.float64)
        largest = float(wide.abs().max())
        if 0 < largest < math.inf:
            return largest * float(torch.linalg.vector_norm(wide / largest))
    return norm


def thumbnail(value: Any, path: tuple[str, ...]) -> Thumbnail | None:
    """Return the thinned numbers of the same tensor, if it has more than one; of more than two axes, the last two."""
    return _read(value, path, _thinned)


def _thinned(tensor: torch.Tensor | None) -> Thumbnail | None:
    if tensor is None or not _is_readable(tensor) or tensor.numel() < 2:
        return None
    plane = tensor.detach()
    while plane.dim() > 2:
        plane = plane[0]
    if plane.dim() < 2:
        plane = plane.reshape(1, -1)
    height, width = plane.shape
    down = -(-height // ROWS)
    rows = -(-height // down)
    across = -(-width // min(COLUMNS, MAX_CELLS // rows))
    plane = plane[::down, ::across].to(torch.float32).contiguous()
    return Thumbnail(rows=rows, columns=plane.shape[1], cells=plane.numpy().tobytes())


def _is_readable(tensor: torch.Tensor) -> bool:
    """Whether the numbers are at hand and real."""
    if not tensor.is_cpu or tensor.layout is not torch.strided or tensor.is_nested:
        return False
    return not (tensor.is_quantized or tensor.is_complex())


def rate(optimizer: Any) -> float | None:
    """Return the learning rate of an optimizer's first group of parameters, or None."""
    if not issubclass(type(optimizer), torch.optim.Optimizer):
        return None
    groups: list[dict[str, Any]] = optimizer.__dict__.get("param_groups") or [{}]
    found: Any = groups[0].get("lr")
    if issubclass(type(found), torch.Tensor) and found.device.type == "cpu":
        return _read(found, (), _number)
    return float(found) if type(found) in (int, float) else None


def part_of(value: Any, name: str) -> Any:
    """Return a part of a model or the gradient of a tensor, without running code of either's class."""
    if issubclass(type(value), torch.nn.Module):
        fields = value.__dict__
        for kind in ("_parameters", "_modules", "_buffers"):
            if (found := fields.get(kind, {}).get(name)) is not None:
                return found
    elif name == "grad" and issubclass(type(value), torch.Tensor) and peek.is_leaf(value):
        return peek.gradient(value)
    return None
