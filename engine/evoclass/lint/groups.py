"""Problems of one file that say the same, told together."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem

FEW = 3
"""Up to how many of the same each is told by itself."""

PLACES = ("first", "first_line", "line", "close", "end", "inside", "opening", "outer_line", "inner_line")
"""Fields that say where something is, not what."""


def grouped(problems: Sequence[Problem], together: bool = True) -> list[list[Problem]]:
    """Return the problems in their order; with `together`, those that say the same stand with the first of them."""
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
