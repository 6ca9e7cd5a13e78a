"""Samples of tensors: a view of a few elements, taken without copying the rest and without touching the tensor."""

from __future__ import annotations

from typing import NamedTuple

import torch

from evoclass_tensors.worker.figures import axis_steps, coprime_step

SIZE = 1024
"""Elements of a row's sample."""

_WIDE = {torch.float64, torch.int32, torch.int64, torch.uint32, torch.uint64}
"""Types whose values float32 would round."""

_PLAIN = {
    torch.float32,
    torch.float64,
    torch.float16,
    torch.bfloat16,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.uint8,
    torch.bool,
}


class Sample(NamedTuple):
    """A flat view of some elements, and the number of elements that they represent."""

    view: torch.Tensor
    total: int
    """Elements of the value, repeated ones (stride 0) included."""
    partial: bool = False
    """Whether elements were left out (repeats of one in memory do not count)."""
    badge: str = ""

    @classmethod
    def of(cls, view: torch.Tensor, total: int, badge: str = "") -> Sample:
        """Return a sample in which every element is distinct in memory."""
        return cls(view, total, view.numel() < total, badge)


class NoFigures(Exception):
    """A value has no figures; the message is the badge."""


def is_wide(dtype: torch.dtype) -> bool:
    """Whether figures need float64."""
    return dtype in _WIDE


def take(tensor: torch.Tensor, size: int = SIZE) -> Sample:
    """Return at most about `size` elements of `tensor` as a flat view.  Raises NoFigures."""
    if tensor.layout is torch.strided and tensor.dtype in _PLAIN and not tensor.is_nested:
        if tensor.device.type == "meta":
            raise NoFigures("meta")
        return _strided(tensor, size)
    return _odd(tensor, size)


def _strided(tensor: torch.Tensor, size: int) -> Sample:
    total = tensor.numel()
    if total == 0:
        raise NoFigures("")
    if tensor.is_contiguous():
        return Sample.of(_flat(tensor, total, size), total)
    strides = tensor.stride()
    for axis, stride in enumerate(strides):
        if stride == 0 and tensor.shape[axis] > 1:
            tensor = tensor.narrow(axis, 0, 1)
    kept = tensor.numel()
    if kept < total:
        sample = _strided(tensor, size)
        # Every element has equally many repeats, so the figures of the part are those of the whole.
        return Sample(sample.view, total, sample.partial)
    if torch.ops.aten.is_non_overlapping_and_dense(tensor):
        return Sample.of(_flat(tensor, total, size), total)
    steps = axis_steps(tensor.shape, size)
    return Sample.of(tensor[tuple(slice(None, None, step) for step in steps)].reshape(-1), total)


def _flat(tensor: torch.Tensor, total: int, size: int) -> torch.Tensor:
    if total <= size:
        return tensor.as_strided((total,), (1,), tensor.storage_offset())
    step = coprime_step(total, size)
    return tensor.as_strided((total // step,), (step,), tensor.storage_offset())


def _odd(tensor: torch.Tensor, size: int) -> Sample:
    """Sample anything that is not a plain dense tensor: complex, sparse, quantised, nested, small floats."""
    if tensor.device.type == "meta":
        raise NoFigures("meta")
    if tensor.is_nested:
        parts = [_strided(part, size // 4 or 1) for part in list(tensor.unbind())[:64]]
        if not parts:
            raise NoFigures("nested")
        return Sample.of(
            torch.cat([part.view for part in parts]), sum(part.total for part in parts), "nested"
        )
    if tensor.layout is not torch.strided:
        return _sparse(tensor, size)
    if tensor.is_quantized:
        return _strided(tensor.dequantize(), size)._replace(badge="quantised")
    if tensor.is_complex():
        view = _strided(
            torch.view_as_real(tensor.resolve_conj()).select(-1, 0), size
        ).view  # proves it is not empty
        step = coprime_step(tensor.numel(), size) if tensor.numel() > size else 1
        flat = tensor.reshape(-1)[::step] if tensor.is_contiguous() else tensor.flatten()[: view.numel()]
        return Sample.of(magnitude(flat), tensor.numel(), "|z|")
    if tensor.numel() == 0:
        raise NoFigures("")
    try:
        sample = _strided(tensor, size)
        return sample._replace(view=sample.view.to(torch.float32))
    except RuntimeError as error:
        raise NoFigures(str(tensor.dtype)[6:]) from error


def magnitude(tensor: torch.Tensor) -> torch.Tensor:
    """Return the absolute values of complex numbers, of any precision."""
    sizes: torch.Tensor = torch.view_as_real(tensor.resolve_conj()).double().norm(dim=-1)
    return sizes


def _sparse(tensor: torch.Tensor, size: int) -> Sample:
    if tensor.layout is torch.sparse_coo:
        # If two entries are for one place, only their sum has a meaning.
        values = (tensor if tensor.is_coalesced() else tensor.coalesce())._values()
    elif tensor.layout in (torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc):
        values = tensor.values()
    elif str(tensor.layout) == "torch._mkldnn":
        return _strided(tensor.to_dense(), size)._replace(badge="mkldnn")
    else:
        raise NoFigures(str(tensor.layout)[6:])
    share = values.numel() / tensor.numel() if tensor.numel() else 0.0
    badge = f"{share:.0%} stored"
    if values.numel() == 0:
        raise NoFigures(badge)
    return take(values, size)._replace(badge=badge)
