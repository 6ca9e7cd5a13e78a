"""Grades submissions again, by the course's own checks; nothing that a file says of itself is believed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import field, replace
from functools import partial
from pathlib import Path

import msgspec

from evoclass.errors import EvoClassError, ProgressError
from evoclass.exercise import Answer, Bench, Verdict
from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner import submission
from evoclass.learner.submission import Head, Submission
from evoclass.learner.trail import Attempt, Trail, trails
from evoclass.model import ExerciseBlock, Lesson, plain_text, walk
from evoclass.reading.library import Library
from evoclass.reading.supplies import modules
from evoclass.reading.variants import personal, seed_of
from evoclass.runner import Limits, Runner
from evoclass.running.bench import RunnerBench
from evoclass.running.grading import graded
from evoclass.wording.printable import printable

LARGEST_ANSWER = 256 * 1024
"""Most bytes of one answer that are graded."""

LONGEST_NOTE = 200
"""Most characters of a note."""

MOST_GONE = 20
"""Most questions that are told although the lesson does not have them."""

NEARLY = 0.005
"""Scores that differ by less are the same."""


@frozen
class Grade:
    """What became of one question of a submission."""

    question: str
    score: float | None
    """From 0 to 1; None when the answer could not be graded."""
    passed: bool
    claimed: float | None
    """The score that the learner's program gave; None without an answer that was checked."""
    trail: Trail
    answer: Answer | None = None
    """What was graded."""
    note: str = ""
    """Why it did not pass, or was not graded, as a sentence."""
    differs: bool = False
    """Whether the learner's program judged otherwise."""


@frozen
class Graded:
    """What became of one file."""

    file: Path
    head: Head | None = None
    """What the file says that it is; None when it cannot be read."""
    grades: Sequence[Grade] = ()
    problem: str = ""
    """Why it could not be graded, as a sentence."""
    changed: bool = False
    """Whether the lesson's text is another one here."""
    programs: Mapping[str, str] = field(default_factory=dict)


