"""What a walk found in models and optimizers, so that the next need not be made: ways to values, never the values."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from evoclass.protocol import Kind
from evoclass_tensors import peek


class Slot(NamedTuple):
    """One row to be: what it is called, what it is, where it belongs."""

    name: str
    kind: Kind
    parent: str


@dataclass(slots=True)
class Count:
    """Numbers inside a module, each once."""

    trainable: int = 0
    frozen: int = 0


class Way(NamedTuple):
    """Where the value of a row is to be found again."""

    slot: Slot
    holder: weakref.ref[Any]
    """The value itself, or the tensor whose gradient it is."""
    trains: bool | None = None
    """Whether a tensor asked for a gradient; None of modules, optimizers and gradients."""
    has_gradient: bool = False
    inside: tuple[int, ...] = ()
    """What a module or an optimizer held, told by identities and counts."""

    def value(self) -> Any | None:
        """Return the value, or None if it went away, or if its rows are not those of before."""
        held = self.holder()
        if held is None:
            return None
        if self.slot.kind == "module":
            return held if inside_module(held) == self.inside else None
        if self.slot.kind == "optimizer":
            return held if inside_optimizer(held) == self.inside else None
        if self.slot.kind == "gradient":
            return gradient_of(held)
        if peek.requires_grad(held) is not self.trains:
            return None
        return held if not self.trains or (gradient_of(held) is not None) is self.has_gradient else None


class Skeleton:
    """What a walk found in modules and optimizers: in the middle of a loop it will be the same the next time."""

    def __init__(
        self,
        roots: tuple[tuple[str, int], ...],
        body: Sequence[Way],
        tail: Sequence[Way],
        counts: Mapping[str, Count],
        owned: frozenset[int],
        counted: frozenset[int],
        total: tuple[int, int],
    ) -> None:
        self.roots = roots
        """Names and identities of the modules and optimizers that the walk began at."""
        self.ways = [*body, *tail]
        self.body = [way.slot.name for way in body]
        """Names of the rows of modules."""
        self.tail = [way.slot.name for way in tail]
        """Names of the rows of optimizers."""
        self.counts = counts
        self.owned = owned
        """Identities of the tensors of modules."""
        self.counted = counted
        """Identities of the parameters in `total`."""
        self.total = total
        """Numbers that train and that are frozen, those of plain tensors left out."""
        self.place = {way.slot.name: place for place, way in enumerate(self.ways)}
        self.heads = [place for place, way in enumerate(self.ways) if not way.slot.parent]
        """Places of the models and the optimizers themselves."""


def inside_module(module: torch.nn.Module) -> tuple[int, ...]:
    """Return the identities of a module's own parameters, buffers and layers."""
    held = module.__dict__
    parts = (held.get("_parameters"), held.get("_buffers"), held.get("_modules"))
    return tuple([id(value) for part in parts if part for value in part.values()])


def inside_optimizer(optimizer: torch.optim.Optimizer) -> tuple[int, ...]:
    """Return how many parameters an optimizer has, by group, and for how many it has a state."""
    held = optimizer.__dict__
    groups = held.get("param_groups") or ()
    return (len(held.get("state") or ()), *[len(group["params"]) for group in groups])


def gradient_of(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return a tensor's gradient; asking others than leaves for theirs would warn."""
    if peek.is_leaf(tensor) or peek.retains_grad(tensor):
        found: torch.Tensor | None = peek.gradient(tensor)
        return found
    return None
