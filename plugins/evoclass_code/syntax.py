"""Whether the programs of a question are valid Python, as the compiler sees it."""

from __future__ import annotations

import warnings
from threading import Lock

from evoclass.errors import LessonError, Problem

_WARNINGS = Lock()
"""Which warnings are shown is a setting of the whole process."""


def compiled(code: str, mode: str = "exec") -> None:
    """Compile a program.  Raises SyntaxError, ValueError, RecursionError or MemoryError."""
    # Only the compiler refuses `return` outside a function and the like; its warnings are not errors.
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(code, "<lesson>", mode, dont_inherit=True)


def require_python(code: str, line: int, role: str) -> None:
    """Raise LessonError (E079) for a part of a question that is not valid Python; `line` is its first line."""
    try:
        compiled(code)
    except SyntaxError as error:
        fields = {"detail": error.msg, "file": role}
        if error.msg.startswith("unterminated triple-quoted"):
            fields |= {"variant": "fence", "end": str(line + len(code.splitlines()))}
        elif role == "program":
            fields["variant"] = role
        place = line + (error.lineno or 1) - 1
        raise LessonError(Problem("E079", place, error.offset or 1, fields=fields)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise LessonError(Problem("E079", line, fields={"detail": str(error), "file": role})) from None


def is_expression(text: str) -> bool:
    """Whether a text is an expression that has a value outside every function."""
    try:
        compiled(text, "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
