"""Problems that only follow from another one are left out: an author mends the cause and is done."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem

MOST = 50
"""So many causes are told from what they bring about; a file with more has other sorrows."""


def causes(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems without those that another one brings about."""
    found = list(problems)
    for cause in [problem for problem in problems if problem.code in ("E014", "E027")][:MOST]:
        if cause not in found:
            continue
        if cause.code == "E027":
            end = int(cause.fields.get("end", cause.line))
            found = [p for p in found if p.code not in ("W034", "E050") or not cause.line <= p.line <= end]
        elif cause.code == "E014" and cause.fields.get("variant") == "open":
            found = _without_closings(found, cause)
    return found


def _without_closings(problems: list[Problem], cause: Problem) -> list[Problem]:
    """Leave out the closing fences whose openings an open code fence has swallowed."""
    # Behind a fence that is left open, what closes the next one opens another.
    problems = [p for p in problems if p.code != "E014" or p.line <= cause.line or not p.fields.get("bare")]
    left = int(cause.fields.get("swallowed", 0))
    kept = []
    for problem in sorted(problems, key=lambda problem: problem.line):
        if left and problem.code == "E016" and problem.line > cause.line:
            left -= 1
            continue
        kept.append(problem)
    return kept
