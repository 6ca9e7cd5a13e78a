"""Python code of lessons: its tree, parsed once for all checks, and whether two programs do the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache

from evoclass.reading.normalcode import braces_of, normal_code
from evoclass.reading.syntax import Refusal, refusal


@lru_cache(maxsize=24)
def tree(code: str) -> ast.Module | Refusal:
    """Return the syntax tree of a program, which callers must not change; if it cannot be parsed, return the error."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


@lru_cache(maxsize=24)
def refused(code: str) -> Refusal | None:
    """Return the parser's or the compiler's error for a whole program, or None if it is valid Python."""
    parsed = tree(code)
    return refusal(parsed) if isinstance(parsed, ast.Module) else parsed


def always_true(test: ast.expr) -> bool:
    """Whether a condition is true regardless of the program."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return bool(parts)
        case ast.Dict(keys=keys):
            return bool(keys)
        case ast.Lambda():
            return True
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(map(always_true, values))
        case ast.BoolOp(op=ast.And(), values=values):
            return all(map(always_true, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return isinstance(operand, ast.Constant) and not operand.value
        case ast.Compare(left=ast.Constant() as left, comparators=[ast.Constant() as right], ops=[ast.Eq()]):
            return bool(left.value == right.value)
    return False


def written(node: ast.expr) -> str:
    """Return the code of an expression, or an ellipsis if it is nested too deeply to be written."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"


def session(code: str) -> str:
    """Return the code typed in an interactive session, on its original lines; return other code unchanged."""
    lines = code.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first.lstrip().startswith(">>>"):
        return code
    indent = len(first) - len(first.lstrip())
    typed, going_on = [], False
    for line in lines:
        bare = line[indent:]
        if bare.startswith(">>>") or (going_on and bare.startswith("...")):
            going_on = True
            typed.append(bare[4:] if bare[3:4] == " " else bare[3:])
        else:
            going_on = False
            typed.append("")
    return "\n".join(typed)


def code_difference(source: str, other: str) -> int | None:
    """Return the first line (from 0) of `other` that differs from `source`, or None when they do the same."""
    if source == other:
        return None
    before, after = tree(source), tree(other)
    if not isinstance(before, ast.Module) or not isinstance(after, ast.Module):
        same = normal_code(source) == normal_code(other)
        return None if same else _first_difference(source.splitlines(), other.splitlines())
    left, right = before.body, after.body
    lines, other_lines = (
        re.split(r"\r\n?|\n", code) for code in (source, other)
    )  # as the parser counts lines
    for ours, theirs in zip(right, left, strict=False):
        if other_lines[ours.lineno - 1 : ours.end_lineno] == lines[theirs.lineno - 1 : theirs.end_lineno]:
            continue  # most of a program is unchanged
        try:
            same = _alike(ours, theirs)
        except RecursionError:  # too deep to compare
            same = False
        if not same:
            return ours.lineno - 1
    if len(left) == len(right):
        return None
    shorter = min(len(left), len(right))
    return right[shorter].lineno - 1 if shorter < len(right) else max(other.count("\n") - 1, 0)


def _alike(left: object, right: object) -> bool:
    """Whether two pieces of a syntax tree are the same apart from their strings."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        words = isinstance(left.value, str) and isinstance(right.value, str)
        return words or (type(left.value) is type(right.value) and left.value == right.value)
    if isinstance(left, ast.JoinedStr) and isinstance(right, ast.JoinedStr):
        return braces_of(left) == braces_of(right)
    if isinstance(left, ast.AST):
        return all(_alike(getattr(left, name, None), getattr(right, name, None)) for name in left._fields)
    return left == right


def _first_difference(left: Sequence[str], right: Sequence[str]) -> int:
    for number, (ours, theirs) in enumerate(zip(right, left, strict=False)):
        if ours.split("#")[0].strip() != theirs.split("#")[0].strip():
            return number
    return min(len(left), len(right))
