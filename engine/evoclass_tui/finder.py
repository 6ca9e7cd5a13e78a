"""The search over everything in the window: the index is brought up to date in a thread, at the first search."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping

from evoclass.disk import paths
from evoclass.errors import ConfigError
from evoclass.learner.coursestate import CourseState
from evoclass.learner.progress import LessonState
from evoclass.learner.searching import Found, Searching
from evoclass.learner.session import Session
from evoclass.learner.store import Verb
from evoclass.model import Course, LessonEntry
from evoclass.reading.markup import Parser


class Finder:
    """Searches the lessons and notes of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        try:
            cache = paths.cache_folder()
        except ConfigError:
            cache = None
        self._searching = Searching(session.library, Parser(session.plugins), cache)
        self._places: Mapping[str, tuple[Course, LessonEntry]] = {}
        self._others: list[tuple[Course, Mapping[str, LessonState]]] = []
        """The other courses in which there are notes, perhaps."""
        self._thread: threading.Thread | None = None
        self.news: Callable[[], object] = lambda: None
        """Called when more lessons have been read."""
        self.done = self.total = 0
        """How many of the lessons that are new or have changed have been read."""

    @property
    def is_reading(self) -> bool:
        """Whether lessons are still being read."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        """Look which lessons have changed, and read these."""
        course = self._session.course
        own = {str(entry.path.absolute()): (course, entry) for entry in course.pages}
        self._places = {**own, **self._searching.entries()}
        self._others = self._other_courses()
        if not self.is_reading:
            self.done = self.total = 0
            loop = asyncio.get_running_loop()
            # No window waits for it at its end: what has been read by then is kept.
            self._thread = threading.Thread(target=self._read, args=(loop,), name="search", daemon=True)
            self._thread.start()

    def _other_courses(self) -> list[tuple[Course, Mapping[str, LessonState]]]:
        session = self._session
        written = {event.course for event in session.store.events_with((Verb.COMMENTED,))}
        courses = session.library.courses(session.language)
        others = [course for course in courses if course.id in written and course.id != session.course.id]
        return [
            (course, CourseState(course.id, session.store.events(course.id)).lessons) for course in others
        ]

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        def progress(done: int, total: int) -> None:
            self.done, self.total = done, total
            loop.call_soon_threadsafe(self._tell)

        try:
            self._searching.update([entry for _, entry in self._places.values()], progress)
            loop.call_soon_threadsafe(self._tell)
        except RuntimeError:
            pass  # the window has closed

    def _tell(self) -> None:
        self.news()

    async def find(self, typed: str) -> list[Found]:
        """Return where words stand: in notes, then in lessons."""
        session = self._session
        states = {entry.id: session.lesson_state(entry.id) for entry in session.course.pages}
        known = {name: state for name, state in states.items() if state is not None}
        notes = [
            one
            for course, lessons in [(session.course, known), *self._others]
            for one in self._searching.notes(typed, course, lessons)
        ]
        lessons = await asyncio.to_thread(self._searching.lessons, typed, session.language, self._places)
        here = session.course.id
        # The open course first; within it the best places are first already.
        lessons.sort(key=lambda one: one.course.id != here)
        return [*notes, *lessons]
