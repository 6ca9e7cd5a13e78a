"""Where in its paragraph a problem is: a link, an image or a role is looked for in the lines of the block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from evoclass.errors import Problem
from evoclass.library import read_file

NEEDLES = {
    "E030": "{{{role}}}`",
    "E032": "{expression}",
    "E033": "[^{label}]",
    "E053": "]({source}",
    "E054": "]({source}",
    "E055": "]({target}",
    "E056": "`{expression}`",
    "E072": "`{expression}`",
    "W033": "{html}",
}
"""What stands in the file where the problem is, by code."""

REACH = 500
"""How many lines a block is searched at most."""


def placed_in(problems: Sequence[Problem], path: Path | None) -> list[Problem]:
    """Return the problems of a file, each at the line and column of what it is about; without any, nothing is read."""
    raw = read_file(path) if path is not None and problems else b""
    lines = [] if isinstance(raw, Problem) else raw.decode("utf-8-sig", "replace").splitlines()
    return [placed(problem, lines) for problem in problems]


def placed(problem: Problem, lines: Sequence[str]) -> Problem:
    """Return the problem with the line and column of what it is about, if that can be found."""
    needle = NEEDLES.get(problem.code)
    if needle is None or problem.column > 1:
        return problem
    line, column = _place(needle.format_map(problem.fields), problem.line, lines)
    return replace(problem, line=line, column=column)


def _place(needle: str, line: int, lines: Sequence[str]) -> tuple[int, int]:
    """Return line and column of the first occurrence from `line` on, or the line's beginning."""
    for wanted in dict.fromkeys((needle, unquote(needle))):
        for number in range(line, min(line + REACH, len(lines) + 1)):
            text = lines[number - 1]
            column = text.find(wanted)
            if column >= 0:
                opening = text.rfind("[", 0, column) if wanted.startswith("]") else -1
                return number, (opening if opening >= 0 else column) + 1
    return line, 1
