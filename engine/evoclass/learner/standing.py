"""How far a learner is in a course: what is done of it, what is left, and what a lesson builds on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Literal, NamedTuple

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner.progress import LessonState
from evoclass.model import Course, Lesson, LessonEntry

LessonMark = Literal["new", "started", "done"]

MARKS: dict[LessonMark, str] = {"new": "○", "started": "◐", "done": "●"}
"""Sign of each mark."""

Asked = Callable[[Sequence[LessonEntry]], Mapping[str, tuple[str, ...]]]
"""Returns the ids of the questions of lessons, by the lesson's id."""


class Need(NamedTuple):
    """A lesson that another one builds on, and the learner's progress in it."""

    entry: LessonEntry
    mark: LessonMark

    def said(self, catalog: Catalog) -> str:
        """Return it in words."""
        return catalog(f"standing.need.{self.mark}", title=numbered(self.entry))


@frozen
class Standing:
    """A course, and the learner's mark in each lesson that is not new."""

    course: Course
    marks: Mapping[str, LessonMark] = field(default_factory=dict)

    def mark(self, lesson_id: str) -> LessonMark:
        """Return the mark of a lesson."""
        return self.marks.get(lesson_id, "new")

    def brief(self, ids: tuple[str, ...], catalog: Catalog) -> str:
        """Return in a few words what a lesson builds on, each with its mark."""
        said = (f"{MARKS[need.mark]} {need.entry.number or need.entry.title}" for need in self.needs(ids))
        lessons = ", ".join(said)
        return catalog("standing.builds_on", lessons=lessons) if lessons else ""

    @property
    def done(self) -> int:
        """How many lessons are done."""
        return sum(mark == "done" for mark in self.marks.values())

    @property
    def left(self) -> int:
        """The minutes of the lessons that are not done."""
        done = (self.course.entry(lesson) for lesson, mark in self.marks.items() if mark == "done")
        return self.course.minutes - sum(entry.minutes for entry in done if entry is not None)

    def needs(self, ids: tuple[str, ...]) -> tuple[Need, ...]:
        """Return the lessons of these ids that are in the course."""
        entries = (self.course.entry(lesson) for lesson in ids)
        return tuple(Need(entry, self.mark(entry.id)) for entry in entries if entry is not None)

    def place(self, lesson: Lesson, catalog: Catalog) -> str:
        """Return where in the course a lesson is, in words; empty for one without a number."""
        place, total = self.course.place(lesson.id), len(self.course.lessons)
        if place is not None and total > 1 and place + 1 == lesson.number:
            return catalog("standing.place", number=lesson.number, total=total)
        return number(lesson, catalog)

    def said(self, catalog: Catalog) -> tuple[str, ...]:
        """Return how much is done, and how long the course is and how much of it is left."""
        counted = catalog("standing.done", done=self.done, total=len(self.course.lessons))
        minutes, left = self.course.minutes, self.left
        if not minutes:
            return (counted,)
        key = "standing.time_left" if 0 < left < minutes else "standing.time"
        return counted, catalog(key, all=duration(minutes, catalog), left=duration(left, catalog))


def standing(course: Course, states: Mapping[str, LessonState], asked: Asked) -> Standing:
    """Return a learner's standing; `asked` is called only for lessons that the learner has begun."""
    marks: dict[str, LessonMark] = dict.fromkeys(course.ids, "new")
    begun = [
        entry
        for lesson_id, state in states.items()
        if state.begun and (entry := course.entry(lesson_id)) is not None
    ]
    questions = asked([entry for entry in begun if entry.problem is None])
    for entry in begun:
        known = states[entry.id].exercises
        ids = questions.get(entry.id, ())
        done = bool(ids) and all(name in known and known[name].done for name in ids)
        marks[entry.id] = "done" if done else "started"
    return Standing(course, marks)


def number(lesson: Lesson, catalog: Catalog) -> str:
    """Return the number of a lesson in words; empty for one without a number."""
    return catalog("standing.number", number=lesson.number) if lesson.number else ""


def numbered(entry: LessonEntry) -> str:
    """Return a lesson's title after its number."""
    return f"{entry.number} {entry.title}" if entry.number else entry.title


def announced(entry: LessonEntry, catalog: Catalog, title: str = "") -> str:
    """Return a lesson's title, or what it is called here, and how long it takes, for a learner who may begin it."""
    title = title or numbered(entry)
    minutes = duration(entry.minutes, catalog) if entry.minutes else ""
    return catalog("standing.about", title=title, minutes=minutes) if minutes else title


def duration(minutes: int, catalog: Catalog) -> str:
    """Return a time as people say it: `45 min`, `2 h`, `3 h 20 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return catalog("standing.minutes", minutes=rest)
    return catalog("standing.hours_minutes" if rest else "standing.hours", hours=hours, minutes=rest)
