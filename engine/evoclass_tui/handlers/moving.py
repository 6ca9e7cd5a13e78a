"""Going to another lesson, another language, another device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass.errors import EvoClassError
from evoclass.i18n import LANGUAGES
from evoclass.model import LessonEntry
from evoclass_tui.handlers import answering, keeping, outside, running
from evoclass_tui.screens.course import CoursePage
from evoclass_tui.screens.menu import Entry, Menu
from evoclass_tui.stopwatch import Stopwatch

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


async def show_lesson(screen: LessonScreen, at: str = "") -> None:
    """Draw the open lesson, with block `at` at the top."""
    session = screen.session
    screen.header.show(session.course, session.lesson)
    screen.set_class(not session.lesson.labs, "-no-lab")
    files = [lab.file for lab in session.lesson.labs]
    await screen.lab.show(
        {file: session.desk.code(file) for file in files}, {file: session.desk.edited(file) for file in files}
    )
    outside.look(screen)
    screen.lab.open_at(session.state.file, session.state.cursors)
    screen.reader.switch_language(session.catalog)
    # A newcomer does not know the course yet: its page stands above the lesson, until something has been done.
    welcome = session.course.blocks if not at and session.is_new else ()
    screen.reader.show(session.lesson, session.state, at=at, welcome=welcome)
    screen.forget_end()
    screen.show_progress()
    screen.show_section(at)
    screen.run_worker(answering.restore(screen), group="restore")


async def go_to(screen: LessonScreen, entry: LessonEntry) -> None:
    """Open a lesson of the course map; the running program is stopped."""
    session = screen.session
    if entry.id == session.lesson.id:
        screen.reader.scroll_home(animate=False)
        screen.reader.focus()
        return
    await keeping.leave_lesson(screen)
    try:
        session.open_entry(session.course, entry)
    except EvoClassError as error:
        screen.tell(session.catalog("notice.cannot_open", reason=error.said(screen.session.catalog)), "error")
        return
    await enter(screen)


async def enter(screen: LessonScreen) -> None:
    """Show a lesson that was just opened, as it was left."""
    screen.timer.begin(Stopwatch(screen.session.state.seconds))
    screen.timer.touch()
    await show_lesson(screen, at=screen.session.state.block)
    running.replay(screen)
    screen.reader.focus()


def course_page(screen: LessonScreen) -> None:
    """Show the course at a glance, and go where the learner chooses."""
    session = screen.session

    def chosen(choice: LessonEntry | str | None) -> None:
        if isinstance(choice, LessonEntry):
            screen.open_lesson(choice)
        elif choice:
            screen.app.follow_link(choice)

    page = CoursePage(session.catalog, session.course, session.course_progress(), session.lesson.id)
    screen.app.push_screen(page, chosen)


async def neighbour(screen: LessonScreen, by: int) -> None:
    """Open the lesson after or before this one."""
    entries = screen.session.course.lessons
    here = [number for number, entry in enumerate(entries) if entry.id == screen.session.lesson.id]
    there = here[0] + by if here else 0
    if 0 <= there < len(entries):
        await go_to(screen, entries[there])


async def speak(screen: LessonScreen, language: str) -> None:
    """Show everything in another language; the learner stays at the same block."""
    session = screen.session
    if language == session.language:
        return
    keeping.keep_all(screen)
    at = keeping.place(screen)
    session.switch(language)
    screen.app.catalog = session.catalog
    await show_lesson(screen, at=at)
    running.explain(screen)
    if session.lesson.language != language:
        name = LANGUAGES.get(session.lesson.language, session.lesson.language)
        screen.tell(session.catalog("notice.no_language", language=name), "warning")


def runner_menu(screen: LessonScreen) -> None:
    """Ask where programs should run."""
    session, catalog = screen.session, screen.session.catalog
    entries = []
    for name, cls in session.plugins.runners.items():
        availability = session.plugins.available(cls)
        note = availability.device if availability.ok else catalog(availability.reason, **availability.fields)
        label = catalog(f"runner.{name}")
        entries.append(Entry(name, label if label != f"runner.{name}" else name, note, availability.ok))

    def chosen(name: str | None) -> None:
        if name is not None and name != screen.runner_name:
            running.use_runner(screen, name)
            screen.app.remember(runner=name)

    screen.app.push_screen(Menu(catalog("runner_menu.title"), "", entries, screen.runner_name), chosen)
