"""The part of Python code that all translations share: no comments, docstrings or other strings."""

from __future__ import annotations

import ast
import re


def normal_code(code: str) -> str:
    """Return Python code without comments, docstrings and other strings, which a translation may change."""
    try:
        return ast.dump(_Blank().visit(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bare_code(code)


def bare_code(code: str) -> str:
    """Return code of any language without spaces, strings, and comments that start with `#`."""
    return re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#.*|\s+", "", code)


def braces_of(text: ast.JoinedStr) -> list[str]:
    """Return the expressions of an f-string, sorted because a translation may reorder them."""
    return sorted(ast.dump(value.value) for value in text.values if isinstance(value, ast.FormattedValue))


class _Blank(ast.NodeTransformer):
    """Empties the strings of a program, but keeps the expressions of f-strings."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("f" + "|".join(braces_of(node)))
