"""Existing names that resemble a missing one: possible meanings of a misspelt name."""

from __future__ import annotations

import builtins
import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from types import FrameType, ModuleType
from typing import Any

_CLOSE = 3
_ALIKE = 0.75
_VERY = 0.85
_HOMES = (
    *("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.optim.lr_scheduler"),
    *("torch.utils.data", "torch.nn.utils.rnn", "torch.linalg", "torchvision", "torchvision.transforms"),
    *("torchvision.datasets", "torchvision.models", "torchvision.utils", "matplotlib.pyplot"),
    *("numpy", "numpy.random", "numpy.linalg", "math", "random", "time", "os", "os.path", "collections"),
)
"""Modules whose names such programs use; only the loaded ones are searched."""


def alike(name: str, known: Iterable[Any]) -> tuple[str, ...]:
    """Return the names most like `name`: first those that differ in capitals and underscores alone."""
    names = [each for each in known if type(each) is str and each != name and len(each) < 100]
    bare = _bare(name)
    same = sorted((each for each in names if _bare(each) == bare), key=lambda each: each[:1] != name[:1])
    near = [each for each in difflib.get_close_matches(name, names, _CLOSE, _ALIKE) if _near(name, each)]
    near += difflib.get_close_matches(
        bare, [each for each in names if _bare(each)[:3] == bare[:3]], 1, _ALIKE
    )
    return tuple(dict.fromkeys((*same, *near)))[:_CLOSE]


def close_names(
    error: BaseException, text: str, frame: FrameType | None, keywords: Iterable[str]
) -> tuple[str, ...]:
    """Return names like the missing one; `text` is the error's message, `keywords` the callee's parameters."""
    if isinstance(error, NameError) and frame is not None and error.name:
        own = frame.f_locals.get("self")
        if own is not None and error.name in _members(own):
            return (f"self.{error.name}",)
        return alike(error.name, _public((*frame.f_locals, *frame.f_globals, *vars(builtins))))
    if isinstance(error, AttributeError) and error.name:
        members = set(_members(error.obj))
        if error.name in members:
            return (error.name,)  # it is there, and failed while it was read
        return alike(error.name, _public(members))
    if isinstance(error, ModuleNotFoundError) and error.name and "." in error.name:
        parent, _, wanted = error.name.rpartition(".")
        return alike(wanted, _modules(parent))
    if isinstance(error, ImportError) and (found := _IMPORT.match(text)) is not None:
        module = sys.modules.get(found[2])
        return alike(found[1], _public(vars(module))) if module is not None else ()
    if isinstance(error, TypeError) and (found := _KEYWORD.search(text)) is not None:
        return alike(found[1], keywords)
    return ()


def homes(error: BaseException, text: str) -> tuple[str, ...]:
    """Return the well-known modules that have the name which was missing elsewhere."""
    name: str | None = None
    if isinstance(error, NameError) or (
        isinstance(error, AttributeError) and isinstance(error.obj, ModuleType)
    ):
        name = error.name
    elif isinstance(error, ImportError) and (found := _IMPORT.match(text)) is not None:
        name = found[1]
    if not name or name.startswith("_"):
        return ()
    loaded = ((home, sys.modules.get(home)) for home in _HOMES)
    return tuple(home for home, module in loaded if module is not None and name in vars(module))[:_CLOSE]


_IMPORT = re.compile(r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'")
_KEYWORD = re.compile(r"got an unexpected keyword argument '(\w+)'")


def _near(name: str, other: str) -> bool:
    """Whether two names begin alike, or are alike enough otherwise: `violinplot` is not `lineplot`."""
    return name[:1].lower() == other[:1].lower() or difflib.SequenceMatcher(None, name, other).ratio() > _VERY


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _public(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]


def _modules(parent: str) -> list[str]:
    start = parent + "."
    return [name[len(start) :] for name in list(sys.modules) if name.startswith(start) and "._" not in name]


def _members(owner: Any) -> Iterable[str]:
    """Yield the names of an object's attributes, read from its tables: none of its own code runs."""
    for kind in owner.__mro__ if isinstance(owner, type) else type(owner).__mro__:
        yield from vars(kind)
    try:
        own = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return
    if not isinstance(own, Mapping):
        return
    yield from own
    for table in ("_parameters", "_buffers", "_modules"):
        if isinstance(inner := own.get(table), dict):
            yield from inner
