"""How a course went: the questions of its lessons over the files of many learners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from evoclass.errors import ProgressError
from evoclass.learner.event import Event, Verb
from evoclass.learner.submission import course_id
from evoclass.learner.trail import trails
from evoclass.model import Course, ExerciseBlock, Lesson, LessonEntry
from evoclass.reading.library import Library
from evoclass_author.handedin import LeftOut, grouped, united
from evoclass_author.questionstats import QuestionStats

MOST_UNKNOWN = 1_000
"""Most lessons that are counted although the library does not have them."""


@dataclass(eq=False)
class LessonReport:
    """How one lesson went."""

    course: Course
    entry: LessonEntry
    library: Library
    learners: int = 0
    older: int = 0
    """Learners whose text of the lesson was another one when they opened it last."""
    stats: dict[str, QuestionStats] = field(default_factory=lambda: defaultdict(QuestionStats))
    """By the question's id, also of questions that are no longer there."""

    @cached_property
    def lesson(self) -> Lesson:
        """The lesson as it is now."""
        return self.library.open(self.entry.path)

    @cached_property
    def questions(self) -> Mapping[str, ExerciseBlock]:
        """Its questions by id, in their order."""
        return {block.id: block for block in self.lesson.exercises}

    @cached_property
    def digests(self) -> set[str]:
        """The digests of its text in every language."""
        others = (self.library.translation(self.lesson, language) for language in self.course.languages)
        return {self.lesson.digest, *(other.digest for other in others if other is not None)}

    @property
    def asked(self) -> list[tuple[ExerciseBlock, QuestionStats]]:
        """The questions that learners have answered, in the order of the lesson."""
        there = ((block, self.stats.get(key)) for key, block in self.questions.items())
        return [(block, stats) for block, stats in there if stats is not None and stats.learners]

    @property
    def gone(self) -> list[tuple[str, int]]:
        """Questions that the lesson had and no longer has, each with the number of learners."""
        return sorted(
            (key, stats.learners)
            for key, stats in self.stats.items()
            if key not in self.questions and stats.learners
        )

    def place(self, block: ExerciseBlock) -> tuple[Path, int]:
        """Return the file and the line of a question."""
        part = self.lesson.passage(block.line)
        if part is None:
            return self.entry.path, block.line
        return part.path, block.line - part.first + 1

    def take(self, events: Iterable[Event]) -> None:
        """Add the events of one learner in this lesson."""
        every = list(events)
        self.learners += 1
        opened = [event.payload.get("digest") for event in every if event.verb == Verb.INITIALIZED]
        self.older += bool(opened) and opened[-1] not in self.digests
        for key, trail in trails(every).items():
            self.stats[key].take(trail, self.questions.get(key))


class Report:
    """How the lessons of a library went."""

    def __init__(self, library: Library, language: str) -> None:
        self._library = library
        self.learners = 0
        self.left_out: tuple[LeftOut, ...] = ()
        self.unknown: dict[tuple[str, str], int] = defaultdict(int)
        """Learners in lessons that the library does not have, by the ids of course and lesson."""
        self._lessons: dict[tuple[str, str], LessonReport] = {}
        for course in library.courses(language):
            for entry in course.lessons:
                if entry.problem is None:
                    report = LessonReport(course, entry, library)
                    self._lessons.setdefault((course_id(course.id), entry.id), report)
                    # A learner who opened the file by itself has it as a course of its own.
                    self._lessons.setdefault((f"file:{entry.path.name}", entry.id), report)

    @property
    def lessons(self) -> list[LessonReport]:
        """The lessons in which somebody has worked, in the order of the courses."""
        return [report for report in dict.fromkeys(self._lessons.values()) if report.learners]

    def read(self, files: list[Path], tell: Callable[[int, int], Any]) -> None:
        """Add what files hold; `tell` hears how much of the work is done, and how much there is."""
        found = grouped(files, lambda count: tell(count, 2 * len(files)))
        done = len(files)
        failed: list[LeftOut] = []
        for group in found.learners:
            try:
                self._take(united(group))
            except ProgressError as error:  # a file that has changed since
                failed.append(LeftOut(group[0], error))
            done += len(group)
            tell(done, 2 * len(files))
        self.left_out = (*found.left_out, *failed)

    def _take(self, events: Iterable[Event]) -> None:
        self.learners += 1
        known: dict[LessonReport, list[Event]] = defaultdict(list)
        unknown: set[tuple[str, str]] = set()
        for event in events:
            key = course_id(event.course), event.lesson
            report = self._lessons.get(key)
            if report is not None:
                known[report].append(event)
            elif event.lesson:
                unknown.add(key)
        for report, every in known.items():
            report.take(every)
        for key in unknown:
            if key in self.unknown or len(self.unknown) < MOST_UNKNOWN:
                self.unknown[key] += 1
