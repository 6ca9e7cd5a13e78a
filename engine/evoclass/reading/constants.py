"""The constants at the top level of a program, found and changed in its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from evoclass.frozen import frozen
from evoclass.reading.syntax import expression

Value = int | float | str | bool | None


@frozen
class Constant:
    """A literal that a name gets at the top level of a program."""

    row: int
    """Counted from 0."""
    start: int
    """Character of the row where the literal begins."""
    end: int
    text: str
    value: Value


def constant(source: str, name: str) -> Constant | None:
    """Return the constant of this name; None if the name gets no literal, or more than one value.

    The rest of the program need not be valid: the learner may be writing it.
    """
    assignment = re.compile(rf"{re.escape(name)}\s*(?::[^=\n]*)?=(?!=)\s*")
    found: Constant | None = None
    for row, line in enumerate(source.split("\n")):
        if (start := assignment.match(line)) is not None:
            if found is not None:
                return None
            found = _literal(line, row, start.end())
            if found is None:
                return None
    return found


def changed(source: str, found: Constant, text: str) -> str | None:
    """Return the program with a literal in the place of a constant; None if `text` is no literal."""
    new = _literal(text.strip(), 0, 0)
    if new is None:
        return None
    lines = source.split("\n")
    lines[found.row] = lines[found.row][: found.start] + new.text + lines[found.row][found.end :]
    return "\n".join(lines)


def lighter(source: str, values: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the constants of a lighter version that the program does not have yet, each with its value."""
    found = {name: (constant(source, name), text) for name, text in values}
    return {name: text for name, (own, text) in found.items() if own is not None and own.text != text}


def _literal(line: str, row: int, start: int) -> Constant | None:
    """Return the literal that is the rest of a line; a comment may follow."""
    node = expression(line[start:])
    try:
        value = ast.literal_eval(node) if node is not None else ()
    except (ValueError, RecursionError):
        return None
    if node is None or not isinstance(value, Value):
        return None
    text = line[start:].encode()[: node.end_col_offset].decode()
    return Constant(row, start, start + len(text), text, value)
