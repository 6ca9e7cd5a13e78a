"""Groups of equal problems in one file, which are reported together."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem

FEW = 3
"""Up to this many equal problems, each is reported separately."""

PLACES = ("first", "first_line", "line", "close", "end", "inside", "opening", "outer_line", "inner_line")
"""Fields for places, which do not count in comparing problems."""


def grouped(problems: Sequence[Problem], together: bool = True) -> list[list[Problem]]:
    """Return the problems in order; with `together`, equal problems are grouped with the first of them."""
    if not together:
        return [[problem] for problem in problems]
    found: dict[object, list[Problem]] = {}
    for problem in problems:
        said = sorted((key, str(value)) for key, value in problem.fields.items() if key not in PLACES)
        found.setdefault((problem.path, problem.code, problem.message, problem.fix, *said), []).append(
            problem
        )
    groups = []
    for group in found.values():
        groups += [group] if len(group) > FEW else [[problem] for problem in group]
    place = {id(problem): number for number, problem in enumerate(problems)}
    return sorted(groups, key=lambda group: place[id(group[0])])
