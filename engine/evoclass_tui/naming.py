"""The full names that a name of a program may stand for, read from its text alone."""

from __future__ import annotations

import builtins
import re

_WORD = re.compile(r"[A-Za-z_][\w.]*")

_VALUES = (
    "torch.Tensor",
    "torch.nn.Module",
    "torch.optim.Optimizer",
    "builtins.str",
    "builtins.list",
    "builtins.dict",
)
"""Kinds of values whose attributes a program uses most, for a value of which only its name is known."""


def word_at(line: str, column: int) -> str:
    """Return the dotted name under the cursor, up to the part that the cursor is on."""
    for found in _WORD.finditer(line):
        if found.start() <= column <= found.end():
            end = line.find(".", column, found.end())
            return line[found.start() : end if end >= 0 else found.end()].strip(".")
    return ""


def full_names(source: str, word: str, row: int | None = None) -> tuple[str, ...]:
    """Return the paths of what a dotted name in a row may stand for, the likeliest first."""
    from evoclass_tui.program_names import ProgramNames

    first, _, rest = word.partition(".")
    # Seen from behind the row, which is read too: the name is not being typed.
    names = ProgramNames(source + "\n", source.count("\n") + 1 if row is None else row, whole=True)
    path = names.path(word)
    found = [path] if path and not path.startswith(":") else []
    if not path and hasattr(builtins, first):
        found.append(f"builtins.{word}")
    if rest:
        found += [f"{kind}.{word.rpartition('.')[2]}" for kind in _VALUES]
    return tuple(dict.fromkeys(found))
