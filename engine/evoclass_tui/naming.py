"""The full names that a name of a program may stand for, read from its text alone."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z_][\w.]*")

_VALUES = (
    "torch.Tensor",
    "torch.nn.Module",
    "torch.optim.Optimizer",
    "builtins.str",
    "builtins.list",
    "builtins.dict",
)
"""Kinds of values whose attributes a program uses most, for a value of which only its name is known."""


def word_at(line: str, column: int) -> str:
    """Return the dotted name under the cursor, up to the part that the cursor is on."""
    for found in _WORD.finditer(line):
        if found.start() <= column <= found.end():
            end = line.find(".", column, found.end())
            return line[found.start() : end if end >= 0 else found.end()].strip(".")
    return ""


def full_names(source: str, word: str) -> tuple[str, ...]:
    """Return what a dotted name may stand for, the likeliest first."""
    first, _, rest = word.partition(".")
    known = _bindings(source)
    names = []
    if first in known:
        names.append(f"{known[first]}.{rest}" if rest else known[first])
    elif hasattr(builtins, first):
        names.append(f"builtins.{word}")
    if rest:
        names += [f"{kind}.{word.rpartition('.')[2]}" for kind in _VALUES]
    return tuple(dict.fromkeys(names))


def _bindings(source: str) -> dict[str, str]:
    """Return the full name behind each imported name, and behind each variable the class that it was made of."""
    found: dict[str, str] = {}
    for node in _nodes(source):
        match node:
            case ast.Import():
                for alias in node.names:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=str(module), level=0):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)):
                first, _, rest = ast.unparse(function).partition(".")
                if first in found:
                    found.setdefault(name, f"{found[first]}.{rest}" if rest else found[first])
    return found


def _nodes(source: str) -> Iterator[ast.AST]:
    """Yield the parts of a program; of one that is being typed, those of the lines that can be read."""
    try:
        yield from ast.walk(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        for line in source.splitlines():
            try:
                yield from ast.walk(ast.parse(line.strip()))
            except (SyntaxError, ValueError, RecursionError):
                continue
