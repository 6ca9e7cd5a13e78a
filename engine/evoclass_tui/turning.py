"""Turning to another lesson, language or version of the open lesson."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from evoclass.errors import EvoClassError
from evoclass.i18n import LANGUAGES
from evoclass.learner.session import Session
from evoclass.model import Course, LessonEntry
from evoclass_tui.notice import Tell
from evoclass_tui.shell import Shell
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.header import LessonHeader
from evoclass_tui.widgets.lab import LabColumn
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.way_back import Place
from evoclass_tui.work import Work


class Show(Protocol):
    """Draws the open lesson, with block `at` at the top, so many of its rows above."""

    def __call__(self, at: str = "", rows: int = 0) -> Awaitable[None]: ...


class Turning:
    """Puts lessons on the screen one after the other: half of one must not meet the next."""

    def __init__(
        self,
        app: Shell,
        header: LessonHeader,
        reader: Reader,
        lab: LabColumn,
        work: Work,
        tell: Tell,
        *,
        leave: Callable[[], Awaitable[None]],
        show: Show,
        begin: Callable[[], object],
    ) -> None:
        """`leave` keeps the work in the open lesson; `begin` shows the last run of one that has just been opened."""
        self._app = app
        self._session: Session = app.session
        self._header, self._reader, self._lab, self._work, self._tell = header, reader, lab, work, tell
        self._leave, self._show, self._begin = leave, show, begin
        self._turning = asyncio.Lock()

    async def open(self, entry: LessonEntry, block_id: str = "", course: Course | None = None) -> None:
        """Open a lesson at a block, or where the learner left it."""
        self._reader.leave_mark()
        async with self._turning:
            await self._open(entry, block_id, course=course)

    async def open_beside(self, by: int) -> None:
        """Open the lesson so many places after the open one, or before it."""
        session = self._session
        entry = session.course.beside(session.lesson.id, by)
        if entry is not None:
            await self.open(entry)
        elif session.at_end or len(session.course.lessons) > 1:
            last = "notice.course_end" if session.at_end else "notice.last_lesson"
            self._tell(session.catalog(last if by > 0 else "notice.first_lesson"))

    async def go_back(self, place: Place) -> None:
        """Go back to where the learner was in another lesson."""
        session = self._session
        courses = (session.course, *session.library.courses(session.language))
        course = next((course for course in courses if course.id == place.course), session.course)
        if (entry := course.page(place.lesson)) is None:
            self._tell(session.catalog("notice.no_way_back"))
        else:
            async with self._turning:
                await self._open(entry, place.block, place.rows, course)

    async def _open(
        self, entry: LessonEntry, block_id: str = "", rows: int = 0, course: Course | None = None
    ) -> None:
        session = self._session
        course = course or session.course
        if (course.id, entry.id) == session.place_in_log:
            self._reader.scroll_home(animate=False)
            self._reader.focus()
            return
        await self._leave()
        try:
            session.open_entry(course, entry)
        except EvoClassError as error:
            self._tell(session.catalog("notice.cannot_open", reason=error.said(session.catalog)), "error")
            return
        self._header.timer.begin(Stopwatch(session.state.seconds))
        self._header.timer.touch()
        await self._show(block_id or session.state.block, rows)
        self._begin()
        self._reader.focus()

    async def speak(self, language: str) -> None:
        """Show everything in another language; the learner stays at the same block."""
        async with self._turning:
            await self._speak(language)

    async def _speak(self, language: str) -> None:
        session = self._session
        if language == session.language:
            return
        self._work.keep_all()
        at, _ = self._work.place
        session.switch(language)
        self._app.take_catalog()
        self._header.device = self._lab.runs.in_use.device
        await self._show(at)
        self._lab.explain()
        if session.lesson.language != language:
            name = LANGUAGES.get(session.lesson.language, session.lesson.language)
            self._tell(session.catalog("notice.no_language", language=name), "warning")

    async def use_keys(self, changes: Mapping[str, str | None]) -> None:
        """Change keys permanently; everything that names a key is shown again, at the same place."""

        def change() -> bool:
            self._session.speak(self._session.language)
            self._app.use_keys(changes)
            self._app.take_catalog()
            return True

        await self.again(change)
        self._lab.explain()

    async def reload(self) -> None:
        """Read the lesson's file again, and show it with the same answers."""

        def change() -> bool:
            try:
                self._session.reload()
            except EvoClassError as error:
                self._tell(error.said(self._session.catalog), "warning")
                return False
            return True

        await self.again(change)

    async def again(self, change: Callable[[], bool]) -> None:
        """Keep the work and make a change; if it returns True, show the open lesson again at the same place."""
        async with self._turning:
            self._work.keep_all()
            block, rows = self._work.place
            if change():
                await self._show(block, rows)
