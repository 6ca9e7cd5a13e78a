"""A learner's results in a lesson, shown at its end."""

from __future__ import annotations

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner import week
from evoclass.learner.session import Session
from evoclass.learner.standing import announced
from evoclass.model import LessonEntry


@frozen
class LessonSummary:
    """The figures of one lesson, as they are now."""

    done: bool
    """Whether every question is passed or its solution is shown."""
    passed: int
    total: int
    first_try: int
    """Questions passed with the first answer, without a hint."""
    seen: tuple[int, ...]
    """Numbers (from 1, through the lesson) of questions whose solution was shown and that are not passed."""
    tries: int
    runs: int
    seconds: float
    objectives: tuple[str, ...]
    following: LessonEntry | None
    """The lesson after this one, or None if it is the last."""
    week: str = ""
    """How much was studied this week, if the learner has set a goal."""


def summary(session: Session, seconds: float = 0.0) -> LessonSummary:
    """Return the learner's results in the open lesson; `seconds` of study are not counted yet."""
    blocks = session.lesson.exercises
    states = [session.state.exercises.get(block.id) for block in blocks]
    known = [state for state in states if state is not None]
    return LessonSummary(
        done=bool(blocks) and all(state is not None and state.done for state in states),
        passed=sum(state.passed for state in known),
        total=len(blocks),
        first_try=sum(state.passed and state.attempts == 1 and not state.hints for state in known),
        seen=tuple(
            number
            for number, state in enumerate(states, 1)
            if state is not None and state.revealed and not state.passed
        ),
        tries=sum(state.attempts for state in known),
        runs=sum(map(len, session.state.runs.values())),
        seconds=session.state.seconds + seconds,
        objectives=session.lesson.objectives,
        following=session.course.beside(session.lesson.id, 1),
        week=week.said(session.store, session.settings, session.catalog, seconds),
    )


def sentences(told: LessonSummary, catalog: Catalog) -> list[str]:
    """Return the summary in sentences, the same for every front end."""
    minutes = max(1, round(told.seconds / 60))
    lines = [catalog("summary.passed", passed=told.passed, total=told.total, first=told.first_try)]
    lines.append(catalog("summary.work", tries=told.tries, runs=told.runs, minutes=minutes))
    if told.seen:
        lines.append(catalog("summary.seen", numbers=", ".join(map(str, told.seen))))
    if told.week:
        lines.append(told.week)
    if told.following is not None:
        lines.append(catalog("summary.next", title=announced(told.following, catalog)))
    else:
        lines.append(catalog("summary.last"))
    return lines
