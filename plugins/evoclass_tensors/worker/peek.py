"""Attributes of tensors, read without any overrides of a subclass: no code of the value's own class runs."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

_base: Any = torch.Tensor

shape = _base.shape.__get__
dtype = _base.dtype.__get__
device = _base.device.__get__
layout = _base.layout.__get__
requires_grad = _base.requires_grad.__get__
is_leaf = _base.is_leaf.__get__
retains_grad = _base.retains_grad.__get__
gradient = _base.grad.__get__
numel = _base.numel

NO_VERSION = -1
"""Version of tensors for which PyTorch keeps no count: those of `inference_mode`."""

_count_of_writes = _base._version.__get__


_PLAIN = (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer)


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether this is PyTorch's own class, with its own attributes."""
    return type(tensor) in _PLAIN


def is_unborn(tensor: torch.Tensor) -> bool:
    """Whether this belongs to a lazy layer that has not seen an input yet: it has no shape."""
    return issubclass(type(tensor), UninitializedParameter | UninitializedBuffer)


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """Return the same numbers without the subclass around them."""
    return tensor if is_plain(tensor) else _base.as_subclass(tensor, torch.Tensor)


def nature(tensor: torch.Tensor) -> tuple[Any, ...]:
    """Return the properties of a tensor other than its numbers: class, type, device and layout."""
    return type(tensor), dtype(tensor), device(tensor), layout(tensor)


def version(tensor: torch.Tensor) -> int:
    """Return PyTorch's count of in-place changes."""
    try:
        return int(_count_of_writes(tensor))
    except RuntimeError:  # made in inference mode
        return NO_VERSION


def pointer(tensor: torch.Tensor) -> int:
    """Return the address of the numbers, 0 if there is none (sparse, functional)."""
    try:
        return torch.Tensor.data_ptr(tensor)
    except RuntimeError:
        return 0
