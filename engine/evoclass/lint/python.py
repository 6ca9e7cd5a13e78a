"""Python code of lessons, parsed once: the check of a file and its comparison with a translation need the same tree."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=24)
def tree(code: str) -> ast.Module | SyntaxError | ValueError | RecursionError | MemoryError:
    """Return the syntax tree of a program, not to be changed, or why there is none."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
