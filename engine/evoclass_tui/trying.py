"""Which code of a lesson can be tried, and how it goes to the lab."""

from __future__ import annotations

import textwrap
from typing import TypeGuard

from evoclass.model import AnyBlock, CodeBlock

_SESSION = ("pycon", "python-console")
_LANGUAGES = ("python", "py", "python3", *_SESSION)


def is_program(block: AnyBlock) -> TypeGuard[CodeBlock]:
    """Whether a block is Python code to read, or a session at `>>>`."""
    return isinstance(block, CodeBlock) and block.language.split(" ")[0] in _LANGUAGES


def to_try(block: CodeBlock) -> str:
    """Return the code of a block as it can run: without prompts, what they printed, and an indentation of all lines."""
    lines = textwrap.dedent(block.code).split("\n")
    if not any(line.startswith(">>>") for line in lines) and block.language.split(" ")[0] not in _SESSION:
        return "\n".join(lines)
    typed, goes_on = [], False
    for line in lines:
        goes_on = line.startswith(">>>") or (goes_on and line.startswith("..."))
        if goes_on:
            typed.append(line[3:].removeprefix(" "))
    return "\n".join(typed).rstrip("\n")
