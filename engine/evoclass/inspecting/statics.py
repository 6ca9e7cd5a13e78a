"""Names of installed packages, followed without running anything of the learner's and without asking a value."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_PACKAGES = frozenset((*sys.stdlib_module_names, "matplotlib", "numpy", "torch", "torchvision"))
_LOUD = frozenset(("antigravity", "this"))
"""Modules that do something when they are imported."""

_NOTHING = object()

_FIRST_LINE = re.compile(r"\s*(?:\w+\.)*(?P<name>\w+)(?P<signature>\(.*\))(?:\s*->\s*(?P<result>\w+))?")
"""The line with which the documentation of a function in C begins: `zeros(*size, dtype=None) -> Tensor`."""

_ARRAY = re.compile(r"^Returns\n-+\n(?:\w+ : )?ndarray", re.MULTILINE)
"""How NumPy's documentation tells that a function returns an array."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to."""

    name: str
    """A name under which it can be imported."""
    value: Any
    made: bool = False
    """Whether the path leads to an instance of the class in `value`."""


def find(path: str) -> Found | None:
    """Follow a path such as `torch.nn.Linear`, or `torch.nn.Linear().weight` with what a call returns.

    Nothing is called: what a function returns is read from its annotation or its documentation.
    """
    first, *rest = path.split(".")
    name, calls = _called(first)
    known = name in _PACKAGES or name.startswith("evoclass_")
    if name in _LOUD or not (known or name in sys.modules) or calls:
        return None
    try:
        found: Found | None = Found(name, importlib.import_module(name))
    except Exception:  # a package that is not here, or that cannot be imported
        return None
    for part in rest:
        name, calls = _called(part)
        found = _attribute(found, name, known)
        for _ in range(calls):
            found = _result(found)
        if found is None:
            return None
    return found


def _called(part: str) -> tuple[str, int]:
    """Return a name and how often it is called."""
    name = part.rstrip("()")
    return name, (len(part) - len(name)) // 2


def _attribute(found: Found | None, name: str, known: bool) -> Found | None:
    if found is None or not (inspect.ismodule(found.value) or inspect.isclass(found.value)):
        return None
    path = f"{found.name}.{name}"
    inside = inspect.getattr_static(found.value, name, _NOTHING)
    if inside is _NOTHING and inspect.ismodule(found.value) and known:
        try:
            inside = importlib.import_module(path)
        except Exception:
            return None
    if found.made and inside is _NOTHING:
        return _instance(_hint(found.value, name))
    if found.made and isinstance(inside, property):
        return _instance(_returned(inside.fget)) or Found(path, inside)
    return None if inside is _NOTHING else Found(path, inside)


def _hint(cls: Any, name: str) -> Any:
    """Return the annotation of an attribute, resolved where it is a plain name."""
    for base in cls.__mro__:
        annotations = inspect.get_annotations(base)
        if name in annotations:
            return _resolved(annotations[name], vars(sys.modules.get(base.__module__, types)))
    return None


def _result(found: Found | None) -> Found | None:
    """Return what a call of it returns."""
    if found is None:
        return None
    if not found.made:
        return (
            Found(found.name, found.value, True)
            if inspect.isclass(found.value)
            else _instance(_returned(found.value))
        )
    module = inspect.getattr_static(found.value, "forward", None)
    called = module if module is not None else inspect.getattr_static(found.value, "__call__", None)
    instance = _instance(_returned(called))
    if instance is None and module is not None and "torch" in sys.modules:
        instance = find("torch.Tensor()")  # what almost every layer returns
    return instance


def _returned(function: Any) -> Any:
    """Return the class that a function returns, by its annotation or its documentation."""
    function = inner(function)
    with contextlib.suppress(Exception):
        told = inspect.signature(function).return_annotation
        if told is not inspect.Signature.empty:
            return _resolved(told, getattr(inspect.unwrap(function), "__globals__", {}))
    line = first_line(function)
    name = ""
    if line is not None and line["result"] in ("Tensor", "LongTensor", "BoolTensor", "FloatTensor"):
        name = "torch.Tensor"
    elif "numpy" in sys.modules and _ARRAY.search(inspect.getdoc(function) or ""):
        name = "numpy.ndarray"
    found = find(name)
    return found.value if found is not None else None


def _resolved(hint: Any, names: Any) -> Any:
    if isinstance(hint, str):
        value: Any = None
        for number, part in enumerate(hint.strip("'\"").partition("|")[0].strip().split(".")):
            value = names.get(part) if not number else inspect.getattr_static(value, part, None)
        hint = value
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next((one for one in typing.get_args(hint) if one is not type(None)), None)
    return typing.get_origin(hint) or hint


def _instance(cls: Any) -> Found | None:
    if not inspect.isclass(cls) or cls is type(None) or cls is object:
        return None
    return Found(f"{cls.__module__}.{cls.__qualname__}", cls, True)


def inner(value: Any) -> Any:
    """Return the function behind a property, a static method or a method of a class."""
    if isinstance(value, property):
        return value.fget
    return value.__func__ if isinstance(value, staticmethod | classmethod) else value


def first_line(function: Any) -> re.Match[str] | None:
    """Return the first line of a function's documentation if it is a signature of that function."""
    text = inspect.getdoc(function) or ""
    line = next((line for line in text.splitlines() if line.strip()), "")
    found = _FIRST_LINE.match(line)
    return found if found is not None and found["name"] == getattr(function, "__name__", "") else None


def kind(value: Any) -> str:
    """Return `module`, `class`, `function` or `value`."""
    for name, holds in _KINDS:
        if holds(value):
            return name
    return "value"


_KINDS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("module", inspect.ismodule),
    ("class", inspect.isclass),
    ("value", lambda value: isinstance(value, property)),
    ("function", lambda value: callable(inner(value))),
)


def members(found: Found) -> Iterator[tuple[str, str]]:
    """Yield the public names inside a module, a class or an instance, each with its kind."""
    if inspect.ismodule(found.value):
        yield from _exported(found.value)
    elif inspect.isclass(found.value):
        names = dict.fromkeys(dir(found.value))
        if found.made:
            names |= dict.fromkeys(
                name for base in found.value.__mro__ for name in inspect.get_annotations(base)
            )
        for name in names:
            if not name.startswith("_") and name != "mro":
                yield name, kind(inspect.getattr_static(found.value, name, None))


def _exported(module: types.ModuleType) -> Iterator[tuple[str, str]]:
    """Yield what a module offers: what it says itself, or else what is its own and not a tool of its making."""
    inside = vars(module)
    said = inside.get("__all__")
    said = frozenset(said) if isinstance(said, list | tuple) else None
    package = module.__name__.partition(".")[0]
    for name, value in inside.items():
        if not isinstance(name, str) or name.startswith("_"):
            continue
        if inspect.ismodule(value):
            offered = (said is not None and name in said) or value.__name__.startswith(f"{module.__name__}.")
        elif isinstance(value, types.FunctionType):
            offered = name in said if said is not None else _is_of(value.__module__, module.__name__)
        elif inspect.isclass(value):
            offered = name in said if said is not None else _is_of(value.__module__, package)
        else:
            # Constants such as `torch.float32` are in no list.
            offered = (said is not None and name in said) or not (
                name.isupper()
                or type(value).__module__ in ("typing", "__future__")
                or isinstance(value, str | dict)
            )
        if offered:
            yield name, kind(value)


def _is_of(owner: object, package: str) -> bool:
    return isinstance(owner, str) and f"{owner}.".startswith(f"{package}.")
