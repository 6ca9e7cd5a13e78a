"""A live value as it is written: a Python expression, perhaps with a format."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=256)
def is_expression(text: str) -> bool:
    """Whether `text` is valid between the braces of an f-string: a Python expression, perhaps with a format."""
    if not text or "\n" in text:
        return False
    try:
        parsed = ast.parse("f'''{" + text + "}'''", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not isinstance(parsed, ast.JoinedStr) or len(parsed.values) != 1:
        return False
    return not any(isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)) for node in ast.walk(parsed))


def format_of(text: str) -> tuple[str, str]:
    """Return an expression of a live value without its format, and the format; two empty texts if it has none."""
    try:
        match ast.parse("f'''{" + text + "}'''", mode="eval").body:
            case ast.JoinedStr(
                values=[ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=parts))]
            ):
                form = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
                return ast.unparse(value), form
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return "", ""
