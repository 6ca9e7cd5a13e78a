"""A lesson that lies open: its text, the learner's state in it, and the log of every change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass import paths, progress
from evoclass.annotate import with_problems
from evoclass.blame import reason
from evoclass.errors import ConfigError, NotTrustedError
from evoclass.i18n import Catalog, system_language
from evoclass.library import COURSE_PAGE
from evoclass.model import Course, Lesson
from evoclass.progress import LessonState
from evoclass.runner import Runner
from evoclass.store import Store, Verb
from evoclass.trust import Trust
from evoclass.variants import personal

if TYPE_CHECKING:
    from evoclass.config import Settings
    from evoclass.library import Library
    from evoclass.plugins import Plugins


class OpenLesson:
    """What answers, lab files and reading share.  Before the first `enter` no lesson is open."""

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
        self.speak(language or settings.language or system_language())
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

    def enter(self, course: Course, lesson: Lesson) -> None:
        """Open a lesson of a course, with what the learner did in it."""
        self.course, self.lesson = course, lesson
        self.state = progress.fold(self.store.events(course.id, lesson.id))
        self.log(Verb.INITIALIZED, digest=lesson.digest)
        self.show(lesson)

    def show(self, lesson: Lesson) -> None:
        """Take a lesson as the open one, with this learner's own values and order of options."""
        self._written = lesson
        if self.for_author and not (lesson.path is not None and lesson.path.name == COURSE_PAGE):
            lesson = with_problems(lesson, self.library)
        learner = self.store.identity()

        def seed(block_id: str) -> str:
            state = self.state.exercises.get(block_id)
            return f"{learner}/{lesson.id}/{block_id}/{state.retries if state is not None else 0}"

        self.lesson = personal(lesson, seed)

    def draw_anew(self) -> None:
        """Draw values and order again where the learner begins again."""
        self.show(self._written)

    def speak(self, language: str) -> None:
        """Take the interface's language."""
        self.language = language
        self.catalog = make_catalog(language, self.plugins)

    def log(self, verb: Verb, block: str = "", **payload: object) -> None:
        """Write down what happened, and let the state take it."""
        event = self.store.append(
            verb, course=self.course.id, lesson=self.lesson.id, language=self.language, block=block, **payload
        )
        self.state.take(event)

    @property
    def place(self) -> Path:
        """What is trusted as a whole: the course's folder, or the lesson's file when it stands alone."""
        return self.course.folder or self.lesson.path or Path(self.lesson.id)

    def check_trust(self) -> None:
        """Raise NotTrustedError unless code of this course may run."""
        if not self.trust.holds(self.place):
            raise NotTrustedError(self.place, self.catalog("trust.needed", folder=self.place))


def bundled_folders() -> tuple[Path, ...]:
    """Return the folder of the bundled courses, if it is there."""
    try:
        return (paths.content_folder(),)
    except ConfigError:
        return ()  # a damaged install: nothing is bundled, so nothing is trusted unasked


def make_catalog(language: str, plugins: Plugins) -> Catalog:
    """Return the interface text of a language, with the front ends' and the plugins' own."""
    owners = {report.package: report.name for report in plugins.working}

    def broken(package: str, file: str, error: Exception) -> None:
        if package not in owners:
            raise error
        plugins.blame(owners[package], f"{file}: {reason(error)}")

    return Catalog(language, (*plugins.front_end_packages, *plugins.packages), broken)
