"""A learner's progress in a course: the states of its lessons, kept up to date with the log."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.learner.progress import LessonState
from evoclass.learner.store import Event, Verb


class CourseState:
    """A learner's progress in each lesson of a course: folded once, then updated."""

    def __init__(self, course: str | None = None, events: Iterable[Event] = ()) -> None:
        self.course = course
        self.lessons: dict[str, LessonState] = {}
        self.is_new = True
        """Whether the learner has only opened the course so far."""
        for event in events:
            self.take(event)

    def read_again(self, events: Iterable[Event]) -> None:
        """Begin anew with these events; each lesson's state stays the same object."""
        fresh = CourseState(self.course, events)
        for lesson_id in {*self.lessons, *fresh.lessons}:
            self.lesson(lesson_id).become(fresh.lesson(lesson_id))
        self.is_new = fresh.is_new

    def lesson(self, lesson_id: str) -> LessonState:
        """Return the state of one lesson, which keeps changing with the course's; made on first use."""
        return self.lessons.setdefault(lesson_id, LessonState())

    def take(self, event: Event) -> None:
        """Apply one more event."""
        self.lesson(event.lesson).take(event)
        self.is_new = self.is_new and event.verb in (Verb.INITIALIZED, Verb.PREFERRED)
