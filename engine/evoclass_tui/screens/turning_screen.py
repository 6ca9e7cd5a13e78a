"""The lesson on the main screen, and everything that leads to another one: keys, links, the map, the way back."""

from __future__ import annotations

from functools import cached_property
from textwrap import shorten
from typing import TYPE_CHECKING

from textual import on, work
from textual.reactive import var

from evoclass.model import Course, LessonEntry
from evoclass.reading.filenames import is_lesson
from evoclass_tui.places import idle_in
from evoclass_tui.screens.workbench import Workbench, aside
from evoclass_tui.shown_progress import ShownProgress
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.reader import Reader

if TYPE_CHECKING:
    from evoclass_tui.preview import Preview
    from evoclass_tui.turning import Turning


class TurningScreen(Workbench):
    """A screen that goes from lesson to lesson."""

    idle: var[frozenset[str]] = var(frozenset[str]())
    """Keys that do nothing in the open lesson."""
    progress: ShownProgress
    turning: Turning
    """There once the screen is whole."""

    async def _show_lesson(self, at: str = "", rows: int = 0) -> None:
        """Draw the open lesson, with block `at` at the top, so many of its rows above."""
        session = self.session
        self.header.show(session.course, session.lesson)
        self.idle = idle_in(session.lesson)
        self.panes.set_class(not session.lesson.labs, "-no-lab")
        if not session.lesson.labs:
            self.panes.zoomed = False  # perhaps on a pane of the lab
        if self.is_whole:
            await self._show_lab()
        else:
            self.panes.lab_place.files = tuple(lab.file for lab in session.lesson.labs)
        self.reader.switch_language(session.catalog)
        self.reader.course = session.course.id
        self.reader.show(session.lesson, session.state, at=at, rows=rows, standing=session.standing)
        if self.is_whole:
            self.outside.follow_saves()
        self.progress.begin()
        self.panes.show_section(at)
        self.run_worker(self.reader.restore(), group="restore")
        if session.for_author:
            self.preview.follow()

    def _begin_lesson(self) -> None:
        """Show what has been run in a lesson that was just opened."""
        self._replay()
        self.on_warmed_up()

    @work(group="lesson")
    async def open_lesson(self, entry: LessonEntry) -> None:
        """Open another lesson."""
        await self.until_whole()
        await self.turning.open(entry)

    @work(group="lesson")
    async def go_to(self, entry: LessonEntry, block_id: str, course: Course | None = None) -> None:
        """Go to a block of any lesson, of the open course or another one."""
        self.panes.side = "lesson"
        if course is None or course.id == self.session.course.id:
            course = self.session.course
        if (course.id, entry.id) == self.session.place_in_log:
            self.panes.read_at(block_id)
        else:
            await self.until_whole()
            await self.turning.open(entry, block_id, course)

    @on(Reader.LessonWanted)
    @aside
    async def _way_leads_out(self, event: Reader.LessonWanted) -> None:
        await self.until_whole()
        await self.turning.go_back(event.place)

    async def action_next_lesson(self) -> None:
        """Open the lesson after this one."""
        await self.until_whole()
        await self.turning.open_beside(1)

    async def action_previous_lesson(self) -> None:
        """Open the lesson before this one."""
        await self.until_whole()
        await self.turning.open_beside(-1)

    async def speak(self, language: str) -> None:
        """Show everything in another language."""
        await self.until_whole()
        await self.turning.speak(language)

    @cached_property
    def preview(self) -> Preview:
        """What follows the saves of an author."""
        from evoclass_tui.preview import Preview

        return Preview(self.session, self, self._reload)

    async def _reload(self) -> None:
        await self.until_whole()
        await self.turning.reload()

    @on(CourseMap.LessonChosen)
    def _lesson_chosen(self, event: CourseMap.LessonChosen) -> None:
        self.open_lesson(event.entry)

    @on(Reader.LinkOpened)
    def _link(self, event: Reader.LinkOpened) -> None:
        self.follow(event.href)

    def follow(self, href: str) -> None:
        """Open the lesson that a link leads to, or else the link."""
        file, _, block_id = href.partition("#")
        entries = self.session.course.pages if is_lesson(file) else ()
        entry = next((entry for entry in entries if entry.path.name == file.removeprefix("./")), None)
        if entry is not None and block_id:
            self.go_to(entry, block_id)
        elif entry is not None:
            self.open_lesson(entry)
        else:
            self.app.follow_link(href)

    @on(Reader.BookmarkSet)
    def _bookmark_set(self, event: Reader.BookmarkSet) -> None:
        key = "notes.bookmark_set" if event.wanted else "notes.bookmark_removed"
        quote = shorten(self.reader.quote(event.block_id), 60, placeholder=" …")
        self.tell(self.session.catalog(key, text=quote or self.session.catalog("notes.no_text")))
