"""One learner in one lesson: the open lesson, its language, and the progress in the course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evoclass.disk import paths
from evoclass.errors import ConfigError, NotFoundError
from evoclass.learner import config, progress
from evoclass.learner.answers import Answers
from evoclass.learner.desk import Desk
from evoclass.learner.guessed import GuessValue
from evoclass.learner.laborder import LabOrder
from evoclass.learner.openlesson import OpenLesson
from evoclass.learner.permission import Permission
from evoclass.learner.progress import LessonState
from evoclass.learner.standing import Standing, standing
from evoclass.learner.store import Event, Store, Verb
from evoclass.model import Course, Lesson, LessonEntry

if TYPE_CHECKING:
    from evoclass.learner.config import Settings
    from evoclass.pluginhost.plugins import Plugins
    from evoclass.reading.library import Library


class Session(OpenLesson):
    """The open lesson with the learner's `answers`, `desk` and `permission` to run code, as a front end uses it."""

    def __init__(
        self,
        library: Library,
        store: Store,
        plugins: Plugins,
        settings: Settings,
        language: str | None = None,
    ) -> None:
        super().__init__(library, store, plugins, settings, language)
        self.permission = Permission(self)
        self.answers = Answers(self, self.permission)
        self.desk = Desk(self, self.permission)
        self.lab_order = LabOrder(self, self.desk)
        self.at_course_page = False
        """Whether a new learner, who has asked for no lesson, is still at the course page."""
        self.at_review = False
        """Whether the window shall begin with what is due for review."""
        self.reviews_more = False
        """Whether that review asks what is not due yet, too."""

    def enter(self, course: Course, lesson: Lesson) -> None:
        super().enter(course, lesson)
        self.desk.forget()

    def before_news(self) -> None:
        self.desk.before_news()

    def files_trouble(self) -> str:
        return self.catalog("session.no_folder") if self.desk.for_now else ""

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
        """Open the named lesson, or the last one open, or the first.  Raises NotFoundError."""
        session = cls(library, store, plugins, settings, language)
        if reference is None:
            session._resume(language)
            session.at_course_page = session.is_new and bool(session.course.blocks)
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
        annotate: Callable[[Lesson], Lesson] | None = None,
    ) -> Self:
        """Open a lesson for its author: its problems are shown in place, and it is read again when saved."""
        session = cls(library, store, plugins, settings, language)
        session.for_author, session.annotate = True, annotate
        session.go(file)
        # The author of a lesson may run its code.
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
        """Open a lesson without any entry in the log, to run its labs from a command."""
        session = cls(library, store, plugins, settings, language)
        session.look_at(library.lesson(reference, session.language))
        return session

    def look_at(self, lesson: Lesson) -> None:
        """Open a lesson without any entry in the log."""
        self.course = self._course_of(lesson)
        self.state = progress.fold(self.store.events(self.course.id, lesson.id))
        self.presentation.take((self.course.id, lesson.id), lesson, self.state)
        self.lesson = lesson
        self.lesson = self.presentation.personal(lesson)

    # ------------------------------------------------------------------------------------- where we are

    def _resume(self, language: str | None) -> None:
        last = self.store.last(Verb.INITIALIZED)
        if last is not None and language is None and not self.settings.language and last.language:
            self.speak(last.language)
        courses = self.library.courses(self.language)
        if last is not None and not courses and last.course.startswith("file:"):
            file = Path(last.course.removeprefix("file:"))
            if file.is_file():
                return self.go(file)
        # What was opened last may be a lesson of some other folder.
        opened = [(event.id, event.lesson, course) for course in courses if (event := self._last_in(course))]
        if opened:
            _, lesson, course = max(opened, key=lambda found: found[0])
            return self.enter(course, self.library.lesson(lesson, self.language, course))
        for course in courses:
            for entry in course.lessons:
                if entry.problem is None:
                    return self.enter(course, self.library.lesson(entry.path, self.language, course))
            for entry in course.lessons:
                return self.enter(course, self.library.lesson(entry.path, self.language, course))
        raise NotFoundError(self.catalog("session.no_lessons"))

    def _last_in(self, course: Course) -> Event | None:
        """Return when the learner last opened a page that is still in the course."""
        last = self.store.last(Verb.INITIALIZED, course.id)
        return last if last is not None and course.page(last.lesson) is not None else None

    def go(self, reference: str | Path) -> None:
        """Open another lesson: a number, an id or a path to a `.md`.  Raises NotFoundError."""
        lesson = self.library.lesson(reference, self.language)
        self.enter(self._course_of(lesson), lesson)

    def open_entry(self, course: Course, entry: LessonEntry) -> None:
        """Open a lesson of the course map."""
        self.enter(course, self.library.lesson(entry.path, self.language, course))

    def _course_of(self, lesson: Lesson) -> Course:
        for course in self.library.courses(self.language):
            entry = course.page(lesson.id)
            if entry is not None and _same_file(entry, lesson):
                return course
        file = lesson.path.absolute() if lesson.path else Path(lesson.id)
        entry = LessonEntry(
            id=lesson.id, number=lesson.number, title=lesson.title, language=lesson.language, path=file
        )
        return Course(id=f"file:{file}", code="", title=file.name, language=lesson.language, lessons=(entry,))

    def switch(self, language: str) -> None:
        """Show the same lesson in another language, if it has one, and use that language from now on."""
        self.speak(language)
        same_course = next(
            (course for course in self.library.courses(language) if course.id == self.course.id), None
        )
        self.course = same_course or self.course
        translation = self.library.translation(self.lesson, language)
        if translation is not None:
            self.show(translation)
        self.log(Verb.PREFERRED)
        self.settings = self.settings.changed(language=language)
        try:
            config.save(paths.config_file(), language=language)
        except ConfigError as error:
            self.tell(error.said(self.catalog))

    def reload(self) -> None:
        """Read the open lesson's file again after its author has changed it."""
        if self.lesson.path is not None:
            self.show(self.library.lesson(self.lesson.path, self.language))

    # ------------------------------------------------------------------------------------ reading, time

    def reached(self, block_id: str) -> None:
        """Remember which block is at the top of the reader."""
        if block_id and block_id != self.state.block:
            self.log(Verb.PROGRESSED, block_id)

    def guess(self, block_id: str, value: GuessValue) -> None:
        """Keep a guess that was made before a run."""
        self.log(Verb.PREDICTED, block_id, guess=value)

    def look_at_guess(self, block_id: str) -> None:
        """Remember that the learner asked what comes, without waiting for a run."""
        if not self.state.guess(block_id).told:
            self.log(Verb.PREDICTED, block_id, looked=True)

    def studied(self, seconds: float) -> None:
        """Add active study time."""
        if seconds > 0:
            self.log(Verb.ATTENDED, seconds=round(seconds, 1))

    def lesson_state(self, lesson_id: str) -> LessonState | None:
        """Return the learner's progress in any lesson of the open course; None where there is none."""
        return self._course_state.lessons.get(lesson_id)

    @property
    def is_new(self) -> bool:
        """Whether the learner has only opened this course so far."""
        return self._course_state.is_new

    @property
    def standing(self) -> Standing:
        """How far the learner is in the open course."""
        return standing(self.course, self._course_state.lessons, self._asked)

    def _asked(self, entries: Sequence[LessonEntry]) -> dict[str, tuple[str, ...]]:
        open_id = self.lesson.id
        found = self.library.questions(entry for entry in entries if entry.id != open_id)
        if any(entry.id == open_id for entry in entries):
            found[open_id] = tuple(block.id for block in self.lesson.exercises)
        return found


def _same_file(entry: LessonEntry, lesson: Lesson) -> bool:
    """Whether a course's entry is the same lesson, perhaps in another language."""
    return lesson.path is not None and (
        entry.path == lesson.path
        or (entry.id == lesson.id and entry.path.parent.parent == lesson.path.absolute().parent.parent)
    )
