"""One learner in one lesson: what a front end asks, and the events that it leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar

import msgspec

from evoclass import config, paths, progress
from evoclass.annotate import with_problems
from evoclass.bench import RunnerBench
from evoclass.errors import (
    ConfigError,
    EvoClassError,
    NotFoundError,
    NotTrustedError,
    PluginError,
    RunnerUnavailable,
)
from evoclass.exercise import Answer, Feedback, Verdict
from evoclass.faultlog import write_down
from evoclass.i18n import Catalog, system_language
from evoclass.model import Course, ExerciseBlock, Inlines, Lab, Lesson, LessonEntry, Span
from evoclass.progress import LessonState, RunRecord
from evoclass.recording import Recording
from evoclass.runner import Limits, Program, Runner
from evoclass.store import Store, Verb
from evoclass.trust import Trust
from evoclass.variants import personal
from evoclass.workfiles import OutsideEdit, WorkFiles

if TYPE_CHECKING:
    from evoclass.config import Settings
    from evoclass.library import Library
    from evoclass.plugins import Plugins

Result = TypeVar("Result")

LessonMark = Literal["new", "started", "done"]


class Session:
    """The open lesson, the learner's state in it, and every change to that state."""

    def __init__(
        self,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        language: str | None = None,
    ) -> None:
        self.library = library
        self.store = store
        self.plugins = plugins
        self.settings = settings
        self.language = language or settings.language or system_language()
        self.catalog = make_catalog(self.language, plugins)
        self.course: Course
        self.lesson: Lesson
        self._written: Lesson
        """The open lesson as its author wrote it: no values drawn, no options shuffled."""
        self.state = LessonState()
        self.trust = Trust([*bundled_folders(), *plugins.courses])
        self.lab_runner: Callable[[], Awaitable[Runner]] | None = None
        """Where graded code runs; a front end sets it."""
        self.for_author = False
        """Whether this is an author's preview."""

    @classmethod
    def open(
        cls,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        reference: str | Path | None = None,
        language: str | None = None,
    ) -> Self:
        """Open a lesson: the one named, else the one left off, else the first.  Raises NotFoundError."""
        session = cls(library, store, plugins, settings, language)
        if reference is None:
            session._resume(language)
        else:
            session.go(reference)
        return session

    @classmethod
    def preview(
        cls,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        file: Path,
        language: str | None = None,
    ) -> Self:
        """Open a lesson for its author: its problems are shown where they are, and it is read anew when saved."""
        session = cls(library, store, plugins, settings, language)
        session.for_author = True
        session.go(file)
        # Who writes a lesson may run its code.
        session.trust.grant_for_now(session.place)
        return session

    @classmethod
    def look(
        cls,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        reference: str | Path,
        language: str | None = None,
    ) -> Self:
        """Open a lesson without leaving a trace in the log, to run its labs from a command."""
        session = cls(library, store, plugins, settings, language)
        session.lesson = library.lesson(reference, session.language)
        session.course = session._course_of(session.lesson)
        session.state = progress.fold(store.events(session.course.id, session.lesson.id))
        return session

    # ------------------------------------------------------------------------------------- where we are

    def _resume(self, language: str | None) -> None:
        last = self.store.last(Verb.INITIALIZED)
        if last is not None:
            if language is None and not self.settings.language and last.language:
                self._speak(last.language)
            for course in self.library.courses(self.language):
                if course.id == last.course and course.place(last.lesson) is not None:
                    return self._enter(course, self.library.lesson(last.lesson, self.language, course))
            file = last.course.removeprefix("file:")
            if file != last.course and Path(file).is_file() and not self.library.courses(self.language):
                return self.go(Path(file))
        for course in self.library.courses(self.language):
            for entry in course.lessons:
                if entry.problem is None:
                    return self._enter(course, self.library.lesson(entry.path, self.language, course))
            for entry in course.lessons:
                return self._enter(course, self.library.lesson(entry.path, self.language, course))
        raise NotFoundError(self.catalog("session.no_lessons"))

    def go(self, reference: str | Path) -> None:
        """Open another lesson: a number, an id or a path to a `.md`.  Raises NotFoundError."""
        lesson = self.library.lesson(reference, self.language)
        self._enter(self._course_of(lesson), lesson)

    def open_entry(self, course: Course, entry: LessonEntry) -> None:
        """Open a lesson of the course map."""
        self._enter(course, self.library.lesson(entry.path, self.language, course))

    def _course_of(self, lesson: Lesson) -> Course:
        for course in self.library.courses(self.language):
            entry = course.entry(lesson.id)
            if entry is not None and _same_file(entry, lesson):
                return course
        file = lesson.path.absolute() if lesson.path else Path(lesson.id)
        entry = LessonEntry(
            id=lesson.id, number=lesson.number, title=lesson.title, language=lesson.language, path=file
        )
        return Course(id=f"file:{file}", code="", title=file.name, language=lesson.language, lessons=(entry,))

    def _enter(self, course: Course, lesson: Lesson) -> None:
        self.course, self.lesson = course, lesson
        self.state = progress.fold(self.store.events(course.id, lesson.id))
        self._log(Verb.INITIALIZED, digest=lesson.digest)
        self.lesson = self._personal(lesson)

    def _personal(self, lesson: Lesson) -> Lesson:
        """Return a lesson with this learner's own values and order of options."""
        self._written = lesson
        if self.for_author:
            lesson = with_problems(lesson, self.library)
        learner = self.store.identity()

        def seed(block_id: str) -> str:
            state = self.state.exercises.get(block_id)
            return f"{learner}/{lesson.id}/{block_id}/{state.retries if state is not None else 0}"

        return personal(lesson, seed)

    def switch(self, language: str) -> None:
        """Show the same lesson in another language, as far as there is one, and keep to it from now on."""
        self._speak(language)
        same_course = next(
            (course for course in self.library.courses(language) if course.id == self.course.id), None
        )
        self.course = same_course or self.course
        translation = self.library.translation(self.lesson, language)
        self.lesson = self._personal(translation) if translation is not None else self.lesson
        self._log(Verb.PREFERRED)
        self.settings = self.settings.changed(language=language)
        config.save(paths.config_file(), language=language)

    def reload(self) -> None:
        """Read the open lesson's file again, after its author has changed it."""
        if self.lesson.path is not None:
            self.lesson = self._personal(self.library.lesson(self.lesson.path, self.language))

    def _speak(self, language: str) -> None:
        self.language = language
        self.catalog = make_catalog(language, self.plugins)

    def _log(self, verb: Verb, block: str = "", **payload: object) -> None:
        event = self.store.append(
            verb, course=self.course.id, lesson=self.lesson.id, language=self.language, block=block, **payload
        )
        self.state.take(event)

    # -------------------------------------------------------------------------------------------- trust

    @property
    def place(self) -> Path:
        """What is trusted as a whole: the course's folder, or the lesson's file when it stands alone."""
        return self.course.folder or self.lesson.path or Path(self.lesson.id)

    def check_trust(self) -> None:
        """Raise NotTrustedError unless code of this course may run."""
        if not self.trust.holds(self.place):
            raise NotTrustedError(self.place, self.catalog("trust.needed", folder=self.place))

    # ---------------------------------------------------------------------------------------- exercises

    def exercise(self, block_id: str) -> ExerciseBlock:
        """Return an exercise of the open lesson.  Raises NotFoundError."""
        block = self.lesson.find(block_id)
        if not isinstance(block, ExerciseBlock):
            raise NotFoundError(self.catalog("session.no_exercise", id=block_id))
        return block

    def bench(self) -> RunnerBench:
        """Return what grading may use; asking it to run code raises NotTrustedError unless the course may."""

        async def trusted() -> Runner:
            self.check_trust()
            return await (self.lab_runner or _no_runner)()

        return RunnerBench(self.catalog, trusted, self.settings.limits)

    async def submit(self, block_id: str, answer: Answer) -> Verdict:
        """Grade an answer and remember it.

        Raises RunnerError when its code cannot be run, PluginError when the question's plugin has a fault.
        """
        block = self.exercise(block_id)
        verdict = await _kept_in(block, block.exercise.grade(answer, self.bench()))
        if verdict.valid:
            self._log(
                Verb.ANSWERED, block_id, answer=dict(answer), score=verdict.score, passed=verdict.passed
            )
            if block.tries and not verdict.passed:
                return await self._used_up(block, verdict)
        return verdict

    async def _used_up(self, block: ExerciseBlock, verdict: Verdict) -> Verdict:
        """Say how many attempts are left; after the last one, show the solution."""
        left = self._attempts_left(block)
        if left > 0:
            note = self.catalog("session.tries_left", count=left)
        else:
            note = self.catalog("session.no_tries_left")
            await self.solve(block.id)
        return replace(verdict, feedback=(*verdict.feedback, Feedback((Span(note),), False)))

    def _attempts_left(self, block: ExerciseBlock) -> int:
        state = self.state.exercise(block.id)
        return block.tries * (state.retries + 1) - state.attempts

    def used_up(self, block_id: str, verdict: Verdict) -> bool:
        """Whether the answer of this verdict was the last attempt, so that the solution is due."""
        block = self.exercise(block_id)
        return bool(block.tries and verdict.valid and not verdict.passed and self._attempts_left(block) <= 0)

    async def regrade(self) -> dict[str, Verdict]:
        """Return the verdict on each answer given earlier, where that needs no code to run."""
        verdicts = {}
        for block in self.lesson.exercises:
            state = self.state.exercises.get(block.id)
            if state is not None and state.answer is not None and not block.exercise.runs_code:
                with suppress(PluginError):  # written down; the answer stays without its old verdict
                    verdicts[block.id] = await _kept_in(
                        block, block.exercise.grade(state.answer, self.bench())
                    )
        return verdicts

    def draft(self, block_id: str, answer: Answer) -> None:
        """Remember an answer that is not checked yet."""
        if self.state.exercise(block_id).draft != answer:
            self._log(Verb.RESPONDED, block_id, answer=dict(answer))

    def hint(self, block_id: str) -> tuple[Inlines, ...]:
        """Show one more hint and return all that are shown."""
        hints = self.exercise(block_id).hints
        state = self.state.exercise(block_id)
        if state.hints < len(hints):
            self._log(Verb.ASKED, block_id, hint=state.hints + 1)
        return hints[: state.hints]

    def reveal(self, block_id: str) -> Answer:
        """Show the solution; from now on an answer to it no longer counts as a pass."""
        solution = self.exercise(block_id).exercise.solution()
        state = self.state.exercise(block_id)
        if not state.done:
            self._log(Verb.EXPERIENCED, block_id)
        return solution

    async def solve(self, block_id: str) -> Answer:
        """Reveal, for questions whose solution is found by running code too.  Raises RunnerError, PluginError."""
        block = self.exercise(block_id)
        exercise = block.exercise
        solution = await _kept_in(block, exercise.solve(self.bench()))
        if not self.state.exercise(block_id).done:
            known = {"solution": dict(solution)} if exercise.runs_code else {}
            self._log(Verb.EXPERIENCED, block_id, **known)
        return solution

    def retry(self, block_id: str) -> None:
        """Take the answer back to try again, with newly drawn values; what was passed stays passed."""
        self._log(Verb.VOIDED, block_id)
        self.lesson = self._personal(self._written)

    @property
    def total(self) -> int:
        """Exercises in the lesson."""
        return len(self.lesson.exercises)

    @property
    def done(self) -> int:
        """Exercises passed."""
        return sum(
            block.id in self.state.exercises and self.state.exercises[block.id].passed
            for block in self.lesson.exercises
        )

    # --------------------------------------------------------------------------------------------- labs

    def lab(self, file: str) -> Lab:
        """Return a lab of the open lesson.  Raises NotFoundError."""
        for lab in self.lesson.labs:
            if lab.file == file:
                return lab
        names = ", ".join(lab.file for lab in self.lesson.labs) or "-"
        raise NotFoundError(self.catalog("session.no_file", file=file, files=names))

    def code(self, file: str) -> str:
        """Return the learner's version of a lab file, or the lesson's."""
        return self.state.code.get(file, self.lab(file).code)

    def edited(self, file: str) -> bool:
        """Whether the learner's version differs from the lesson's."""
        return self.code(file) != self.lab(file).code

    def edit(self, file: str, source: str) -> None:
        """Keep the learner's version of a lab file."""
        if source == self.code(file):
            return
        self._log(Verb.INTERACTED, file, source=None if source == self.lab(file).code else source)

    def worked_at(self, file: str, cursor: tuple[int, int]) -> None:
        """Remember which lab file is open, and where its cursor stands."""
        if file != self.state.file or cursor != self.state.cursors.get(file):
            self._log(Verb.INTERACTED, file, cursor=list(cursor))

    def reset(self, file: str) -> str:
        """Go back to the lesson's version of a lab file and return it."""
        if file in self.state.code:
            self._log(Verb.INTERACTED, file, source=None)
        return self.lab(file).code

    def folder(self) -> Path:
        """Return the learner's working folder for this lesson."""
        return paths.work_folder(self.course.id, self.lesson.id)

    def program(self, file: str) -> Program:
        """Write the lab files into the working folder and return the one to run.

        Raises NotTrustedError when code of this course may not run, ConfigError when the folder cannot be written.
        """
        self.check_trust()
        folder = self.folder()
        self.take_outside_edits()
        self._write_files()
        return Program(
            source=self.code(file),
            file=folder / file,
            folder=folder,
            watch=self.lab(file).watch,
            live=self.lesson.live,
            frames_per_second=self.settings.frames_per_second,
            budget=self.settings.inspector_budget,
            environment={"EVOCLASS_LANGUAGE": self.language},
        )

    def take_outside_edits(self) -> list[OutsideEdit]:
        """Take in what another editor wrote into lab files; a version of ours that it never saw is kept beside.

        Raises ConfigError when the folder cannot be used.
        """
        files = WorkFiles(self.folder())
        taken = []
        try:
            for edit in files.changed({lab.file: self.code(lab.file) for lab in self.lesson.labs}):
                ours = self.code(edit.file)
                if edit.both and self.edited(edit.file):
                    edit = replace(edit, aside=files.set_aside(edit.file, ours))
                self.edit(edit.file, edit.text)
                taken.append(edit)
        except OSError as error:
            raise self._unusable(error) from error
        if taken:
            self._write_files()
        return taken

    def _write_files(self) -> None:
        """Write the lab files as they are known here into the working folder.  Raises ConfigError."""
        try:
            WorkFiles(self.folder()).write({lab.file: self.code(lab.file) for lab in self.lesson.labs})
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> ConfigError:
        return ConfigError(self.catalog("session.cannot_write", folder=self.folder(), reason=error.strerror))

    def limits(self, file: str) -> Limits:
        """Return what a run of a lab file may use: the lesson's limits within the learner's."""
        mine, lab = self.settings.limits, self.lab(file)
        return mine.lowered(replace(mine, seconds=lab.seconds, **lab.limits))

    def record(self, recording: Recording) -> RunRecord:
        """Remember a run that has ended."""
        record = recording.record()
        self._log(Verb.ATTEMPTED, record.file, run=msgspec.to_builtins(record))
        return record

    # ------------------------------------------------------------------------------------ reading, time

    def reached(self, block_id: str) -> None:
        """Remember which block stands at the top of the reader."""
        if block_id and block_id != self.state.block:
            self._log(Verb.PROGRESSED, block_id)

    def studied(self, seconds: float) -> None:
        """Add active study time."""
        if seconds > 0:
            self._log(Verb.ATTENDED, seconds=round(seconds, 1))

    def course_progress(self) -> dict[str, LessonMark]:
        """Return how far each lesson of the open course has come, by lesson id.

        `done` is judged for lessons that were opened: every exercise passed or revealed.
        """
        marks: dict[str, LessonMark] = dict.fromkeys(self.course.ids, "new")
        states: dict[str, LessonState] = {}
        for event in self.store.events(self.course.id):
            states.setdefault(event.lesson, LessonState()).take(event)
        for lesson_id, state in states.items():
            entry = self.course.entry(lesson_id)
            if entry is None:
                continue
            marks[entry.id] = "started"
            if entry.problem is None:
                lesson = (
                    self.lesson
                    if entry.id == self.lesson.id
                    else self.library.lesson(entry.path, self.language)
                )
                blocks = lesson.exercises
                if blocks and all(
                    block.id in state.exercises and state.exercises[block.id].done for block in blocks
                ):
                    marks[entry.id] = "done"
        return marks


