"""Screens above the lesson: help, palette, settings, the course, the runners, two runs side by side."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING

from evoclass.disk import paths
from evoclass.errors import ConfigError
from evoclass.learner import week
from evoclass.learner.review import Plan
from evoclass.learner.session import Session
from evoclass.learner.standing import Standing
from evoclass.model import Course, LessonEntry
from evoclass.quantities import byte_text
from evoclass.wording.printable import printable
from evoclass_tui.notice import Tell
from evoclass_tui.palette_entry import PaletteEntry
from evoclass_tui.run_requests import RunRequests
from evoclass_tui.runs import Runs
from evoclass_tui.screens.course import CoursePage
from evoclass_tui.screens.help import Help
from evoclass_tui.screens.palette import Palette, command_actions
from evoclass_tui.screens.runner import runner_menu
from evoclass_tui.screens.settings import SettingsScreen
from evoclass_tui.settings_list import settings as settings_of
from evoclass_tui.shell import Shell
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.timer import StudyTimer

if TYPE_CHECKING:
    from evoclass.learner.searching import Found
    from evoclass_tui.finder import Finder
    from evoclass_tui.reference import Reference


class Dialogs:
    """Opens screens above the lesson's, and acts on the learner's choice."""

    def __init__(
        self,
        app: Shell,
        runs: Runs,
        requests: RunRequests,
        panes: Panes,
        timer: StudyTimer,
        tell: Tell,
        *,
        speak: Callable[[str], Awaitable[None]],
        open_lesson: Callable[[LessonEntry], object],
        follow: Callable[[str], object],
        go_to: Callable[[LessonEntry, str, Course | None], object],
        command: Callable[[str], object],
        use_keys: Callable[[Mapping[str, str | None]], Awaitable[None]],
        close_hint: Callable[[], object],
        follow_saves: Callable[[], object],
        look_elsewhere: Callable[[], Awaitable[None]],
    ) -> None:
        """`command` carries out a command of the table in `keys`."""
        self._app = app
        self._session: Session = app.session
        self._runs, self._requests = runs, requests
        self._panes, self._timer, self._tell = panes, timer, tell
        self._speak, self._open_lesson, self._follow, self._go_to = speak, open_lesson, follow, go_to
        self._command, self._close_hint, self._follow_saves = command, close_hint, follow_saves
        self._use_keys, self._look_elsewhere = use_keys, look_elsewhere
        self._searched = ""
        """What was last searched for."""
        self.due: Plan | None = None
        """What should be reviewed today, once it is known."""

    def action_help(self) -> None:
        """Show all keys."""
        panels = [(pane.label, pane.panel) for pane in self._panes.lab.panes if pane.is_there]
        self._app.push_screen(Help(self._session.catalog, self._app.keymap, panels))
        self._close_hint()

    def action_compare(self) -> None:
        """Show the last runs of a file side by side."""
        from evoclass_tui.screens.compare import Compare

        file = self._panes.lab.file
        records = self._session.state.runs.get(file, [])
        if len(records) < 2:
            self._tell(self._session.catalog("compare.too_few", file=file))
        else:
            self._app.push_screen(Compare(self._session.catalog, file, records, self._session.figures))

    def action_manual(self) -> None:
        """Show what the documentation says of the name under the cursor, in a question's program or in the lab's."""
        from evoclass_tui.naming import full_names, word_at
        from evoclass_tui.screens.manual import Manual
        from evoclass_tui.widgets.program_area import ProgramArea

        session, focused = self._session, self._app.focused
        editor = focused if isinstance(focused, ProgramArea) else self._panes.lab.editor
        row, column = editor.cursor_location if editor is not None else (0, 0)
        word = word_at(editor.document.get_line(row), column) if editor is not None else ""
        names = full_names(editor.text, word, row) if editor is not None and word else ()
        if not names:
            self._tell(session.catalog("manual.unknown" if word else "manual.no_name", name=word))
            return
        self._app.push_screen(Manual(session.catalog, word, self.reference.page(names)))

    @cached_property
    def reference(self) -> Reference:
        """What is known of the names in programs."""
        from evoclass_tui.reference import Reference

        return Reference(self._session, self._runs)

    def action_settings(self) -> None:
        """Show the settings."""
        read = partial(
            settings_of,
            self._app,
            self._runs,
            self._panes,
            self._timer,
            self._speak,
            self._follow_saves,
            self._use_keys,
            self.action_keys,
        )
        self._app.push_screen(SettingsScreen(read, lambda: self._session.catalog, str(paths.config_file())))

    def action_keys(self) -> None:
        """Show every key, to be changed."""
        from evoclass_tui.screens.keys import KeysScreen

        self._app.push_screen(
            KeysScreen(lambda: self._app.keymap, lambda: self._session.catalog, self._use_keys)
        )

    def action_course(self) -> None:
        """Show the course page, and go where the learner chooses."""
        session = self._session

        def chosen(choice: LessonEntry | str | None) -> None:
            session.at_course_page = False
            if isinstance(choice, LessonEntry):
                self._open_lesson(choice)
            elif choice:
                self._follow(choice)

        begins = session.at_course_page
        # The lesson that is open behind the page is not one that a newcomer has begun.
        standing = Standing(session.course) if begins else session.standing
        due = self.due.said(session.catalog) if self.due is not None and self.due.due else ""
        said = "\n".join(filter(None, (due, week.said(session.store, session.settings, session.catalog))))
        page = CoursePage(session.catalog, standing, session.lesson.id, begins=begins, due=said)
        self._app.push_screen(page, chosen)

    def action_notes(self) -> None:
        """List every note and bookmark of the course, and go to the chosen one."""
        from evoclass_tui.screens.notes import NotesScreen

        notebook = self._panes.reader.notebook
        if notebook is None:
            return

        def chosen(place: tuple[LessonEntry, str] | None) -> None:
            self._panes.reader.show_annotations()
            if place is not None:
                self._go_to(*place, None)

        self._panes.reader.keep_drafts()
        self._app.push_screen(NotesScreen(notebook, self._session.catalog), chosen)

    @cached_property
    def finder(self) -> Finder:
        """Searches all lessons and the notes."""
        from evoclass_tui.finder import Finder

        return Finder(self._session)

    def action_search_all(self) -> None:
        """Search all lessons and the notes, and go to the chosen place."""
        from evoclass_tui.screens.search import SearchScreen

        say, reader = self._session.catalog, self._panes.reader

        def chosen(found: Found | None) -> None:
            self._searched = screen.last_typed
            if found is not None:
                self._go_to(found.entry, found.block, found.course)

        reader.keep_drafts()
        screen = SearchScreen(self.finder, self._searched, say, self._session.course.id)
        self._app.push_screen(screen, chosen)

    async def action_review(self, *, more: bool = False) -> None:
        """Ask again what is due; with `more`, or when nothing is due, what is due next, too."""
        from evoclass.learner.reviewing import Review
        from evoclass_tui.screens.review import ReviewScreen

        await self._look_elsewhere()
        session = self._session
        review = Review.beside(session)
        if more or not review.left:
            review.ask_more()
        if not review.left:
            self._tell(session.catalog("review.nothing_yet"))
            return
        self.due = None

        def closed(_: None) -> None:
            self._panes.reader.post_message(Reader.Progressed())

        self._app.push_screen(ReviewScreen(review), closed)

    def action_recap(self) -> None:
        """Write what the learner has done in the lesson into a file, and say where it is; at the end, in the course."""
        if self._session.at_end:
            self._keep_course()
            return
        from evoclass.learner.lessonend import lesson_end
        from evoclass.learner.recap import recap
        from evoclass.learner.recapfile import write_recap

        session, say = self._session, self._session.catalog
        if not lesson_end(session).begun:
            self._tell(say("cli.recap.nothing", title=session.lesson.title))
            return
        found = recap(session, self._timer.stopwatch.seconds - session.state.seconds)
        try:
            folder = paths.data_folder() / "recaps"
            folder.mkdir(exist_ok=True)
            file = folder / f"{session.lesson.id}-{session.lesson.language}.md"
            count = write_recap(file, found, say, session.figures)
        except (ConfigError, OSError) as error:
            reason = error.said(say) if isinstance(error, ConfigError) else str(error)
            self._tell(say("notice.recap_unwritten", reason=reason), "error")
            return
        self._tell(say("cli.recap.done", file=file, count=count))

    def _keep_course(self) -> None:
        from evoclass.learner.courserecap import course_recap
        from evoclass.learner.recapfile import write_text
        from evoclass.learner.recapmarkdown import course_as_markdown

        session, say = self._session, self._session.catalog
        looking = Session(session.library, session.store, session.plugins, session.settings, session.language)
        found = course_recap(looking, session.course)
        if not found.lessons:
            self._tell(say("cli.recap.nothing", title=session.course.title))
            return
        try:
            folder = paths.data_folder() / "recaps"
            folder.mkdir(exist_ok=True)
            name = re.sub(r"[^\w-]+", "-", session.course.id)[:80]
            file = folder / f"{name}-{session.course.language}.md"
            write_text(file, course_as_markdown(found, say), say)
        except (ConfigError, OSError) as error:
            reason = error.said(say) if isinstance(error, ConfigError) else str(error)
            self._tell(say("notice.recap_unwritten", reason=reason), "error")
            return
        self._tell(say("cli.recap.course_done", file=file))

    def action_runner(self) -> None:
        """Ask where programs should run."""

        def chosen(name: str | None) -> None:
            if name is not None and name != self._runs.in_use.name:
                self._runs.use_runner(name)
                self._app.remember(runner=name)

        self._app.push_screen(runner_menu(self._session, self._runs.in_use.name), chosen)

    def action_palette(self) -> None:
        """Show every available action, and do the chosen one."""

        async def carry_out(action: PaletteEntry | None) -> None:
            outcome = action.do() if action is not None else None
            if inspect.isawaitable(outcome):
                await outcome

        self._app.push_screen(Palette(self._session.catalog, list(self._actions())), carry_out)

    def _actions(self) -> Iterator[PaletteEntry]:
        say, panes = self._session.catalog, self._panes
        yield from command_actions(say, self._app.keymap, self._runs.busy, self._command)
        yield from self._app.plugin_actions.entries()
        for section in panes.sections:
            label = say("palette.section", title=section.title)
            yield PaletteEntry(label, say("palette.section_help"), partial(panes.read_at, section.id))
        for file in self._panes.lab.sources():
            label = say("palette.file", file=file)
            yield PaletteEntry(label, say("palette.file_help"), partial(panes.open_file, file))
        for path, size in self._requests.elsewhere:
            label = say("palette.bring", file=printable(path), size=byte_text(size, say.language, kilo=1024))
            yield PaletteEntry(label, say("palette.bring_help"), partial(self._requests.bring, path))
        for entry in self._session.course.pages:
            key = "palette.lesson" if entry is not self._session.course.end else "palette.section"
            label = say(key, number=entry.number, title=entry.title)
            yield PaletteEntry(label, say("palette.lesson_help"), partial(self._open_lesson, entry))
        for name in self._app.theme_names:
            label = say("palette.theme", name=name)
            yield PaletteEntry(label, say("palette.theme_help"), partial(self._app.use_theme, name))
