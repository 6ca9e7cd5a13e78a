"""How a lesson ends for a learner, as far as the end of its page depends on it."""

from __future__ import annotations

from typing import NamedTuple

from evoclass.learner.openlesson import OpenLesson
from evoclass.model import LessonEntry


class LessonEnd(NamedTuple):
    """What the end of a lesson depends on, found out without looking into any question."""

    begun: bool
    """Whether the learner has done anything in the lesson."""
    done: bool
    """Whether every question is passed or its solution is shown."""
    first_open: str
    """Id of the first question that is neither; empty if there is none."""
    following: LessonEntry | None
    """The lesson after this one or, after the last one, the course's last page if it has one."""
    course_ends: bool
    """Whether what follows is the course's last page, which is no lesson."""


def lesson_end(session: OpenLesson) -> LessonEnd:
    """Return how the open lesson ends."""
    known, blocks = session.state.exercises, session.lesson.exercises
    left = [block.id for block in blocks if block.id not in known or not known[block.id].done]
    begun = (
        bool(session.state.runs or session.state.notes)
        or any(guess.guesses for guess in session.state.guesses.values())
        or any(exercise.attempts or exercise.revealed for exercise in known.values())
    )
    following = session.course.beside(session.lesson.id, 1)
    course_ends = following is not None and following is session.course.end
    begun = begun and not session.at_end  # the course's end is no lesson, and has a recap of its own
    return LessonEnd(begun, bool(blocks) and not left, left[0] if left else "", following, course_ends)
