"""The indentation that Python expects of the next line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

STEP = "    "
"""One level."""

_ENDS = ("return", "break", "continue", "pass", "raise")
"""Words whose statement ends a block."""


def own_indent(line: str) -> str:
    """Return the blanks at the start of a line."""
    return line[: len(line) - len(line.lstrip())]


def indent_after(line: str) -> str:
    """Return the indentation of the line after this one."""
    indent, code = own_indent(line), line.split("#")[0].rstrip()
    if code.endswith((":", "(", "[", "{")):
        return indent + STEP
    return indent[: -len(STEP)] if code.lstrip().split(" ")[0] in _ENDS else indent


def indented(lines: Sequence[str], before: str, indent_after: Callable[[str], str]) -> list[str]:
    """Return lines with the indentation that follows from the line before each; what is less deep stays less deep."""
    done: list[str] = []
    for line in lines:
        if not line.strip():
            done.append("")
            continue
        due, own = indent_after(before), own_indent(line)
        if len(due) <= len(own_indent(before)) and len(own) < len(due):
            due = STEP * (len(own) // len(STEP))
        before = due + line.lstrip()
        done.append(before)
    return done
