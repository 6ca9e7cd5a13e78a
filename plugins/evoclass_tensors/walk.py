"""Find every tensor that a program's models, optimizers and plain names hold, each once, in the order of a tree."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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


class Item(NamedTuple):
    """A row as a skeleton remembers it."""

    name: str
    kind: Kind
    parent: str
    value: weakref.ref[Any]
    trains: bool


@dataclass(slots=True)
class Skeleton:
    """What a walk found in modules and optimizers: in the middle of a loop it will be the same the next time.

    It holds no value, only the way to each.
    """

    roots: tuple[tuple[str, int], ...]
    """Names and identities of the modules and optimizers that the walk began at."""
    body: list[Item] = field(default_factory=list)
    """Of modules."""
    tail: list[Item] = field(default_factory=list)
    """Of optimizers."""
    counts: dict[str, Count] = field(default_factory=dict)
    owned: frozenset[int] = frozenset()
    counted: frozenset[int] = frozenset()
    body_total: tuple[int, int] = (0, 0)
    tail_total: tuple[int, int] = (0, 0)

    def values(self, roots: tuple[tuple[str, int], ...]) -> tuple[list[Any], list[Any]] | None:
        """Return the values of body and tail if nothing has changed as far as can be seen quickly."""
        if roots != self.roots:
            return None
        found: list[list[Any]] = []
        for items in (self.body, self.tail):
            values = [item.value() for item in items]
            for item, value in zip(items, values, strict=True):
                if value is None or (item.kind in _TENSORS and peek.requires_grad(value) is not item.trains):
                    return None
            found.append(values)
        return found[0], found[1]


_TENSORS = frozenset(("tensor", "parameter", "buffer"))


class Walk:
    """One walk through a program's values; with a skeleton of an earlier one that still fits, a quicker one."""

    def __init__(self, named: Mapping[str, Any], visit: Visit, skeleton: Skeleton | None = None) -> None:
        self.counts: dict[str, Count] = {}
        """By the name of the module's row."""
        self.total = Count()
        self._visit = visit
        self._items: list[Item] = []
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
        roots = tuple((name, id(value)) for name, value in (*modules, *optimizers))
        values = skeleton.values(roots) if skeleton is not None else None
        if skeleton is not None and values is not None:
            self.skeleton = skeleton
            self._follow(skeleton, values, tensors)
        else:
            self.skeleton = Skeleton(roots)
            self._explore(modules, tensors, optimizers)

    def _follow(
        self, skeleton: Skeleton, values: tuple[list[Any], list[Any]], tensors: list[tuple[str, torch.Tensor]]
    ) -> None:
        """Visit what the skeleton remembers, and the plain tensors."""
        self.counts = skeleton.counts
        self.total = Count(
            skeleton.body_total[0] + skeleton.tail_total[0], skeleton.body_total[1] + skeleton.tail_total[1]
        )
        self._counted = set(skeleton.counted)
        self._replay(skeleton.body, values[0])
        self._walk_plain(tensors, skeleton.owned, remember=False)
        self._replay(skeleton.tail, values[1])

    def _replay(self, items: list[Item], values: list[Any]) -> None:
        visit, gradient = self._visit, self._gradient
        for (name, kind, parent, _, trains), value in zip(items, values, strict=True):
            visit(name, kind, parent, value)
            if trains:
                gradient(name, value)

    def _explore(
        self,
        modules: list[tuple[str, torch.nn.Module]],
        tensors: list[tuple[str, torch.Tensor]],
        optimizers: list[tuple[str, torch.optim.Optimizer]],
    ) -> None:
        """Visit everything, and remember it in a skeleton."""
        skeleton, total = self.skeleton, self.total
        for name, module in sorted(modules, key=lambda pair: "." in pair[0] or "[" in pair[0]):
            self._roots.setdefault(id(module), name)
        if modules:
            self._walk_modules(modules)
        skeleton.body, self._items = self._items, []
        skeleton.counts, skeleton.owned = self.counts, frozenset(self._seen)
        skeleton.body_total = (total.trainable, total.frozen)
        self._walk_plain(tensors, skeleton.owned, remember=bool(optimizers))
        before = (total.trainable, total.frozen)
        for name, optimizer in optimizers:
            self._optimizer(name, optimizer)
        skeleton.tail = self._items
        skeleton.tail_total = (total.trainable - before[0], total.frozen - before[1])
        skeleton.counted = frozenset(self._counted)

    @property
    def parameters(self) -> Parameters | None:
        """The counts of the whole program, or None if it has no model."""
        if not self.total.trainable and not self.total.frozen:
            return None
        return Parameters(trainable=self.total.trainable, frozen=self.total.frozen)

    def _walk_plain(
        self, tensors: list[tuple[str, torch.Tensor]], owned: frozenset[int], remember: bool
    ) -> None:
        """Visit tensors that are named directly; two names for one are two rows, unless a module owns it."""
        visit, trains = self._visit, peek.requires_grad
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
        self._items.append(Item(name, "module", parent, weakref.ref(module), False))
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
        trains = peek.requires_grad(tensor)
        self._items.append(Item(name, kind, parent, weakref.ref(tensor), trains))
        if trains:
            self._gradient(name, tensor)

    def _gradient(self, name: str, tensor: torch.Tensor) -> None:
        if peek.is_leaf(tensor) or peek.retains_grad(tensor):
            gradient = peek.gradient(tensor)
            if gradient is not None:
                self._visit(f"{name}.grad", "gradient", name, gradient)

    def _optimizer(self, name: str, optimizer: torch.optim.Optimizer) -> None:
        if id(optimizer) in self._seen:
            return
        self._seen.add(id(optimizer))
        self._visit(name, "optimizer", "", optimizer)
        self._items.append(Item(name, "optimizer", "", weakref.ref(optimizer), False))
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