class Lessons:
    """The lessons of the course here, in every language."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[tuple[str, str, str], Lesson | None] = {}

    def find(self, head: Head, language: str) -> Lesson | None:
        """Return the lesson that a submission is of, in a language if there is such a text; None if it is not here."""
        key = (head.course, head.lesson, language)
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, course_id: str, lesson_id: str, language: str) -> Lesson | None:
        for course in self._library.courses(language):
            entry = course.entry(lesson_id)
            if entry is not None and entry.problem is None:
                alone = f"file:{entry.path.name}"
                if course_id in (submission.course_id(course.id), alone):
                    return self._library.open(entry.path)
        return None


class Grading:
    """Grades files one by one, each on a runner of its own: no program meets another learner's."""

    def __init__(
        self,
        lessons: Lessons,
        make_runner: Callable[[], Runner],
        limits: Limits,
        catalog: Catalog,
        catalogs: Callable[[str], Catalog],
    ) -> None:
        self._lessons = lessons
        self._make_runner = make_runner
        self._limits = limits
        self._catalog = catalog
        self._catalogs = catalogs
        """Returns the interface text of a learner's language, in which numbers are read."""

    async def grade(self, file: Path) -> Graded:
        """Return the grades of one file, or why there are none."""
        try:
            found = await asyncio.to_thread(submission.read, file)
        except ProgressError as error:
            return Graded(file, problem=error.said(self._catalog))
        head = found.head
        lesson = self._lessons.find(head, head.language)
        if lesson is None:
            fields = {"course": head.course, "lesson": head.lesson}
            return Graded(file, head, problem=self._catalog("author.grade.not_here", **fields))
        async with AsyncExitStack() as stack:
            grades = await self._grades(found, lesson, self._own_runner(stack))
        changed = head.digest != lesson.digest
        return Graded(file, head, grades, changed=changed, programs=found.programs)

    def _own_runner(self, stack: AsyncExitStack) -> Callable[[], Awaitable[Runner]]:
        """Return what makes a runner when the first program wants one; the stack closes it."""
        runners: list[Runner] = []

        async def ready() -> Runner:
            if not runners:
                runners.append(self._make_runner())
                stack.push_async_callback(runners[0].close)
            return runners[0]

        return ready

    async def _grades(
        self, found: Submission, lesson: Lesson, ready: Callable[[], Awaitable[Runner]]
    ) -> list[Grade]:
        done = trails(found.events)
        shared = partial(modules, lesson.course)
        grades = []
        for block in lesson.exercises:
            trail = done.pop(block.id, Trail())
            attempt = trail.best or trail.draft
            if attempt is None:
                key = "seen" if trail.seen else "open"
                note = self._catalog(f"author.grade.{key}")
                grades.append(Grade(block.id, 0.0, False, None, trail, note=note))
                continue
            text = self._lessons.find(found.head, attempt.language) or lesson
            bench = RunnerBench(self._catalogs(text.language), ready, self._limits, shared, threads=1)
            own = _own(text, block.id, found.head.draws, attempt)
            grades.append(await self._one(own or block, trail, attempt, bench))
        for name in list(done)[:MOST_GONE]:
            best = done[name].best
            claimed = best.score if best is not None else None
            note = self._catalog("author.grade.gone")
            grades.append(Grade(name, None, False, claimed, done[name], note=note))
        return grades

    async def _one(self, block: ExerciseBlock, trail: Trail, attempt: Attempt, bench: Bench) -> Grade:
        claimed = None if attempt is trail.draft else attempt.score
        if not _fits(attempt.answer):
            note = self._catalog("author.grade.too_large")
            return Grade(block.id, None, False, claimed, trail, note=note)
        try:
            verdict = await graded(block, attempt.answer, bench)
        except EvoClassError as error:
            note = self._catalog("author.grade.failed", reason=on_one_line(error.said(self._catalog)))
            return Grade(block.id, None, False, claimed, trail, attempt.answer, note)
        score = min(max(verdict.score, 0.0), 1.0) if math.isfinite(verdict.score) else 0.0
        differs = claimed is not None and (abs(claimed - score) > NEARLY or attempt.passed != verdict.passed)
        note = "" if verdict.passed else _why(verdict)
        return Grade(block.id, score, verdict.passed, claimed, trail, attempt.answer, note, differs)


def _fits(answer: Answer) -> bool:
    """Whether an answer is small enough to be graded, numbers included."""
    try:
        return len(msgspec.json.encode(answer)) <= LARGEST_ANSWER
    except (OverflowError, ValueError):
        return False


def _own(lesson: Lesson, block_id: str, draws: str, attempt: Attempt) -> ExerciseBlock | None:
    """Return a question with the values that the learner had at an attempt."""
    learner, _, turn = attempt.draw.partition("/")

    def seeds(block: str) -> str:
        if not attempt.draw:
            return seed_of(draws, lesson.id, block, str(attempt.turns.get(block, 0)))
        # The values of a challenge are drawn once for all its steps, but anew for each review.
        return seed_of(learner, lesson.id, block, turn if block == block_id or attempt.in_review else "0")

    for top in lesson.blocks:
        if any(block.id == block_id for block in walk((top,))):
            found = personal(replace(lesson, blocks=(top,)), seeds).find(block_id)
            return found if isinstance(found, ExerciseBlock) else None
    return None


def _why(verdict: Verdict) -> str:
    """Return the first thing that the check says against an answer."""
    return next((on_one_line(plain_text(remark.text)) for remark in verdict.feedback if not remark.good), "")


def on_one_line(text: str) -> str:
    """Return a foreign text as one line of bounded length."""
    text = " ".join(printable(text).split())
    return text if len(text) <= LONGEST_NOTE else f"{text[: LONGEST_NOTE - 1]}…"
