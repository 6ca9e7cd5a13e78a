"""A device that PyTorch takes for an accelerator, on a machine without one: `pretended`.

A tensor on it keeps its numbers in a tensor of the CPU. Every operator first looks where its operands are, and refuses
what CUDA refuses: a tensor of the CPU among those of the device, an index on the device into one of the CPU, NumPy.

What it does not prove: numbers as a graphics card rounds them, memory, speed, whatever CUDA does out of turn, and
operators that PyTorch has for the CPU but not for CUDA.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.library import Library
from torch.utils import backend_registration
from torch.utils._pytree import tree_leaves, tree_map_only

NAME = "pretended"

_aten = torch.ops.aten
_COPIES = {_aten.copy_.default, _aten._to_copy.default}
"""Operators that carry numbers from one device to another."""
_INDEXING = {
    _aten.index.Tensor,
    _aten.index_put.default,
    _aten.index_put_.default,
    _aten._index_put_impl_.default,
}
"""Operators of which the indices may lie on the CPU."""

calls = 0
"""How many operators have computed on the device."""

_library = Library("aten", "IMPL")


class Pretended(torch.Tensor):
    """A tensor on the device."""

    numbers: torch.Tensor

    # What PyTorch does for its own class in C++, and refuses to do for others.
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, numbers: torch.Tensor) -> Pretended:
        made = torch.Tensor._make_wrapper_subclass(
            cls,
            numbers.shape,
            strides=numbers.stride(),
            storage_offset=numbers.storage_offset(),
            dtype=numbers.dtype,
            device=torch.device(NAME, 0),
        )
        made.numbers = numbers
        return made

    @classmethod
    def __torch_dispatch__(cls, operator: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _compute(operator, args, dict(kwargs or {}))

    def __format__(self, form: str) -> str:
        return format(self.item(), form) if self.dim() == 0 else object.__format__(self, form)

    def __repr__(self) -> str:  # type: ignore[override]
        return f"{self.numbers!r} on {self.device}"

    def tolist(self) -> Any:
        return self.numbers.tolist()


def install() -> None:
    """Make the device known to PyTorch, for the rest of this process."""
    backend_registration._setup_privateuseone_for_python_backend(NAME)
    for name, operator in _factories():
        _library.impl(
            name, lambda *args, _made=operator, **kwargs: _compute(_made, args, kwargs), "PrivateUse1"
        )
    # `torch.tensor(..., device=...)` fills what it has made by this way.
    _library.impl("_copy_from", _copy_from, "PrivateUse1")


def _copy_from(source: torch.Tensor, to: torch.Tensor, non_blocking: bool = False) -> torch.Tensor:
    copied: torch.Tensor = _compute(_aten.copy_.default, (to, source), {})
    return copied


def _factories() -> Iterator[tuple[str, Any]]:
    """Yield the operators that make a tensor of nothing but arguments, which no tensor leads to the device."""
    for full in torch._C._dispatch_get_all_op_names():
        namespace, _, name = full.partition("::")
        packet, _, overload = name.partition(".")
        try:
            operator = getattr(getattr(_aten, packet), overload or "default")
        except AttributeError:
            continue
        arguments = operator._schema.arguments
        places = any(argument.name == "device" for argument in arguments)
        given = any("Tensor" in str(argument.type) for argument in arguments)
        if namespace == "aten" and places and not given:
            yield name, operator


def _compute(operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Compute on the CPU what the operator computes on the device, if its operands are where they have to be."""
    global calls
    calls += 1
    given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    here = [tensor for tensor in given if isinstance(tensor, Pretended)]
    if operator not in _COPIES:
        _refuse_mixtures(operator, args, given)
    wanted = kwargs.get("device")
    stays = torch.device(wanted).type == NAME if wanted is not None else bool(here)
    if operator is _aten.copy_.default:
        stays = isinstance(args[0], Pretended)
    there = {"device": torch.device("cpu"), "pin_memory": False}
    kwargs |= {name: there[name] for name in there if kwargs.get(name) is not None}
    plain, named = tree_map_only(Pretended, lambda tensor: tensor.numbers, (args, kwargs))
    result = operator(*plain, **named)
    if not stays:
        return result
    # An operator that changes a tensor returns that very one.
    same = {id(tensor.numbers): tensor for tensor in here} if operator._schema.is_mutable else {}
    return tree_map_only(
        torch.Tensor, lambda tensor: same[id(tensor)] if id(tensor) in same else Pretended(tensor), result
    )


def _refuse_mixtures(operator: Any, args: tuple[Any, ...], given: list[torch.Tensor]) -> None:
    """Raise RuntimeError as CUDA does when tensors of two devices meet."""
    if operator in _INDEXING and isinstance(args[0], Pretended):
        given = [tensor for tensor in (args[0], *args[2:3]) if isinstance(tensor, torch.Tensor)]
    if not any(isinstance(tensor, Pretended) for tensor in given):
        return
    changed = operator._schema.is_mutable and not isinstance(given[0], Pretended)
    # A single number of the CPU may meet any tensor, unless it is to be changed.
    if changed or any(tensor.dim() for tensor in given if not isinstance(tensor, Pretended)):
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{NAME}:0 and cpu! (in {operator})"
        )
