"""Find every tensor that a program's models, optimizers and plain names hold, each once, in the order of a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from evoclass.protocol import Kind, Parameters
from evoclass_tensors import peek

_NOTHING: dict[str, Any] = {}
_DEEPEST = 64


class Entry(NamedTuple):
    """One row to be: what it is called, what it is, where it belongs."""

    name: str
    kind: Kind
    parent: str
    value: Any


@dataclass(slots=True)
class Count:
    """Numbers inside a module, each once."""

    trainable: int = 0
    frozen: int = 0


Visit = Callable[[str, Kind, str, Any], None]
"""Told of each row to be, parents first: name, kind, parent's name, value."""


class Walk:
    """One walk through a program's values."""

    def __init__(self, named: Mapping[str, Any], visit: Visit) -> None:
        self.counts: dict[str, Count] = {}
        """By the name of the module's row."""
        self.total = Count()
        self._visit = visit
        self._seen: set[int] = set()
        self._counted: set[int] = set()
        self._names: dict[int, str] = {}
        """Name of each tensor's row, by identity; valid while the walk lasts."""
        self._roots: dict[int, str] = {}
        tensors: list[tuple[str, torch.Tensor]] = []
        modules: list[tuple[str, torch.nn.Module]] = []
        optimizers: list[tuple[str, torch.optim.Optimizer]] = []
        for name, value in named.items():
            kind = type(value)
            if issubclass(kind, torch.Tensor):
                tensors.append((name, value))
            elif issubclass(kind, torch.nn.Module):
                modules.append((name, value))
            elif issubclass(kind, torch.optim.Optimizer):
                optimizers.append((name, value))
        for name, module in sorted(modules, key=lambda pair: "." in pair[0] or "[" in pair[0]):
            self._roots.setdefault(id(module), name)
        if modules:
            self._walk_modules(modules)
        self._walk_plain(tensors, bool(optimizers))
        for name, optimizer in optimizers:
            self._optimizer(name, optimizer)

    @property
    def parameters(self) -> Parameters | None:
        """The counts of the whole program, or None if it has no model."""
        if not self.total.trainable and not self.total.frozen:
            return None
        return Parameters(trainable=self.total.trainable, frozen=self.total.frozen)

    def _walk_plain(self, tensors: list[tuple[str, torch.Tensor]], remember: bool) -> None:
        """Visit tensors that are named directly; two names for one are two rows, unless a module owns it."""
        owned, visit, trains = frozenset(self._seen), self._visit, peek.requires_grad
        for name, tensor in tensors:
            if id(tensor) in owned:
                continue
            visit(name, "tensor", "", tensor)
            if remember:
                self._seen.add(id(tensor))
                self._names.setdefault(id(tensor), name)
            if trains(tensor):
                self._gradient(name, tensor)
                if type(tensor) is torch.nn.Parameter:
                    self._add(tensor)

    def _walk_modules(self, modules: list[tuple[str, torch.nn.Module]]) -> None:
        nested: set[int] = set()
        for _, module in modules if len(modules) > 1 else ():
            nested.update(id(child) for child in _descendants(module))
        for name, module in modules:
            if id(module) not in nested:
                self._module(name, "", module, 0)
        for name, module in modules:  # those inside a cycle
            self._module(name, "", module, 0)

    def _module(self, name: str, parent: str, module: torch.nn.Module, depth: int) -> Count:
        if id(module) in self._seen or depth > _DEEPEST:
            return Count()
        self._seen.add(id(module))
        name = self._roots.get(id(module), name)
        self._visit(name, "module", parent, module)
        count = self.counts[name] = Count()
        held = module.__dict__
        for key, parameter in (held.get("_parameters") or _NOTHING).items():
            if parameter is not None:
                self._add(parameter, count)
                self._tensor(f"{name}.{key}", "parameter", name, parameter)
        for key, buffer in (held.get("_buffers") or _NOTHING).items():
            if buffer is not None:
                self._tensor(f"{name}.{key}", "buffer", name, buffer)
        for key, value in held.items():
            if _is_tensor(type(value)) and key[0] != "_":
                self._tensor(f"{name}.{key}", "tensor", name, value)
        for key, child in (held.get("_modules") or _NOTHING).items():
            if child is not None:
                inner = self._module(f"{name}.{key}", name, child, depth + 1)
                count.trainable += inner.trainable
                count.frozen += inner.frozen
        return count

    def _add(self, tensor: torch.Tensor, module: Count | None = None) -> None:
        """Count the numbers of a parameter, once."""
        identity = id(tensor)
        if identity in self._counted or (type(tensor) is not torch.nn.Parameter and peek.is_unborn(tensor)):
            return
        self._counted.add(identity)
        size, total = peek.numel(tensor), self.total
        if peek.requires_grad(tensor):
            total.trainable += size
            if module is not None:
                module.trainable += size
        else:
            total.frozen += size
            if module is not None:
                module.frozen += size

    def _tensor(self, name: str, kind: Kind, parent: str, tensor: torch.Tensor) -> None:
        """Visit a tensor and its gradient, unless it was visited under another name."""
        identity = id(tensor)
        if identity in self._seen:
            return
        self._seen.add(identity)
        self._names[identity] = name
        self._visit(name, kind, parent, tensor)
        if peek.requires_grad(tensor):
            self._gradient(name, tensor)

    def _gradient(self, name: str, tensor: torch.Tensor) -> None:
        if peek.is_leaf(tensor) or peek.retains_grad(tensor):
            gradient = peek.gradient(tensor)
            if gradient is not None:
                self._seen.add(id(gradient))
                self._visit(f"{name}.grad", "gradient", name, gradient)

    def _optimizer(self, name: str, optimizer: torch.optim.Optimizer) -> None:
        if id(optimizer) in self._seen:
            return
        self._seen.add(id(optimizer))
        self._visit(name, "optimizer", "", optimizer)
        state = optimizer.__dict__.get("state") or {}
        for group_index, group in enumerate(optimizer.__dict__.get("param_groups") or ()):
            for index, parameter in enumerate(group["params"]):
                owner = self._names.get(id(parameter))
                if owner is None:
                    owner = f"{name}.param_groups[{group_index}]['params'][{index}]"
                    self._tensor(owner, "parameter", name, parameter)
                self._add(parameter)
                for key, value in (state.get(parameter) or _NOTHING).items():
                    if _is_tensor(type(value)):
                        self._tensor(f"{name}.state[{owner}][{key!r}]", "tensor", name, value)


def _descendants(module: torch.nn.Module) -> Iterator[torch.nn.Module]:
    seen = {id(module)}
    stack = [child for child in _children(module) if child is not None]
    while stack:
        child = stack.pop()
        if id(child) not in seen:
            seen.add(id(child))
            yield child
            stack.extend(inner for inner in _children(child) if inner is not None)


def _children(module: torch.nn.Module) -> Iterable[torch.nn.Module | None]:
    return (module.__dict__.get("_modules") or _NOTHING).values()


_known: dict[type, bool] = {}


def _is_tensor(kind: type) -> bool:
    """Whether values of this class are tensors; asked for every attribute of every module."""
    known = _known.get(kind)
    if known is None:
        known = _known[kind] = issubclass(kind, torch.Tensor)
    return known
