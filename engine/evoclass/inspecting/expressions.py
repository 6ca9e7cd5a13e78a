"""Expressions of lessons and learners, evaluated in the worker: `accuracy:.1%`, `head.weight.shape`, `w[0, :, 2]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from evoclass.quantities import shape_text

_LONGEST = 2_000
_NUMBERED = re.compile(r"\.(\d+)(?![\w])")


def live_text(expression: str, namespace: dict[str, Any], scope: Mapping[str, Any]) -> str:
    """Return the result of `f"{expression}"`; a shape reads `7 × 1280`.  Raises any exception of the expression."""
    bare, formatted = _compiled(expression)
    if bare is not None:
        value = evaluate(bare, namespace, scope)
        return shape_text(value) if is_size(value) else f"{value}"[:_LONGEST]
    return str(evaluate(formatted, namespace, scope))[:_LONGEST]


@lru_cache(maxsize=512)
def _compiled(expression: str) -> tuple[CodeType | None, CodeType]:
    """Return the code of a bare expression, if it is one, and that of the whole as an f-string field."""
    quote = '"""' if "'" in expression else "'''"
    tree = ast.parse(f"f{quote}{{ {expression}}}{quote}", "<live>", "eval")
    formatted = compile(tree, "<live>", "eval", dont_inherit=True)
    field = tree.body.values[0] if isinstance(tree.body, ast.JoinedStr) and tree.body.values else None
    if isinstance(field, ast.FormattedValue) and field.conversion == -1 and field.format_spec is None:
        return compile(ast.Expression(field.value), "<live>", "eval", dont_inherit=True), formatted
    return None, formatted


def evaluate(code: CodeType, namespace: dict[str, Any], scope: Mapping[str, Any]) -> Any:
    """Evaluate in the program's globals; names of `scope` (locals of the running function) come first."""
    return eval(code, {**namespace, **scope} if scope else namespace)


def compile_expression(expression: str) -> CodeType:
    """Compile the learner's input; also accepts PyTorch's own names such as `base.layer4.0.conv1.weight`."""
    try:
        return compile(expression.strip(), "<expression>", "eval", dont_inherit=True)
    except SyntaxError:
        indexed = _NUMBERED.sub(r"[\1]", expression.strip())
        if indexed == expression.strip():
            raise
        return compile(indexed, "<expression>", "eval", dont_inherit=True)


def is_size(value: Any) -> bool:
    """Whether `value` is a tensor's shape; its class's name decides, so that no framework is needed."""
    return type(value).__name__ == "Size" and isinstance(value, tuple)
