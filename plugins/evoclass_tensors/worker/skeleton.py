"""The result of a walk through models and optimizers, which saves the next walk: ways to values, never the values."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from evoclass.protocol import Kind
from evoclass_tensors.worker import peek


class Slot(NamedTuple):
    """One future row: its name, its kind, its parent."""

    name: str
    kind: Kind
    parent: str


@dataclass(slots=True)
class Count:
    """Numbers inside a module, each once."""

    trainable: int = 0
    frozen: int = 0


class Way(NamedTuple):
    """The way to find the value of a row again."""

    slot: Slot
    holder: weakref.ref[Any]
    """The value itself, or the tensor whose gradient it is."""
    trains: bool | None = None
    """Whether a tensor required a gradient; None for modules, optimizers and gradients."""
    has_gradient: bool = False
    key: str = ""
    """Attribute of the holder that is the value."""
    inside: tuple[Any, ...] = ()
    """Contents of a module or an optimizer, as identities and counts."""

    def value(self) -> Any | None:
        """Return the value, or None if it is gone, or if its rows have changed."""
        held = self.holder()
        if held is not None and self.key:
            held = held.__dict__.get(self.key)
            if not is_tensor(type(held)):
                return None
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
    """The result of a walk through modules and optimizers: in the middle of a loop it is the same the next time."""

    def __init__(
        self,
        roots: tuple[tuple[str, int], ...],
        body: Sequence[Way],
        tail: Sequence[Way],
        counts: Mapping[str, Count],
        owned: frozenset[int],
        counted: frozenset[int],
        total: tuple[int, int],
        nameless: int,
    ) -> None:
        self.roots = roots
        """Names and identities of the modules and optimizers at which the walk began."""
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
        self.nameless = nameless
        """Numbers in models to which only a list or an optimizer still refers."""
        self.place = {way.slot.name: place for place, way in enumerate(self.ways)}
        self.heads = [place for place, way in enumerate(self.ways) if not way.slot.parent]
        """Places of the models and the optimizers themselves."""

    def named(self) -> dict[int, str]:
        """Return the names of the modules' rows, by the identity of the modules that still exist.

        Of several names of a module the first one counts: others are only asked for.
        """
        found = [(way.holder(), way.slot.name) for way in self.ways if way.slot.kind == "module"]
        return {id(module): name for module, name in reversed(found) if module is not None}


def inside_module(module: torch.nn.Module) -> tuple[Any, ...]:
    """Return the identities of a module's own parameters, buffers and layers, and the names of its other tensors."""
    held = module.__dict__
    parts = [entries(held.get(part)) for part in ("_parameters", "_buffers", "_modules")]
    others = [key for key, value in held.items() if is_tensor(type(value)) and key[:1] != "_"]
    return (*[id(value) for part in parts for _, value in part], *others)


def inside_optimizer(optimizer: torch.optim.Optimizer) -> tuple[Any, ...]:
    """Return how many parameters an optimizer has, by group, and how many of them have a state."""
    return (len(entries(optimizer.__dict__.get("state"))), *[len(group) for group in groups_of(optimizer)])


def entries(held: Any) -> Collection[tuple[Any, Any]]:
    """Return the items of an object that PyTorch keeps as a dictionary; a subclass may have replaced it."""
    if isinstance(held, dict) or (held is not None and type(held).__module__.startswith("torch.jit")):
        found: Collection[tuple[Any, Any]] = held.items()
        return found
    return ()


def groups_of(optimizer: torch.optim.Optimizer) -> list[list[torch.Tensor]]:
    """Return the parameters of an optimizer, by group."""
    groups = optimizer.__dict__.get("param_groups")
    if not isinstance(groups, list):
        return []
    held = [group.get("params") if isinstance(group, dict) else None for group in groups]
    return [
        [value for value in params if is_tensor(type(value))] if isinstance(params, list) else []
        for params in held
    ]


_known: dict[type, bool] = {}


def is_tensor(kind: type) -> bool:
    """Whether values of this class are tensors; asked for every attribute of every module."""
    known = _known.get(kind)
    if known is None:
        known = _known[kind] = issubclass(kind, torch.Tensor)
    return known


def gradient_of(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return a tensor's gradient; asking a tensor that is not a leaf would warn."""
    if peek.is_leaf(tensor) or peek.retains_grad(tensor):
        found: torch.Tensor | None = peek.gradient(tensor)
        return found
    return None
