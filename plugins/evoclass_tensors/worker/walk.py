"""Find every tensor in a program's models, optimizers and plain names, each once, in the order of a tree."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import torch

from evoclass.protocol import Kind
from evoclass_tensors.worker import peek
from evoclass_tensors.worker.follow import part_of
from evoclass_tensors.worker.skeleton import (
    Count,
    Skeleton,
    Slot,
    Way,
    entries,
    gradient_of,
    groups_of,
    inside_module,
    inside_optimizer,
    is_tensor,
)

_DEEPEST = 64
_PLACE = re.compile(r"\[\d+\]")
"""In a name: a place in a list."""
_ITEM = re.compile(r"\[(?:(\d+)|(['\"])(\w+)\2)\]")
"""In an expression: a layer of a sequence or of a dictionary, whose row PyTorch names with a point."""


_sorts: dict[type, int] = {}


class Named(NamedTuple):
    """A program's named values, sorted by kind."""

    tensors: list[tuple[str, torch.Tensor]]
    modules: list[tuple[str, torch.nn.Module]]
    optimizers: list[tuple[str, torch.optim.Optimizer]]

    @classmethod
    def sorted(cls, named: Mapping[str, Any]) -> Named:
        """Sort the values of a namespace."""
        found = cls([], [], [])
        for pair in named.items():
            kind = type(pair[1])
            place = _sorts.get(kind)
            if place is None:
                order = (torch.Tensor, torch.nn.Module, torch.optim.Optimizer)
                place = _sorts[kind] = next(at for at, base in enumerate(order) if issubclass(kind, base))
            found[place].append(pair)
        return found

    @property
    def roots(self) -> tuple[tuple[str, int], ...]:
        """Names and identities of the modules and optimizers."""
        return tuple((name, id(value)) for name, value in (*self.modules, *self.optimizers))

    def loose(self, counted: frozenset[int]) -> int:
        """Return how many numbers train in parameters and leaf tensors that are not yet `counted`, each once."""
        sizes = {
            id(tensor): peek.numel(tensor)
            for _, tensor in self.tensors
            if id(tensor) not in counted and peek.requires_grad(tensor) and peek.is_leaf(tensor)
        }
        return sum(sizes.values())


