"""Code that goes to the prompt or the editor from elsewhere: which can run, and its statements."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Sequence
from typing import TypeGuard

from evoclass.model import AnyBlock, CodeBlock

_SESSION = ("pycon", "python-console")
_LANGUAGES = ("python", "py", "python3", *_SESSION)


def is_program(block: AnyBlock) -> TypeGuard[CodeBlock]:
    """Whether a block is Python code to read, or a session at `>>>`."""
    return isinstance(block, CodeBlock) and block.language.split(" ")[0] in _LANGUAGES


def to_try(block: CodeBlock) -> str:
    """Return the code of a block as it can run: without prompts, what they printed, and an indentation of all lines."""
    return without_prompts(block.code, session=block.language.split(" ")[0] in _SESSION)


def without_prompts(text: str, *, session: bool = False) -> str:
    """Return code without an indentation of all lines; of a `session`, or what begins as one, what was typed."""
    lines = textwrap.dedent("\n".join(text.splitlines())).split("\n")
    if not (session or next(filter(str.strip, lines), "").startswith(">>>")):
        return "\n".join(lines)
    typed, goes_on = [], False
    for line in lines:
        goes_on = line.startswith(">>>") or (goes_on and line.startswith("..."))
        if goes_on:
            typed.append(line[3:].removeprefix(" "))
    return "\n".join(typed)


def statements(lines: Sequence[str]) -> list[str]:
    """Return the statements of a program, each with all its lines; each line by itself if it is none."""
    try:
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(lines)
    rows = [
        min(getattr(each, "lineno", node.lineno) for each in (node, *_decorators(node))) - 1 for node in body
    ]
    # Several statements may share a line.
    starts = sorted({0, *rows[1:]})
    return ["\n".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _decorators(node: ast.stmt) -> Sequence[ast.expr]:
    return getattr(node, "decorator_list", ())
