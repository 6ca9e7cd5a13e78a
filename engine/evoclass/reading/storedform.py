"""Frozen data as lists of plain values, for a file of the cache: nothing in such a file can have code run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import MISSING
from datetime import date
from pathlib import Path
from typing import Any

from evoclass.model import OptionLine, Variants
from evoclass.pluginhost.loading import is_bundled


class UnknownError(Exception):
    """A value that cannot be kept."""


Kind = tuple[str, str]
"""Module and name of a class."""

MakeVariants = Callable[[tuple[OptionLine, ...], tuple[str, ...]], Variants]

_TUPLE, _LIST, _SET, _DICT, _PATH, _DATE, _VARIANTS, _FIRST = range(8)
"""What the first element of a stored list says of the others; from `_FIRST` on, it is one of the classes."""

_PLAIN = (str, int, float, bool, type(None))

_put = object.__setattr__
"""Sets a field of frozen data, and keeps it small: a new `__dict__` would take twice as much memory."""


class Writer:
    """Turns frozen data into lists."""

    def __init__(self) -> None:
        self._kinds: dict[type, int] = {}
        self.variants: list[Any] = []
        """The questions' variants, which have no other form than their number."""

    @property
    def kinds(self) -> list[Kind]:
        """The classes that came, in the order of their numbers."""
        return [(kind.__module__, kind.__qualname__) for kind in self._kinds]

    def stored(self, value: Any) -> Any:
        """Return a value as a list.  Raises UnknownError."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple:
            return [_TUPLE, *map(self.stored, value)]
        if kind is list:
            return [_LIST, *map(self.stored, value)]
        if kind is frozenset:
            return [_SET, *map(self.stored, sorted(value))]
        if kind is dict:
            return [_DICT, *(self.stored(part) for pair in value.items() for part in pair)]
        if isinstance(value, Path):
            return [_PATH, str(value)]
        if kind is date:
            return [_DATE, value.isoformat()]
        if hasattr(value, "draw") and hasattr(value, "edges"):
            self.variants.append(value)
            return [_VARIANTS, self.stored(value.settings), self.stored(tuple(value.lines))]
        names, given = _fields(kind)
        values = [getattr(value, name) for name in names]
        while values and _is_given(values[-1], given.get(names[len(values) - 1], MISSING)):
            values.pop()
        return [self._kinds.setdefault(kind, len(self._kinds) + _FIRST), *map(self.stored, values)]


def _is_given(value: Any, given: Any) -> bool:
    return type(value) is type(given) and bool(value == given)


class Reader:
    """Makes frozen data of lists.  It calls nothing of the classes but `__post_init__`."""

    def __init__(self, kinds: Sequence[Kind], variants: MakeVariants | None = None) -> None:
        """`variants` makes those of a question from its settings and lines.  Raises UnknownError."""
        classes = [_class(*kind) for kind in kinds]
        self._kinds = [(kind, hasattr(kind, "__post_init__"), _fields(kind)[0]) for kind in classes]
        self._variants = variants

    def value(self, stored: Any) -> Any:
        """Return the value of a list."""
        if type(stored) is not list:
            return stored
        # A lesson of 2,000 questions has 50,000 lists, most of whose elements are none.
        read, first = self.value, stored[0]
        values = [read(part) if type(part) is list else part for part in stored]
        del values[0]
        if first >= _FIRST:
            kind, asks, names = self._kinds[first - _FIRST]
            made = object.__new__(kind)
            for name, value in zip(names, values, strict=False):
                _put(made, name, value)
            if asks:
                made.__post_init__()
            return made
        if first == _TUPLE:
            return tuple(values)
        if first == _VARIANTS and self._variants is not None:
            return self._variants(*values)
        if first not in _MAKERS:
            raise UnknownError(str(first))
        return _MAKERS[first](values)


_MAKERS: dict[int, Callable[[list[Any]], Any]] = {
    _LIST: list,
    _SET: frozenset,
    _DICT: lambda values: dict(zip(values[::2], values[1::2], strict=True)),
    _PATH: lambda values: Path(values[0]),
    _DATE: lambda values: date.fromisoformat(values[0]),
}


def _class(module: str, name: str) -> type:
    """Return a class of a module that is loaded; a file cannot have anything imported."""
    found = getattr(sys.modules.get(module), name, None)
    if not isinstance(found, type):
        raise UnknownError(f"{module}.{name}")
    return found


def _fields(kind: type) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the names of a class's fields, and their defaults; only frozen data of EvoClass's own has any here."""
    if "__dataclass_fields__" not in kind.__dict__ or not is_bundled(kind):
        raise UnknownError(f"{kind.__module__}.{kind.__qualname__}")
    fields = vars(kind)["__dataclass_fields__"]
    if not all(field.init for field in fields.values()):
        raise UnknownError(f"{kind.__qualname__} finds some of its fields by itself")
    given = {name: field.default for name, field in fields.items() if field.default is not MISSING}
    return tuple(fields), given
