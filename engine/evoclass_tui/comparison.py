"""Two runs of a program side by side, as plain data."""

from __future__ import annotations

import ast
import difflib
from typing import Literal

from evoclass.frozen import frozen
from evoclass.learner.figurefolder import KeptFigure
from evoclass.learner.progress import RunRecord
from evoclass.protocol import Points
from evoclass.running.terminal import TerminalBuffer

CONTEXT = 2
"""Unchanged lines shown around each change."""

OUTPUT_LINES = 12
"""Lines of output compared, from the end."""

DiffKind = Literal["same", "removed", "added", "gap"]


@frozen
class DiffLine:
    """One line of the difference between two programs."""

    kind: DiffKind
    text: str
    number: int = 0
    """Line number in the program that has the line (in the newer one for unchanged lines)."""


@frozen
class Metric:
    """One number of both runs."""

    name: str
    left: float | None
    right: float | None

    @property
    def change(self) -> float | None:
        """Right minus left, if both exist."""
        return None if self.left is None or self.right is None else self.right - self.left


def diff(left: str, right: str) -> list[DiffLine]:
    """Return the changed lines with some lines around them; nothing if the programs are the same."""
    old, new = left.splitlines(), right.splitlines()
    lines: list[DiffLine] = []
    groups = difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number:
            lines.append(DiffLine("gap", ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [DiffLine("same", new[at], at + 1) for at in range(new_from, new_to)]
            else:
                lines += [DiffLine("removed", old[at], at + 1) for at in range(old_from, old_to)]
                lines += [DiffLine("added", new[at], at + 1) for at in range(new_from, new_to)]
    return lines


def metrics(left: RunRecord, right: RunRecord) -> list[Metric]:
    """Return the numbers that the programs report, with their last values; those that differ come first.

    A program has many numbers: loop counters, clock readings, sizes.  The ones that it prints are the ones that matter.
    """
    shown = reported(left.code) | reported(right.code)
    names = [name for name in {**left.metrics, **right.metrics} if name in shown]
    rows = [Metric(name, left.metrics.get(name), right.metrics.get(name)) for name in names]
    return sorted(rows, key=lambda row: row.change == 0.0)


def curves(left: RunRecord, right: RunRecord) -> list[tuple[str, Points, Points]]:
    """Return the points of each value that both runs watched, from step to step."""
    one = left.frame.curves if left.frame is not None else {}
    other = right.frame.curves if right.frame is not None else {}
    return [(name, one[name], other[name]) for name in other if name in one]


def figures(left: RunRecord, right: RunRecord) -> list[tuple[KeptFigure | None, KeptFigure | None]]:
    """Return the figures of both runs in pairs of the same number, as far as both have one."""
    one, other = ({figure.number: figure for figure in record.figures} for record in (left, right))
    return [(one.get(number), other.get(number)) for number in sorted(one.keys() | other.keys())]


def reported(code: str) -> set[str]:
    """Return the names that a program prints."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    return {
        name.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for name in ast.walk(argument)
        if isinstance(name, ast.Name)
    }


def output_end(record: RunRecord) -> list[str]:
    """Return the last lines that a run printed, as the terminal showed them."""
    buffer = TerminalBuffer()
    buffer.feed(record.output)
    return buffer.plain().rstrip().split("\n")[-OUTPUT_LINES:] if record.output.strip() else []
