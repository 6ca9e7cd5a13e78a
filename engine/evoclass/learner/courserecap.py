"""What a learner has done in a whole course: the ladder, each lesson, the guesses, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner.coursestate import CourseState
from evoclass.learner.guesses import got_better
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.progress import LessonState
from evoclass.learner.recap import Recap, recap
from evoclass.learner.session import Session
from evoclass.learner.standing import Standing, standing
from evoclass.model import (
    LADDER,
    Course,
    Drawing,
    Inlines,
    Lesson,
    LessonEntry,
    Live,
    Span,
    Table,
    plain_text,
)
from evoclass.reading.library import Library
from evoclass.wording.numerals import localised_values


@frozen
class Rung:
    """One row of a ladder."""

    name: str
    measured: str
    """The author's number; empty if there is none."""
    own: str
    """The learner's number; empty as long as no run has given it."""


@frozen
class Ladder:
    """The author's numbers and the learner's, as the page at the end of the course shows them."""

    title: str
    header: tuple[str, ...]
    rungs: tuple[Rung, ...]


@frozen(kw_only=True)
class CourseRecap:
    """A course as the learner went through it."""

    standing: Standing
    ladders: tuple[Ladder, ...]
    lessons: tuple[Recap, ...]
    """The lessons in which the learner has done something."""
    untouched: tuple[LessonEntry, ...]
    """The others."""
    guesses: str
    """How the guesses of all lessons got better, in a sentence; empty with fewer than two."""

    @property
    def answers(self) -> int:
        """Answers that were checked."""
        return sum(lesson.answers for lesson in self.lessons)

    @property
    def runs(self) -> int:
        """Runs of programs."""
        return sum(lesson.runs for lesson in self.lessons)

    @property
    def seconds(self) -> float:
        """Time of study."""
        return sum(lesson.seconds for lesson in self.lessons)


def course_recap(session: Session, course: Course) -> CourseRecap:
    """Return what the learner has done in a course; `session` only looks, and may have any lesson open before."""
    library = session.library
    states = CourseState(course.id, session.store.events(course.id)).lessons
    recaps: list[Recap] = []
    untouched: list[LessonEntry] = []
    for entry in course.lessons:
        if entry.id in states and entry.problem is None:
            session.look_at(library.lesson(entry.path, session.language, course))
            if lesson_end(session).begun:
                recaps.append(recap(session))
                continue
        untouched.append(entry)
    return CourseRecap(
        standing=standing(course, states, library.questions),
        ladders=tuple(_ladders(library, course, states)),
        lessons=tuple(recaps),
        untouched=tuple(untouched),
        guesses=_guesses(recaps, session.catalog),
    )


def _guesses(recaps: list[Recap], catalog: Catalog) -> str:
    apart = [each for found in recaps for each in found.apart]
    return got_better(apart, catalog) if sum(bool(found.apart) for found in recaps) > 1 else ""


def _ladders(library: Library, course: Course, states: Mapping[str, LessonState]) -> Iterator[Ladder]:
    """Yield the ladders of the course's end, with the learner's numbers."""
    if course.end is None or course.end.problem is not None:
        return
    page = library.open(course.end.path)
    live = _values(page, states)
    for block in page.walk():
        if isinstance(block, Drawing) and block.kind == LADDER:
            for table in block.blocks:
                if isinstance(table, Table):
                    rungs = (
                        Rung(*(_text(cell, live) for cell in row[:3])) for row in table.rows if len(row) >= 3
                    )
                    yield Ladder(block.alt, tuple(map(plain_text, table.header)), tuple(rungs))


def _values(page: Lesson, states: Mapping[str, LessonState]) -> dict[str, str]:
    found = {}
    for item, _ in page.recalled:
        lesson, expression = item.place
        if lesson in states and expression in (known := states[lesson].looked_back):
            found[item.expression] = known[expression]
    return localised_values(found, page.language)


def _text(cell: Inlines, live: Mapping[str, str]) -> str:
    """Return the words of a cell; empty if a value in it is still missing."""
    parts = []
    for item in cell:
        match item:
            case Live(expression=expression):
                if expression not in live:
                    return ""
                parts.append(live[expression])
            case Span(text=text):
                parts.append(text)
    return " ".join("".join(parts).split())
