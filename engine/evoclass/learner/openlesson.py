"""The open lesson: its text, the learner's state in it, and the log of every change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.disk import paths
from evoclass.errors import ConfigError
from evoclass.i18n import Catalog, system_language
from evoclass.installing import install_command, missing
from evoclass.learner.coursestate import CourseState
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.origin import Origins, origin
from evoclass.learner.presentation import Presentation
from evoclass.learner.progress import ExerciseState, LessonState
from evoclass.learner.store import Event, Store, Verb
from evoclass.learner.syncing import Syncing
from evoclass.learner.trust import Trust
from evoclass.model import Course, Lesson
from evoclass.pluginhost.blame import reason
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.wording.brought import brought
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass.learner.config import Settings
    from evoclass.pluginhost.plugins import Plugins
    from evoclass.reading.library import Library
    from evoclass.runner import Runner


IN_QUESTIONS = frozenset((Verb.ANSWERED, Verb.RESPONDED, Verb.ASKED, Verb.EXPERIENCED))
"""What a learner does in a question, which is drawn."""

ON_PAGE = IN_QUESTIONS | {Verb.VOIDED, Verb.RESUMED, Verb.COMMENTED, Verb.BOOKMARKED}
"""What the page of a lesson shows."""


class OpenLesson:
    """The state that answers, lab files and reading share.  Before the first `enter` no lesson is open."""

    in_review = False
    """Whether questions are asked again, apart from their page."""

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
        self.figures = FigureFolder.beside(store.path)
        self.plugins = plugins
        self.settings = settings
        self.speak(language or settings.language or system_language())
        bundled = [*bundled_folders(), *plugins.courses]
        self.syncing = Syncing("", None, store.learner)
        """What looks into the synced folder; a command sets it."""
        self.origins = Origins(store, bundled, library.ids)
        library.known_as = self.origins.course
        self.course: Course
        self.lesson: Lesson
        self.state = LessonState()
        self._course_state = CourseState()
        self.trust = Trust(bundled)
        self.lab_runner: Callable[[], Awaitable[Runner]] | None = None
        """Returns the runner of graded code; a front end sets it."""
        self.for_author = False
        """Whether this is an author's preview."""
        self.annotate: Callable[[Lesson], Lesson] | None = None
        """Adds to a lesson what its author wants to see in it."""
        self.on_trouble: Callable[[], None] | None = None
        """Called when the learner's work is no longer kept, or is kept again; a front end sets it."""
        self.on_notice: Callable[[str], None] | None = None
        """Called with a sentence that the learner must see now; a front end sets it."""
        self._unkept = ""
        self._needs_said: set[Path] = set()
        """Folders of lessons whose missing packages have been told."""
        self._elsewhere: set[str] = set()
        """Questions whose answers another window has changed."""
        self._outdated = False
        """Whether the page of the open lesson lacks something that was done elsewhere."""
        self.presentation = Presentation(store.identity, self.turn, review=self.in_review)

    def enter(self, course: Course, lesson: Lesson) -> None:
        """Open a lesson of a course, with the learner's earlier work in it."""
        if self._course_state.course == course.id:
            self.catch_up()
        else:
            self._course_state = CourseState(course.id, self.store.follow(course.id))
        self.course, self.lesson = course, lesson
        self.state = self._course_state.lesson(lesson.id)
        self._elsewhere.clear()
        self._outdated = False
        self.presentation.begin((course.id, lesson.id))
        place = {"origin": origin(course.folder)} if course.folder is not None else {}
        self.log(Verb.INITIALIZED, digest=lesson.digest, **place)
        self.show(lesson)

    def show(self, lesson: Lesson) -> None:
        """Make this the open lesson, with this learner's own values and order of options."""
        self.presentation.take((self.course.id, lesson.id), lesson, self.state)
        if self.for_author and not (lesson.path is not None and lesson.path.name == COURSE_PAGE):
            from evoclass.lint.annotate import with_problems

            lesson = with_problems(lesson, self.library)
            if self.annotate is not None:
                lesson = self.annotate(lesson)
        self.lesson = self.presentation.personal(lesson)
        self.library.keep_drawn()

    def turn(self, block_id: str) -> str:
        """Return what tells this presentation of a question from others: each has its own values and order."""
        state = self.state.exercises.get(block_id)
        return str(state.retries if state is not None else 0)

    def draw_anew(self, block_id: str) -> None:
        """Draw values and order of a question again, which the learner starts again."""
        self.presentation.forget(block_id)
        self.show(self.presentation.written)

    def speak(self, language: str) -> None:
        """Use the interface's language."""
        self.language = language
        self.catalog = make_catalog(language, self.plugins)

    def log(self, verb: Verb, block: str = "", **payload: object) -> None:
        """Log an event and apply it to the state."""
        self.log_at(self.place_in_log, verb, block, **payload)

    @property
    def at_end(self) -> bool:
        """Whether the open page is the one after the last lesson."""
        return self.course.end is not None and self.lesson.id == self.course.end.id

    @property
    def live(self) -> dict[str, str]:
        """Values for the prose: of the runs of this lesson, and of other lessons where the prose names them."""
        return {**self.recalled, **self.state.live}

    @property
    def recalled(self) -> dict[str, str]:
        """Values of other lessons' runs that the prose names, as the log has them."""
        found: dict[str, str] = {}
        known: dict[str, dict[str, str]] = {}
        for item, _ in self.lesson.recalled:
            lesson, expression = item.place
            if lesson not in known:
                state = self._course_state.lessons.get(lesson)
                known[lesson] = state.looked_back if state is not None else {}
            if expression in known[lesson]:
                found[item.expression] = known[lesson][expression]
        return found

    @property
    def place_in_log(self) -> tuple[str, str]:
        """The course and the lesson of the current work."""
        return self.course.id, self.lesson.id

    def log_at(self, place: tuple[str, str], verb: Verb, block: str, **payload: object) -> Event:
        """Log an event of work that began in a lesson which the learner may have left since then, and return it."""
        course, lesson = place
        if verb in IN_QUESTIONS and (draw := self.presentation.draw(place, block)):
            payload["draw"] = draw
        event = self.store.append(
            verb, course=course, lesson=lesson, language=self.language, block=block, **payload
        )
        if course == self._course_state.course:
            self._course_state.take(event)
        if not self.for_author:
            self.plugins.listeners.event(event)
            self._tell_of_listeners()
        self.look_for_trouble()
        return event

    def _tell_of_listeners(self) -> None:
        for plugin, why in self.plugins.listeners.news():
            self.tell(self.catalog("plugin.deaf", plugin=plugin, reason=why))

    def catch_up(self) -> None:
        """Apply the events that other windows have logged in this course since the last time."""
        news = self.store.news(self.course.id)
        if news is None:
            self._read_again()
            return
        if any(event.lesson == self.lesson.id for event in news):
            self.before_news()
        for event in news:
            self._course_state.take(event)
            if event.lesson == self.lesson.id and event.verb in (Verb.RESPONDED, Verb.ANSWERED):
                self._elsewhere.add(event.block)
            self._outdated |= event.lesson == self.lesson.id and event.verb in ON_PAGE

    def _read_again(self) -> None:
        """Compute the state anew: what happened earlier on another machine has come."""
        self.before_news()
        before = {name: replace(each) for name, each in self.state.exercises.items()}
        marks = self.state.notes, self.state.bookmarks
        self._course_state.read_again(self.store.follow(self.course.id))
        for name, each in self.state.exercises.items():
            known = before.pop(name, ExerciseState())
            if (each.answer, each.draft) != (known.answer, known.draft):
                self._elsewhere.add(name)
            self._outdated |= each != known
        self._outdated |= bool(before) or marks != (self.state.notes, self.state.bookmarks)

    @property
    def outdated(self) -> bool:
        """Whether the page of the open lesson lacks something that was done elsewhere."""
        return self._outdated

    def take_in(self) -> bool:
        """Apply what was done elsewhere to the open lesson; return whether its page must be shown again.

        Questions that were worked on elsewhere get the values that they had there.
        """
        outdated, self._outdated = self._outdated, False
        if outdated:
            self.presentation.forget_worked_on()
            self.show(self.presentation.written)
        return outdated

    def take(self, event: Event) -> None:
        """Apply an event that this window has logged outside of the lesson's page."""
        if event.course == self._course_state.course:
            self._course_state.take(event)

    def before_news(self) -> None:
        """Remember the content of this window; called before events of another window on this lesson are applied."""

    def changed_elsewhere(self, block_id: str) -> bool:
        """Whether another window has changed an answer since the last call."""
        self.catch_up()
        there = block_id in self._elsewhere
        self._elsewhere.discard(block_id)
        return there

    def tell(self, sentence: str) -> None:
        """Have the front end show a sentence, if it listens."""
        if self.on_notice is not None:
            self.on_notice(sentence)

    def tell_of_requirements(self) -> None:
        """Say once for each course which packages it needs and this machine lacks."""
        path = self.lesson.path
        if path is None or path.parent in self._needs_said:
            return
        self._needs_said.add(path.parent)
        lacking = missing(self.library.requires(path))
        if lacking:
            packages = printable(", ".join(lacking))
            self.tell(
                self.catalog(
                    "session.requires", packages=packages, command=printable(install_command(lacking))
                )
            )

    @property
    def unkept(self) -> str:
        """Why the learner's work is not being kept at the moment, as a sentence; empty when it is kept."""
        trouble = self.store.trouble or self.files_trouble()
        return self.catalog("progress.unkept", reason=printable(trouble)) if trouble else ""

    def files_trouble(self) -> str:
        """Why the learner's files are not being kept; empty when they are."""
        return ""

    def look_for_trouble(self) -> None:
        """Tell the front end when work is no longer kept, or is kept again."""
        if bool(self.unkept) != bool(self._unkept) and self.on_trouble is not None:
            self.on_trouble()
        self._unkept = self.unkept

    def notices(self) -> list[str]:
        """Return the sentences that the learner must see once, when the course is opened."""
        aside = self.store.set_aside
        found = [aside.said(self.catalog)] if aside is not None else []
        owner = self.origins.owner(self.course)
        if owner.other:
            found.append(self.catalog("progress.same_id", other=printable(owner.other)))
        if owner.moved_from:
            found.append(self.catalog("progress.moved", before=printable(owner.moved_from)))
        return found

    @property
    def place(self) -> Path:
        """The unit of trust: the course's folder, or the file of a lesson without a course."""
        return self.course.folder or self.lesson.path or Path(self.lesson.id)


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
        if package in owners:
            plugins.blame(owners[package], f"{file}: {reason(error)}")
        elif package in ("evoclass", *plugins.front_end_packages):
            raise error

    for file in brought().broken_files:
        broken(file.package, file.file, file.error)
    return Catalog(language, (*plugins.front_end_packages, *plugins.packages), broken)
