"""Dataclasses that take little time to make.

`dataclass` writes and compiles up to six methods for each class at every start of the program: a hundred classes took
a tenth of the time to the first picture.  What `frozen` and `mutable` make is such a dataclass to everybody else:
`fields` and `replace` work, and so do subclasses that `dataclass` makes.  Only its `__init__` is compiled, before the
first use.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from copy import copy
from inspect import get_annotations
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

__all__ = ["frozen", "mutable"]

Kind = TypeVar("Kind")


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Pattern:
    """A dataclass whose kind of field and parameters ours have."""

    field: int


_PARAMS: Any = _Pattern.__dataclass_params__  # type: ignore[attr-defined]
_FIELD: Any = _Pattern.__dataclass_fields__["field"]
_MISSING: Any = dataclasses.MISSING
_set = object.__setattr__


@overload
def frozen(cls: type[Kind], /) -> type[Kind]: ...


@overload
def frozen(*, kw_only: bool) -> Callable[[type[Kind]], type[Kind]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class a frozen dataclass."""
    return _maker(kw_only, _FROZEN) if cls is None else _made(cls, kw_only, _FROZEN)


@overload
def mutable(cls: type[Kind], /) -> type[Kind]: ...


@overload
def mutable(*, kw_only: bool) -> Callable[[type[Kind]], type[Kind]]: ...


@dataclass_transform(field_specifiers=(dataclasses.field,))
def mutable(cls: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class a dataclass whose fields can change."""
    return _maker(kw_only, _MUTABLE) if cls is None else _made(cls, kw_only, _MUTABLE)


def _maker(kw_only: bool, methods: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda cls: _made(cls, kw_only, methods)


def _made(cls: Any, kw_only: bool, methods: dict[str, Any]) -> Any:
    fields: dict[str, Any] = {}
    for base in cls.__mro__[-1:0:-1]:
        fields.update(base.__dict__.get("__dataclass_fields__", {}))
    for name, kind in get_annotations(cls).items():
        if "ClassVar" not in str(kind).partition("[")[0]:
            fields[name] = _field(cls, name, kind, kw_only)
    cls.__dataclass_fields__ = fields
    cls.__dataclass_params__ = _params(methods is _FROZEN)
    positional = tuple(name for name, one in fields.items() if one.init and not one.kw_only)
    type.__setattr__(cls, "__match_args__", positional)  # to mypy it is final
    compared = [one for one in fields.values() if one.compare]
    cls._compared = _values([one.name for one in compared])
    cls._hashed = _values([one.name for one in compared if one.hash is not False])
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    if "__init__" not in cls.__dict__:
        cls.__init__ = _first(cls)
    return cls


def _params(is_frozen: bool) -> Any:
    made = copy(_PARAMS)
    made.init = made.repr = made.eq = True
    made.frozen = is_frozen
    return made


def _field(cls: Any, name: str, kind: Any, kw_only: bool) -> Any:
    given = cls.__dict__.get(name, _MISSING)
    if isinstance(given, dataclasses.Field):
        found: Any = given
        if given.default is _MISSING:
            delattr(cls, name)
        else:
            setattr(cls, name, given.default)
    else:
        found = dataclasses.field(default=given)
    found.name, found.type, found._field_type = name, kind, _FIELD._field_type
    found.kw_only = kw_only
    return found


def _values(names: list[str]) -> Any:
    return staticmethod(attrgetter(*names)) if names else staticmethod(lambda one: ())


def _first(cls: Any) -> Callable[..., None]:
    """Return an `__init__` that takes the place of itself."""

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        made = cls.__init__ = _init(cls)
        made(self, *arguments, **named)

    return __init__


def _init(cls: Any) -> Callable[..., None]:
    known: dict[str, Any] = {"_set": _set, "_missing": _MISSING}
    put = " _set(self, {!r}, {})" if cls.__dataclass_params__.frozen else " self.{} = {}"
    plain, named, body = ["self"], list[str](), list[str]()
    for name, one in cls.__dataclass_fields__.items():
        value, text = name, name
        if not one.init:
            if one.default_factory is not _MISSING:
                known[f"_new_{name}"] = one.default_factory
                body.append(put.format(name, f"_new_{name}()"))
            continue
        if one.default_factory is not _MISSING:
            known[f"_new_{name}"] = one.default_factory
            text, value = f"{name}=_missing", f"_new_{name}() if {name} is _missing else {name}"
        elif one.default is not _MISSING:
            known[f"_default_{name}"] = one.default
            text = f"{name}=_default_{name}"
        (named if one.kw_only else plain).append(text)
        body.append(put.format(name, value))
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    head = ", ".join([*plain, *(["*", *named] if named else [])])
    exec(f"def __init__({head}):\n" + "\n".join(body or [" pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _repr(self: Any) -> str:
    told = ", ".join(
        f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr
    )
    return f"{type(self).__qualname__}({told})"


def _eq(self: Any, other: Any) -> Any:
    return self._compared(self) == other._compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._hashed(self))


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")


_MUTABLE: dict[str, Any] = {"__repr__": _repr, "__eq__": _eq, "__hash__": None}
_FROZEN: dict[str, Any] = _MUTABLE | {"__hash__": _hash, "__setattr__": _refuse, "__delattr__": _refuse}
