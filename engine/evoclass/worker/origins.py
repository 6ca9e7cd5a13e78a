"""Finds in the learner's source the origins of an expression's values: assignments, and the learner's functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from evoclass.protocol import Origin

_LONGEST = 120
_MOST = 12

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def origins(
    tree: ast.Module, line: int, expression: ast.AST, look_up: Callable[[ast.AST], Any], file: str
) -> Iterator[Origin]:
    """Yield the last line above that assigns each name in `expression`, and each call in it."""
    scope = _scope(tree, line)
    assigned = _assignments(scope)
    seen: set[str] = set()
    for node in ast.walk(expression):
        name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute | ast.Call) else ""
        if not name or name in seen or len(name) > _LONGEST or len(seen) >= _MOST:
            continue
        seen.add(name)
        if isinstance(node, ast.Call):
            yield _origin(name, line, node, tree, look_up, file)
            continue
        places = assigned.get(name, ())
        before = [place for place in places if place[0] <= line] or list(places)
        if before:
            yield _origin(name, *max(before, key=lambda place: place[0]), tree, look_up, file)


def _origin(
    name: str, line: int, value: ast.AST, tree: ast.Module, look_up: Callable[[ast.AST], Any], file: str
) -> Origin:
    source = ast.unparse(value)
    function = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
    maker, returns = _made(value.func, tree, look_up, file) if isinstance(value, ast.Call) else ("", None)
    return Origin(
        name=name,
        line=line,
        source=source if len(source) <= _LONGEST else "",
        function=function if len(function) <= _LONGEST else "",
        maker=maker,
        returns=returns,
    )


def _scope(tree: ast.Module, line: int) -> Scope:
    """Return the innermost function around a line, or the whole file."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno < line <= (node.end_lineno or node.lineno)
    ]
    return max(around, key=lambda node: node.lineno, default=tree)


def _assignments(scope: Scope) -> dict[str, list[tuple[int, ast.AST]]]:
    found: dict[str, list[tuple[int, ast.AST]]] = {}
    for child in getattr(scope, "body", ()):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(child.name, []).append((child.lineno, child))
    for node in _of_scope(scope):
        if isinstance(node, ast.Assign):
            pairs: list[tuple[ast.AST, ast.AST]] = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            pairs = [(node.target, node.value)]
        else:
            continue
        for target, value in pairs:
            found.setdefault(ast.unparse(target), []).append((node.lineno, value))
    return found


def _of_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope, without those of functions and classes inside it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield node
            yield from _of_scope(node)


def _made(
    called: ast.AST, tree: ast.Module, look_up: Callable[[ast.AST], Any], file: str
) -> tuple[str, bool | None]:
    """Return the name of the learner's own function, or of a model's `forward`, and whether it returns a value."""
    try:
        value = look_up(called)
    except LookupError:
        return "", None
    if isinstance(value, type):
        return "", None
    function = value if isinstance(value, FunctionType) else _forward(type(value))
    if not isinstance(function, FunctionType) or function.__code__.co_filename != file:
        return "", None
    code = function.__code__
    name = code.co_qualname.replace(".<locals>", "")
    for node in ast.walk(tree):
        first = min((each.lineno for each in getattr(node, "decorator_list", ())), default=0)
        if (
            isinstance(node, ast.FunctionDef)
            and node.name == code.co_name
            and code.co_firstlineno in (node.lineno, first)
        ):
            return name, any(
                isinstance(inner, ast.Yield | ast.YieldFrom)
                or (isinstance(inner, ast.Return) and inner.value is not None)
                for inner in _of_scope(node)
            )
    return "", None


def _forward(kind: type) -> Any:
    for base in kind.__mro__:
        for name in ("forward", "__call__"):
            if name in vars(base):
                return vars(base)[name]
    return None
