"""Safe points: the learner's program compiled with a tick between its statements and at each turn of its loops."""

from __future__ import annotations

import __future__ as futures  # isort: skip - names the flags that a compiled program carries

import ast
import builtins
import re
from collections import Counter
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

TICK = "__evoclass_tick__"
"""Name among the builtins under which the program finds its tick; dunder names are not mangled in classes."""

_LOAD = ast.Load()
_BLOCKS = ("body", "orelse", "finalbody")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_STRAIGHT = (ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
"""Compound statements whose bodies run once when they stand outside loops and functions."""


def compile_script(source: str, filename: str, tick: Callable[[int], None]) -> CodeType:
    """Compile a program so that it calls `tick` at safe points; raises SyntaxError like `compile`.

    Between statements that run once the call is `tick(line of the next statement)`; at each turn of a loop it is
    `tick(0)`, which must be quick.  Lines, columns, the docstring and `from __future__` stay as written.
    """
    tree = ast.parse(source, filename)
    _instrument(tree, source)
    setattr(builtins, TICK, tick)
    return compile(tree, filename, "exec", dont_inherit=True)


def _instrument(tree: ast.Module, source: str) -> None:
    for loop in [statement for statement in _statements(tree.body) if isinstance(statement, _LOOPS)]:
        loop.body.insert(0, _call(loop.body[0], 0))
    called = _called_in_line(tree, source)
    head = _head(tree.body)
    tree.body[head:] = _paced(tree.body[head:])
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name in called:
            start = 1 if ast.get_docstring(statement, clean=False) is not None else 0
            statement.body[start:] = _paced(statement.body[start:])


def _paced(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with a tick before each, and one after the last; blocks that run once get them too."""
    result: list[ast.stmt] = []
    for statement in statements:
        result += [_call(statement, statement.lineno), statement]
        if isinstance(statement, _STRAIGHT):
            for block in _blocks(statement):
                block[:] = [part for inner in block for part in _with_tick(inner)]
    if result and not isinstance(statements[-1], ast.Return | ast.Raise):
        result.append(_call(statements[-1], statements[-1].lineno, after=True))
    return result


def _with_tick(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, _STRAIGHT):
        for block in _blocks(statement):
            block[:] = [part for inner in block for part in _with_tick(inner)]
    return [_call(statement, statement.lineno), statement]


def _statements(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block and those inside them; no expression is looked into, for none holds a loop."""
    for statement in block:
        yield statement
        for inner in _blocks(statement):
            yield from _statements(inner)


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    blocks = [getattr(statement, name) for name in _BLOCKS if getattr(statement, name, None)]
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        blocks.append(part.body)
    return blocks


def _head(statements: list[ast.stmt]) -> int:
    """Return how many statements must stay first: the docstring and the imports from `__future__`."""
    head = 0
    for index, statement in enumerate(statements):
        docstring = (
            index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )
        if docstring or (isinstance(statement, ast.ImportFrom) and statement.module == futures.__name__):
            head = index + 1
        else:
            break
    return head


def _called_in_line(tree: ast.Module, source: str) -> set[str]:
    """Return names of functions that only the straight line of the program calls, such as `main`.

    One that is named anywhere else may be called any number of times, and a tick at each of its statements would
    cost more than the statements.
    """
    calls = Counter(_straight_calls(tree.body))
    named = {name: len(re.findall(rf"\b{name}\b", source)) for name in calls}
    sure = {name for name, count in calls.items() if named[name] <= count + 1}
    if len(sure) == len(calls):
        return sure
    # More words than the definition and these calls: only the tree tells a comment from a call.
    loads = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )
    return {name for name, count in calls.items() if count == loads[name]}


def _straight_calls(statements: list[ast.stmt]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, _STRAIGHT):
            for block in _blocks(statement):
                yield from _straight_calls(block)
        elif isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
            value: Any = statement.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                yield value.func.id


def _call(place: ast.stmt, tick_line: int, after: bool = False) -> ast.Expr:
    line = (place.end_lineno or place.lineno) if after else place.lineno
    column = place.col_offset
    where: dict[str, Any] = {
        "lineno": line,
        "end_lineno": line,
        "col_offset": column,
        "end_col_offset": column,
    }
    name, argument = ast.Name(TICK, _LOAD, **where), ast.Constant(tick_line, **where)
    return ast.Expr(ast.Call(name, [argument], [], **where), **where)