def bundled_folders() -> tuple[Path, ...]:
    """Return the folder of the bundled courses, if it is there."""
    try:
        return (paths.content_folder(),)
    except ConfigError:
        return ()  # a damaged install: nothing is bundled, so nothing is trusted unasked


def make_catalog(language: str, plugins: Plugins) -> Catalog:
    """Return the interface text of a language, with the front ends' and the plugins' own."""
    return Catalog(language, (*plugins.front_end_packages, *plugins.packages))


async def _kept_in(block: ExerciseBlock, work: Awaitable[Result]) -> Result:
    """Do what a question's plugin does, and make a fault of its own a PluginError, written down in full."""
    try:
        return await work
    except EvoClassError:
        raise
    except Exception as error:
        write_down(error)
        kind = type(block.exercise).kind
        raise PluginError(f"{kind}: {type(error).__name__}: {error}") from error


async def _no_runner() -> Runner:
    raise RunnerUnavailable("no runner is set up for this session")


def _same_file(entry: LessonEntry, lesson: Lesson) -> bool:
    """Whether a course's entry is the lesson, perhaps in another language."""
    return lesson.path is not None and (
        entry.path == lesson.path
        or (entry.id == lesson.id and entry.path.parent.parent == lesson.path.absolute().parent.parent)
    )
