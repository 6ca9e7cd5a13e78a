"""What the parser and the compiler say of a program: the compiler refuses more, such as a lone `return`."""

from __future__ import annotations

import ast
import warnings
from threading import Lock

from evoclass.pattern import pattern

_KEY = pattern(r"""\["([^"'\\]*)"\]""")

_WARNINGS = Lock()
"""Held while warnings are off, because the warning filter belongs to the whole process."""

Refusal = SyntaxError | ValueError | RecursionError | MemoryError


def refusal(tree: ast.Module | ast.Expression) -> Refusal | None:
    """Return the compiler's error for a program that the parser has accepted, or None."""
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    # The compiler's warnings are not faults, and must not appear on the screen during a check.
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(tree, "<lesson>", mode, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return error
    return None


def expression(text: str) -> ast.expr | None:
    """Return the expression that a text is, without a warning on the screen; None if it is none."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def ends_in_a_string(error: Exception) -> bool:
    """Whether a program ends inside a triple-quoted string, as when a fence in that string ended the block."""
    return isinstance(error, SyntaxError) and error.msg.startswith("unterminated triple-quoted")


def value_name(text: str) -> str:
    """Return the name of a value as the inspector writes it: a key is between single quotes."""
    return _KEY.sub(r"['\1']", text.strip())
