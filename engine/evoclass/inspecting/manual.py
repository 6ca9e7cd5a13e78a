"""What installed packages say of a name; nothing of the learner's is imported or called."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

LONGEST = 20_000
"""Most characters of a text."""

_PACKAGES = frozenset((*sys.stdlib_module_names, "matplotlib", "numpy", "torch", "torchvision"))
_LOUD = frozenset(("antigravity", "this"))
"""Modules that do something when they are imported."""

_NOTHING = object()


class Page(msgspec.Struct, frozen=True):
    """What is known of a name; all is empty if nothing is."""

    name: str = ""
    signature: str = ""
    text: str = ""


def program(names: Sequence[str]) -> str:
    """Return a program that looks names up: where the learner's programs run, PyTorch is already imported."""
    return f"from evoclass.inspecting.manual import tell\ntell({tuple(names)!r})\n"


def tell(names: Sequence[str]) -> None:
    """Print the page of the first name that is known, for `read`."""
    page = next((page for page in map(look_up, names) if page is not None), Page())
    # One line of ASCII comes through any terminal.
    print("\n" + ascii(msgspec.json.encode(page).decode()))


def read(output: str) -> Page:
    """Return the page that the program has printed.  Raises ValueError or SyntaxError."""
    return msgspec.json.decode(ast.literal_eval(output.strip().rpartition("\n")[2]), type=Page)


def look_up(name: str) -> Page | None:
    """Return the page of a dotted name, found among static attributes of modules and classes."""
    found = _find(name.split("."))
    if found is _NOTHING:
        return None
    inner = found
    if isinstance(found, property):
        inner = found.fget
    elif isinstance(found, staticmethod | classmethod):
        inner = found.__func__
    signature = ""
    if callable(inner) and not isinstance(found, property):
        with contextlib.suppress(TypeError, ValueError):
            signature = str(inspect.signature(inner))
    if not (callable(inner) or inspect.ismodule(inner) or inspect.isdatadescriptor(found)):
        return Page(name, "", type(found).__name__)
    return Page(name, signature[:LONGEST], (inspect.getdoc(inner) or "")[:LONGEST])


def _find(parts: list[str]) -> Any:
    package = parts[0]
    known = package in _PACKAGES or package.startswith("evoclass_")
    if package in _LOUD or not (known or package in sys.modules):
        return _NOTHING
    try:
        value: Any = importlib.import_module(package)
    except Exception:  # a package that is not here, or that cannot be imported
        return _NOTHING
    for number, part in enumerate(parts[1:], 1):
        if not inspect.ismodule(value) and not inspect.isclass(value):
            return _NOTHING
        inside = inspect.getattr_static(value, part, _NOTHING)
        if inside is _NOTHING and inspect.ismodule(value) and known:
            try:
                inside = importlib.import_module(".".join(parts[: number + 1]))
            except Exception:
                return _NOTHING
        value = inside
    return value