class Walk:
    """One walk through the models and optimizers of a program.

    It contains the values themselves, so it must not outlive the frame.
    """

    def __init__(
        self, named: Named, before: Skeleton | None = None, first: frozenset[str] = frozenset()
    ) -> None:
        self.values: list[Any] = []
        """One for each way of the skeleton; parents come before their parts."""
        self.counts: dict[str, Count] = {}
        """By the name of the module's row."""
        self._total = Count()
        self._ways: list[Way] = []
        self._seen: set[int] = set()
        self._counted: set[int] = set()
        self._nameless: dict[int, int] = {}
        """Numbers in parameters of models that only a list or an optimizer still holds, by the parameter's identity."""
        self._apart = False
        """Whether the walk is inside one of these models."""
        self._names: dict[int, str] = {}
        """Name of each tensor's row, by identity; valid during the walk."""
        self._roots: dict[int, str] = {}
        self._kept = before.named() if before is not None else {}
        self._first = {_dotted(pin): pin for pin in first}
        """The names that come first, by the path as PyTorch writes it: `network.0.weight` for `network[0].weight`."""
        for name, module in sorted(named.modules, key=lambda pair: "." in pair[0] or "[" in pair[0]):
            self._roots.setdefault(id(module), name)
        if named.modules:
            self._walk_modules(named.modules)
            self._walk_other_names(named.modules)
        body, self._ways = self._ways, []
        owned = frozenset(self._seen)
        for name, tensor in named.tensors if named.optimizers else ():
            if id(tensor) not in owned:
                self._seen.add(id(tensor))
                self._names.setdefault(id(tensor), name)
        for name, optimizer in named.optimizers:
            self._optimizer(name, optimizer)
        self.skeleton = Skeleton(
            named.roots,
            body,
            self._ways,
            self.counts,
            owned,
            frozenset(self._counted),
            (self._total.trainable, self._total.frozen),
            sum(size for identity, size in self._nameless.items() if identity not in self._counted),
        )

    def _walk_modules(self, modules: list[tuple[str, torch.nn.Module]]) -> None:
        nested: set[int] = set()
        for _, module in modules if len(modules) > 1 else ():
            nested.update(id(child) for child in _descendants(module))
        named = any(not _PLACE.search(name) for name in self._roots.values())
        for name, module in modules:
            if id(module) not in nested:
                # Beside models with a name, a model in a list is most often left over from an earlier one.
                self._apart = named and _PLACE.search(self._roots[id(module)]) is not None
                self._module(name, "", module, 0)
        self._apart = False
        for name, module in modules:  # those inside a cycle
            self._module(name, "", module, 0)

    def _walk_other_names(self, modules: list[tuple[str, torch.nn.Module]]) -> None:
        """Go to the parts of models that the lesson asks for by a name that is not their row's: weights may be tied."""
        rows: set[str] = set()
        for path, pin in self._first.items():
            for name, module in modules:
                root = f"{_dotted(name)}."
                if not path.startswith(root):
                    continue
                rows = rows or {way.slot.name for way in self._ways}
                if pin not in rows:
                    self._other_name(pin, module, path.removeprefix(root).split("."))
                    break

    def _other_name(self, pin: str, module: torch.nn.Module, path: list[str]) -> None:
        *before, last = path
        value: Any = module
        for part in (*before, *([last] if last != "grad" else ())):
            value = part_of(value, part)
        if is_tensor(type(value)) and last != "grad":
            kind: Kind = "parameter" if issubclass(type(value), torch.nn.Parameter) else "buffer"
            self._rows(pin, kind, "", value)
        elif is_tensor(type(value)):
            gradient = gradient_of(value)
            if gradient is not None and _dotted(pin).removesuffix(".grad") not in self._first:
                self._add(Way(Slot(pin, "gradient", ""), weakref.ref(value)), gradient)
        elif issubclass(type(value), torch.nn.Module):
            rows = zip(self._ways, self.values, strict=True)
            row = next((way.slot.name for way, one in rows if one is value), None)
            if row is not None:
                self.counts[pin] = self.counts[row]
                inside = inside_module(value)
                self._add(Way(Slot(pin, "module", ""), weakref.ref(value), inside=inside), value)

    def _module(self, name: str, parent: str, module: torch.nn.Module, depth: int) -> Count:
        if id(module) in self._seen or depth > _DEEPEST:
            return Count()
        self._seen.add(id(module))
        name = self._chosen(name, module)
        row = self._spelled(name)
        self._add(Way(Slot(row, "module", parent), weakref.ref(module), inside=inside_module(module)), module)
        count = self.counts[row] = Count()
        held = module.__dict__
        for key, parameter in entries(held.get("_parameters")):
            if parameter is not None:
                self._count(parameter, count)
                self._tensor(f"{name}.{key}", "parameter", row, parameter)
        for key, buffer in entries(held.get("_buffers")):
            if buffer is not None:
                self._tensor(f"{name}.{key}", "buffer", row, buffer)
        for key, value in held.items():
            if is_tensor(type(value)) and key[:1] not in ("_", ""):
                self._tensor(f"{name}.{key}", "tensor", row, value, (module, key))
        for key, child in entries(held.get("_modules")):
            if child is not None:
                inner = self._module(f"{name}.{key}", row, child, depth + 1)
                count.trainable += inner.trainable
                count.frozen += inner.frozen
        return count

    def _chosen(self, path: str, module: torch.nn.Module) -> str:
        """Return the name of a module's row: the learner's own for it, if there is one.

        A loop over layers gives each of them a name like this for a moment.  A row that is already named by its path
        keeps that name, and so does one to which the lesson pins the path, unless the other name is one that the lesson
        pins.
        """
        own = self._roots.get(id(module), path)
        by_path = self._kept.get(id(module)) == path or self._leads(path)
        return path if by_path and not self._leads(own) else own

    def _leads(self, name: str) -> bool:
        """Whether this is one of the names that come first, or leads to one."""
        dotted = _dotted(name)
        return dotted in self._first or any(path.startswith(f"{dotted}.") for path in self._first)

    def _spelled(self, name: str) -> str:
        """Return the name of a row as the lesson writes it, if it pins the row."""
        return self._first.get(_dotted(name), name) if self._first else name

    def _count(self, tensor: torch.Tensor, module: Count | None = None) -> None:
        """Count the numbers of a parameter, once."""
        identity = id(tensor)
        if identity in self._counted or (type(tensor) is not torch.nn.Parameter and peek.is_unborn(tensor)):
            return
        size, total = peek.numel(tensor), self._total
        if self._apart:
            total = Count()
            self._nameless[identity] = size
        else:
            self._counted.add(identity)
        if peek.requires_grad(tensor):
            total.trainable += size
            if module is not None:
                module.trainable += size
        else:
            total.frozen += size
            if module is not None:
                module.frozen += size

    def _add(self, way: Way, value: Any) -> None:
        self._ways.append(way)
        self.values.append(value)

    def _tensor(
        self,
        name: str,
        kind: Kind,
        parent: str,
        tensor: torch.Tensor,
        attribute: tuple[torch.nn.Module, str] | None = None,
    ) -> None:
        """Go to a tensor and its gradient, unless it was found under another name.

        A tensor that is only an `attribute` of a module is found through the module again: forward methods often
        replace them.
        """
        identity = id(tensor)
        if identity in self._seen:
            return
        self._seen.add(identity)
        name = self._spelled(name)
        self._names[identity] = name
        self._rows(name, kind, parent, tensor, attribute)

    def _rows(
        self,
        name: str,
        kind: Kind,
        parent: str,
        tensor: torch.Tensor,
        attribute: tuple[torch.nn.Module, str] | None = None,
    ) -> None:
        """Give a tensor a row, and its gradient another one."""
        holder, trains = weakref.ref(tensor), peek.requires_grad(tensor)
        gradient = gradient_of(tensor) if trains else None
        way = Way(Slot(name, kind, parent), holder, trains, gradient is not None)
        if attribute is not None:
            way = way._replace(holder=weakref.ref(attribute[0]), key=attribute[1])
        self._add(way, tensor)
        if gradient is not None:
            row = self._spelled(f"{name}.grad")
            self._add(Way(Slot(row, "gradient", name), holder), gradient)

    def _optimizer(self, name: str, optimizer: torch.optim.Optimizer) -> None:
        if id(optimizer) in self._seen:
            return
        self._seen.add(id(optimizer))
        way = Way(Slot(name, "optimizer", ""), weakref.ref(optimizer), inside=inside_optimizer(optimizer))
        self._add(way, optimizer)
        state = dict(entries(optimizer.__dict__.get("state")))
        for group_index, group in enumerate(groups_of(optimizer)):
            for index, parameter in enumerate(group):
                owner = self._names.get(id(parameter))
                # An optimizer keeps the parameters of a model that no longer has a name.
                counts = owner is not None or not self._roots
                if owner is None:
                    owner = f"{name}.param_groups[{group_index}]['params'][{index}]"
                    self._tensor(owner, "parameter", name, parameter)
                self._apart = not counts
                self._count(parameter)
                for key, value in entries(state.get(parameter)):
                    if is_tensor(type(value)):
                        self._tensor(f"{name}.state[{owner}][{key!r}]", "tensor", name, value)


def _dotted(name: str) -> str:
    return _ITEM.sub(r".\1\3", name) if "[" in name else name


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
    return [child for _, child in entries(module.__dict__.get("_modules"))]
