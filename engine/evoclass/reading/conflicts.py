"""The conflict markers that a merge leaves in a file when two people changed the same lines."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem

MOST = 100
"""Most conflicts that are reported for one file."""


def conflicts(lines: Sequence[str]) -> list[Problem]:
    """Return a problem for each conflict that is not resolved; its field `end` is the last line."""
    found: list[Problem] = []
    start = middle = 0
    for number, line in enumerate(lines, 1):
        if line.startswith("<<<<<<< "):
            start, middle = number, 0
        elif start and line.rstrip() == "=======":
            middle = number
        elif start and middle and line.startswith(">>>>>>> ") and len(found) < MOST:
            found.append(Problem("E036", start, fields={"end": number, "middle": middle}))
            start = middle = 0
    return found


def without_consequences(problems: Sequence[Problem], found: Sequence[Problem]) -> list[Problem]:
    """Return the problems of a file without those that its conflict markers cause."""
    marks = {
        line
        for conflict in found
        for line in (conflict.fields["middle"], conflict.line, conflict.fields["end"])
    }
    return [problem for problem in problems if problem.code != "W034" or problem.line not in marks]
