"""Leaves out problems that only follow from another: the author fixes the cause, and they disappear."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem

MOST = 50
"""Most causes whose consequences are left out; a file with more has bigger problems."""


CAUSES = ("E012", "E013", "E014", "E016", "E025", "E026", "E027", "E044", "W042")

PROGRAMS = ("E050", "E079", "W051")
"""Problems of a program; a fence that ends it inside a string has consequences."""


def causes(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems without those that another one causes."""
    found = list(problems)
    for cause in [problem for problem in problems if problem.code in CAUSES or _cut(problem)][:MOST]:
        if cause not in found:
            continue
        if cause.code in ("E012", "E025"):
            # The directive's problem gives the advice, so the code that is shown instead needs none.
            inside = range(cause.line, int(cause.fields.get("end", cause.line)) + 1)
            found = [
                p
                for p in found
                if p.code != "W039"
                or p.fields.get("variant") not in ("diagram", "formula")
                or p.line not in inside
            ]
        if cause.code == "E027":
            end = int(cause.fields.get("end", cause.line))
            found = [p for p in found if p.code not in ("W034", "E050") or not cause.line <= p.line <= end]
        elif cause.code == "E044" and cause.fields.get("variant") == "numbered":
            # After `1. `, feedback would be indented by three blanks.
            found = [p for p in found if p.code != "E042" or p.line <= cause.line]
        elif cause.code in ("E013", "E025"):
            # The directive's options are a plain list until it is closed.
            found = [p for p in found if p.fields.get("variant") != "task" or p.line < cause.line]
        elif _cut(cause):
            # The fence that was meant to close it opens another one.
            opened = [p for p in found if p.code == "E014" and p.line > cause.line]
            if opened:
                found.remove(min(opened, key=lambda problem: problem.line))
        elif cause.code == "E016" and cause.fields.get("variant") == "words":
            opened = [p for p in found if p.code == "E013" and p.line < cause.line]
            if opened:
                found.remove(max(opened, key=lambda problem: problem.line))
        elif cause.code == "W042":
            # A bar in code splits the code in two.
            found = [p for p in found if p.fields.get("variant") != "tick" or p.line != cause.line]
        elif cause.code == "E026":
            found = [p for p in found if p.code != "E060" or p.fields["directive"] != cause.fields["outer"]]
        elif cause.code == "E014" and cause.fields.get("variant") == "open":
            found = _without_closings(found, cause)
    return found


def _cut(problem: Problem) -> bool:
    """Whether a fence inside a string has ended a program."""
    return problem.code in PROGRAMS and problem.fields.get("variant") == "fence"


def _without_closings(problems: list[Problem], cause: Problem) -> list[Problem]:
    """Leave out the closing fences whose openings an open code fence has swallowed."""
    if any(p.code == "E014" and p.line == cause.line and not p.fields.get("variant") for p in problems):
        return [problem for problem in problems if problem is not cause]
    # After an open fence, the closing line of the next fence opens another.
    problems = [p for p in problems if p.code != "E014" or p.line <= cause.line or not p.fields.get("bare")]
    left = int(cause.fields.get("swallowed", 0))
    kept = []
    for problem in sorted(problems, key=lambda problem: problem.line):
        if left and problem.code == "E016" and problem.line > cause.line:
            left -= 1
            continue
        kept.append(problem)
    return kept
