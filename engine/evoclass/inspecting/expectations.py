"""The conditions of a lesson, evaluated in the worker: `0.60 <= accuracy <= 0.75`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import Any

from evoclass.inspecting.expressions import compile_expression, evaluate, live_text
from evoclass.protocol import Expected

DIGITS = 6
"""Significant digits of a value; those of a measurement tell nothing beyond that."""

LONGEST = 200
"""Most characters of a value."""


def expected(condition: str, namespace: dict[str, Any], scope: Mapping[str, Any]) -> Expected:
    """Return whether a condition holds after the run, with the values that it compares."""
    values: dict[str, str] = {}
    try:
        holds = bool(evaluate(compile_expression(condition), namespace, scope))
        for operand in operands(condition):
            values[operand] = _text(live_text(operand, namespace, scope))
    except NameError as error:
        return Expected(expression=condition, missing=error.name or "", error=str(error)[:LONGEST])
    except Exception as error:  # whatever the program's own classes raise
        text = f"{type(error).__name__}: {error}"[:LONGEST]
        return Expected(expression=condition, values=values, error=text)
    return Expected(expression=condition, holds=holds, values=values)


def operands(condition: str) -> list[str]:
    """Return what a condition compares, as it is written; constants are left out.  Raises SyntaxError."""
    tree = ast.parse(condition.strip(), mode="eval")
    found = (ast.get_source_segment(condition.strip(), node) for node in _compared(tree.body))
    return list(dict.fromkeys(filter(None, found)))


def _compared(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _compared(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _compared(operand)
        case ast.Compare(left=left, comparators=others):
            yield from (part for part in (left, *others) if any(names(part)))
        case _:
            yield from names(node)


def names(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the program's names in an expression, without those that the expression itself binds."""
    found = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    bound = {part.id for part in found if isinstance(part.ctx, ast.Store)}
    bound |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    for part in found:
        if part.id not in bound and not hasattr(builtins, part.id):
            yield part


def _text(text: str) -> str:
    """Return a value's text on one line, a long decimal number with fewer digits."""
    text = " ".join(text.split())[:LONGEST]
    try:
        return f"{float(text):.{DIGITS}g}" if "." in text else text
    except ValueError:
        return text
