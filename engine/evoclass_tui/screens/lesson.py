"""The main screen: map, lesson, lab.  It opens lessons and writes the notices about them.

The page comes first.  The lab, and what opens above the lesson, are imported and put together once the page is there.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from evoclass.disk import paths
from evoclass.errors import EvoClassError
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.learner.annotations import Notebook
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.session import Session
from evoclass.model import Course, LessonEntry
from evoclass.reading.library import is_lesson
from evoclass.runner import Runner
from evoclass.wording.languages import following
from evoclass_tui.keys import BY_ID, bindings
from evoclass_tui.notice import at_start
from evoclass_tui.outline import outline
from evoclass_tui.places import idle_in, place_of
from evoclass_tui.screens.workbench import Workbench
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.themes import opposite
from evoclass_tui.widgets.answered_page import AnsweredPage
from evoclass_tui.widgets.block_page import BlockPage
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.guess_card import GuessCard
from evoclass_tui.widgets.header import HeaderButton
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.recap_card import RecapCard
from evoclass_tui.widgets.standing_notice import StandingNotice
from evoclass_tui.widgets.tab_strip import TabStrip
from evoclass_tui.widgets.timer import StudyTimer

if TYPE_CHECKING:
    from evoclass.learner.recap import Recap
    from evoclass_tui.run_news import RunKept
    from evoclass_tui.screens.dialogs import Dialogs
    from evoclass_tui.synced import SyncedProgress
    from evoclass_tui.widgets.panel_pane import PanelPane
    from evoclass_tui.widgets.suggesting import SuggestingArea

SMALLEST = Size(60, 18)
"""Columns and rows below which the panes no longer fit."""


class LessonScreen(Workbench):
    """One lesson and its lab."""

    AUTO_FOCUS = "#reader"
    BINDINGS = [*bindings(), Binding("q", "say_how_to_quit", show=False)]
    TOOLTIP_DELAY = 0.6

    catalog: var[Catalog | None] = var(None)
    idle: var[frozenset[str]] = var(frozenset[str]())
    """Keys that do nothing in the open lesson."""

    class PageDrawn(Message):
        """The first picture is on the terminal."""

    class Saved(Message):
        """The author has saved the lesson's file."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], panels: Callable[[], list[PanelPane]]
    ) -> None:
        """`dialogs` is there once the screen is whole."""
        super().__init__(session, runners)
        self._panels = panels
        self.dialogs: Dialogs
        self.synced: SyncedProgress
        self.reader.notebook = Notebook(session)
        self._done_before: bool | None = None
        """Whether all questions were done at the last look; None for a lesson just opened."""
        self._turning = asyncio.Lock()
        """Held while another lesson, language or version is put on the screen: half of one must not meet the next."""
        self._was_shown = False
        self._watched: tuple[Path, ...] = ()
        """Files whose saves are told to the author."""

    def compose(self) -> ComposeResult:
        self._fit()
        yield self.header.data_bind(LessonScreen.catalog)
        yield self.panes.data_bind(LessonScreen.catalog, LessonScreen.busy)
        if not self.session.settings.hints_seen:
            yield HintLine().data_bind(LessonScreen.catalog, LessonScreen.idle)
        yield StandingNotice()
        yield KeyBar().data_bind(LessonScreen.catalog, LessonScreen.idle, running=LessonScreen.busy)

    def _fit(self) -> None:
        """Lay out the first picture for the window and the lesson; Textual handles later sizes."""
        app, (width, height) = self.app, self.app.size
        for breakpoints, cells in ((app.HORIZONTAL_BREAKPOINTS, width), (app.VERTICAL_BREAKPOINTS, height)):
            self.add_class(max(point for point in breakpoints if point[0] <= cells)[1])
        self.panes.set_class(not self.session.lesson.labs, "-no-lab")

    async def on_mount(self) -> None:
        session = self.session
        self.catalog = session.catalog
        self.panes.share = session.settings.lesson_share
        self.panes.map_hidden = not session.settings.course_map
        self.timer.display = session.settings.study_timer
        self.reader.in_haste = not (session.at_course_page or session.at_review)
        await self._show_lesson(at=session.state.block)
        self.reader.live = session.live
        self.timer.touch()
        session.lab_runner = self._runner_for_grading
        session.on_notice = lambda sentence: self.tell(sentence, "warning")
        session.on_trouble = self._show_trouble
        self._show_trouble()
        if session.at_course_page or session.at_review:
            # It comes at once, and not above a lesson that was seen before it.
            self._later.wanted = True
            await self._complete()
            reviews, session.at_review = session.at_review, False
            if reviews:
                await self.dialogs.action_review(more=session.reviews_more)
            else:
                self.dialogs.action_course()
        else:
            self.call_after_refresh(self.post_message, self.PageDrawn())

    # ------------------------------------------------------------------------------------------- its second half

    @on(PageDrawn)
    def _page_drawn(self) -> None:
        self.run_worker(self._complete(), group="complete")

    async def _complete(self) -> None:
        """Make what the first picture did without: the lab, the runs, what opens above the lesson."""
        self._later.begin()
        await self._later.calm()
        self.reader.build_in_view()
        await self._later.load()
        self.reader.in_haste = False
        self.reader.build_seen()
        for name in ("lab.tcss", "dialog.tcss"):
            self.app.stylesheet.read(Path(__file__).with_name(name))
        if self.panes.zoomed:  # by a key that came before these rules
            self.app.stylesheet.update(self)
        for prose in self.reader.query(Prose):
            prose.recolour()
        await self._later.calm()
        while self.reader.widen():
            await self._drawn()
            await self._later.calm()
        await self._later.calm()
        self._make_lab(self._panels())
        self._make_dialogs()
        await self.panes.bring(self.lab)
        await self._later.calm()
        await self._show_lab()
        self.outside.follow_saves()
        self._replay()
        self.panes.show_lab()
        self._whole.set()
        for notice in at_start(self.session):
            self.tell(notice, "warning")
        if self.app.keymap.problems:
            from evoclass_tui.keytable import problems_said

            for notice in problems_said(self.app.keymap, self.session.catalog, paths.config_file()):
                self.tell(notice, "warning")
        self.call_after_refresh(self.runs.use_runner, self.runs.runner_name)
        if self.app.owns_process:
            # Everything that exists by now lives until the end.  Scanning it for garbage again and again would hold up
            # the keys for a tenth of a second at a time while a program floods the terminal.
            self.call_after_refresh(_collect_from_now_on)

        if not self.session.for_author:
            self.call_after_refresh(self._look_for_reviews)

    async def _drawn(self) -> None:
        """Wait until what has changed is on the terminal."""
        drawn = asyncio.Event()
        if self.call_after_refresh(drawn.set):
            await drawn.wait()

    @work
    async def _look_for_reviews(self) -> None:
        """Tell what is due for review."""
        from evoclass.learner.askable import due_today

        await self.synced.begin()
        plan = self.dialogs.due = await due_today(self.session)
        if plan.due and self.is_attached:
            self.tell(plan.said(self.session.catalog))

    def _make_dialogs(self) -> None:
        from evoclass_tui.screens.dialogs import Dialogs
        from evoclass_tui.synced import SyncedProgress

        self.synced = SyncedProgress(self.session, self.tell, self._take_in)
        self.dialogs = Dialogs(
            self.app,
            self.runs,
            self.panes,
            self.timer,
            self.tell,
            speak=self.speak,
            open_lesson=self.open_lesson,
            follow=self.follow,
            go_to=self.go_to,
            command=self.action_command,
            use_keys=self.use_keys,
            close_hint=self.close_hint,
            follow_saves=self.outside.follow_saves,
            look_elsewhere=self.synced.look,
        )

    # ---------------------------------------------------------------------------------------------------- notices

    def _show_trouble(self) -> None:
        """Show a notice for as long as nothing can be saved."""
        notice = self.query_one(StandingNotice)
        if notice.sentence and not self.session.unkept:
            self.tell(self.session.catalog("progress.kept_again"))
        notice.sentence = self.session.unkept

    def action_say_how_to_quit(self) -> None:
        """Say which key ends the program: many people try another one first."""
        self.tell(self.session.catalog("notice.how_to_quit"))

    @on(Panes.NothingToLeave)
    def _nothing_to_leave(self) -> None:
        self.action_say_how_to_quit()

    @on(Reader.NothingLeft)
    def _nothing_left(self, event: Reader.NothingLeft) -> None:
        self.tell(self.session.catalog("notice.no_way_back" if event.back else "notice.no_way_forward"))

    @on(Reader.TryWanted)
    async def _try_wanted(self, event: Reader.TryWanted) -> None:
        """Try a program of the text in the lab, and say so where it could be missed."""
        await self.until_whole()
        if not event.code or not self.session.lesson.labs:
            self.tell(self.session.catalog("notice.nothing_to_try"))
        elif not self.panes.try_out(event.code):
            self.tell(self.session.catalog("notice.tried_in_file", file=self.lab.file))

    @on(HintLine.Closed)
    def close_hint(self) -> None:
        """Close the hint line for good."""
        for hint in self.query(HintLine):
            hint.remove()
            self.app.remember(hints_seen=True)

    # ------------------------------------------------------------------------------------------------ the lesson

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
        self._done_before = None
        self.show_progress()
        self.panes.show_section(at)
        self.run_worker(self.reader.restore(), group="restore")
        if session.for_author:
            self._watch_files()

    @work(group="lesson")
    async def open_lesson(self, entry: LessonEntry) -> None:
        """Open another lesson."""
        await self._go_to(entry)

    @work(group="lesson")
    async def go_to(self, entry: LessonEntry, block_id: str, course: Course | None = None) -> None:
        """Go to a block of any lesson, of the open course or another one."""
        self.panes.side = "lesson"
        if course is None or course.id == self.session.course.id:
            course = self.session.course
        if (course.id, entry.id) == self.session.place_in_log:
            self.panes.read_at(block_id)
        else:
            await self._go_to(entry, block_id, course=course)

    async def _go_to(self, entry: LessonEntry, block_id: str = "", course: Course | None = None) -> None:
        await self.until_whole()
        self.reader.leave_mark()
        async with self._turning:
            await self._open(entry, block_id, course=course)

    @on(Reader.LessonWanted)
    async def _way_leads_out(self, event: Reader.LessonWanted) -> None:
        """Go back to where the learner was in another lesson."""
        await self.until_whole()
        place, session = event.place, self.session
        courses = (session.course, *session.library.courses(session.language))
        course = next((course for course in courses if course.id == place.course), session.course)
        if (entry := course.page(place.lesson)) is None:
            self.tell(session.catalog("notice.no_way_back"))
        else:
            async with self._turning:
                await self._open(entry, place.block, place.rows, course)

    async def _open(
        self, entry: LessonEntry, block_id: str = "", rows: int = 0, course: Course | None = None
    ) -> None:
        """Open a lesson at a block, or where the learner left it."""
        session = self.session
        course = course or session.course
        if (course.id, entry.id) == session.place_in_log:
            self.reader.scroll_home(animate=False)
            self.reader.focus()
            return
        await self.leave_lesson()
        try:
            session.open_entry(course, entry)
        except EvoClassError as error:
            self.tell(session.catalog("notice.cannot_open", reason=error.said(session.catalog)), "error")
            return
        self.timer.begin(Stopwatch(session.state.seconds))
        self.timer.touch()
        await self._show_lesson(at=block_id or session.state.block, rows=rows)
        self._replay()
        self.on_warmed_up()
        self.reader.focus()

    async def action_next_lesson(self) -> None:
        """Open the lesson after this one."""
        await self._neighbour(1)

    async def action_previous_lesson(self) -> None:
        """Open the lesson before this one."""
        await self._neighbour(-1)

    async def _neighbour(self, by: int) -> None:
        session = self.session
        entry = session.course.beside(session.lesson.id, by)
        if entry is not None:
            await self._go_to(entry)
        elif session.at_end or len(session.course.lessons) > 1:
            last = "notice.course_end" if session.at_end else "notice.last_lesson"
            self.tell(session.catalog(last if by > 0 else "notice.first_lesson"))

    async def speak(self, language: str) -> None:
        """Show everything in another language; the learner stays at the same block."""
        await self.until_whole()
        async with self._turning:
            await self._speak(language)

    async def _speak(self, language: str) -> None:
        session = self.session
        if language == session.language:
            return
        self.work.keep_all()
        at, _ = self.work.place
        session.switch(language)
        self.app.take_catalog()
        self.header.device = self.runs.device
        await self._show_lesson(at=at)
        self.lab.explain()
        if session.lesson.language != language:
            name = LANGUAGES.get(session.lesson.language, session.lesson.language)
            self.tell(session.catalog("notice.no_language", language=name), "warning")

    async def use_keys(self, changes: Mapping[str, str | None]) -> None:
        """Change keys permanently; everything that names a key is shown again, at the same place."""
        async with self._turning:
            self.work.keep_all()
            block, rows = self.work.place
            self.session.speak(self.session.language)
            self.app.use_keys(changes)
            self.app.take_catalog()
            await self._show_lesson(block, rows)
            self.lab.explain()

    def _watch_files(self) -> None:
        """Watch the files that the open lesson is made from, if they are not the ones that are watched already."""
        lesson = self.session.lesson
        files = (lesson.path, *lesson.files) if lesson.path is not None else ()
        if files != self._watched:
            self._watched = files
            self.run_worker(self._tell_saves(files), group="preview", exclusive=True)

    async def _tell_saves(self, files: Sequence[Path]) -> None:
        """Say so whenever the author saves one of these files."""
        from evoclass.disk.watching import saves

        if files:
            async for _ in saves(*files):
                self.post_message(self.Saved())

    @on(Saved)
    async def _saved(self) -> None:
        """Read the lesson again and show it at the author's place, with the same answers."""
        await self.until_whole()
        async with self._turning:
            self.work.keep_all()
            block, rows = self.work.place
            try:
                self.session.reload()
            except EvoClassError as error:
                self.tell(error.said(self.session.catalog), "warning")
                return
            await self._show_lesson(block, rows)

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

    # ------------------------------------------------------------------------------------------------ how far

    @on(AnsweredPage.Progressed)
    def show_progress(self) -> None:
        """Redraw everything that depends on the learner's progress."""
        session = self.session
        self.header.progress = (session.answers.done, session.answers.total)
        self._show_end()
        sections = outline(session.lesson, session.state)
        self.panes.show_progress(session.standing, session.lesson, sections)

    def _show_end(self) -> None:
        """Show the recap once anything is done; announce it when all questions have just been done."""
        session = self.session
        end = lesson_end(session)
        just_now = self._done_before is False and end.done
        self._done_before = end.done
        self.reader.finish(end, self._recap)
        if just_now:
            self.tell(session.catalog("notice.lesson_done"))

    def on_run_kept(self, event: RunKept) -> None:
        """Show the progress that a run has brought; the workbench shows what else it has."""
        from evoclass.learner.guesses import news

        self.reader.show_guesses()
        session, run = self.session, self.session.state.last_run
        for said in news(session.lesson, session.state, run, session.catalog) if run is not None else ():
            self.tell(said)
        self.show_progress()

    def _recap(self) -> Recap:
        from evoclass.learner.recap import recap

        return recap(self.session, self.timer.stopwatch.seconds - self.session.state.seconds)

    @on(RecapCard.PlanWanted)
    @work(group="plan")
    async def _plan_wanted(self, event: RecapCard.PlanWanted) -> None:
        from evoclass.learner import week
        from evoclass.learner.askable import due_today

        session = self.session
        plan = await due_today(session)
        seconds = self.timer.stopwatch.seconds - session.state.seconds
        if event.card.is_attached:
            event.card.show_plan(plan, week.said(session.store, session.settings, session.catalog, seconds))

    @on(BlockPage.BlockReached)
    def _reached(self, event: BlockPage.BlockReached) -> None:
        self.session.reached(event.block_id)

    # -------------------------------------------------------------------------------------------- commands

    def on_suggesting_area_wanted(self, event: SuggestingArea.Wanted) -> None:
        if self.is_whole:
            self.run_worker(self.dialogs.reference.answer(event), group="suggestions")

    def on_reader_made(self, event: GuessCard.Made) -> None:
        self.session.guess(event.block_id, event.value)
        self.reader.show_guesses()

    @on(StudyTimer.Due)
    def _look_when_idle(self) -> None:
        """Look into the synced folder while the learner is away."""
        if self.is_whole and self.timer.stopwatch.paused:
            self.synced.pause()

    def _take_in(self) -> None:
        self.run_worker(self.take_in(), group="synced")

    async def take_in(self) -> None:
        """Show what was done on other machines; what is typed here stays."""
        async with self._turning:
            self.keep_and_look()
            self.session.catch_up()
            self.show_progress()
            if self._is_answering():
                return  # the page waits until the learner has left the question
            block, rows = self.work.place
            if self.session.take_in():
                await self._show_lesson(block, rows)

    def _is_answering(self) -> bool:
        from evoclass_tui.widgets.question import Question

        asked = Question | GuessCard
        return self.focused is not None and any(isinstance(node, asked) for node in self.focused.ancestors)

    async def action_command(self, name: str) -> None:
        """Carry out a command of the table in `keys`: an action of its owner."""
        owner = BY_ID[name].owner
        if owner != "reader":
            await self.until_whole()
        acting = self if owner == "screen" else getattr(self, owner)
        outcome = getattr(acting, f"action_{name}")()
        if inspect.isawaitable(outcome):
            await outcome

    @on(KeyBar.Pressed)
    async def _key_bar(self, event: KeyBar.Pressed) -> None:
        if event.command:
            await self.action_command(event.command)
        else:
            self.app.simulate_key(event.key)

    def action_check(self) -> None:
        """Check the question with the focus; in an editor, save the file, as this key does elsewhere."""
        if self.reader.check_focused() or self.reader.close_note():
            return
        catalog, editor = self.session.catalog, self.lab.editor
        if editor is not None and editor.has_focus:
            self.lab.flush()
            self.tell(catalog("lab.kept", file=editor.file))
        else:
            self.tell(catalog("notice.no_question" if any(self.reader.questions) else "notice.no_questions"))

    async def action_language(self) -> None:
        """Switch to the next language."""
        await self.speak(following(self.session.catalog.language))

    @on(TabStrip.Chosen, "#language-switch")
    async def _language_chosen(self, event: TabStrip.Chosen) -> None:
        await self.speak(event.key)

    def action_theme(self) -> None:
        """Change between the dark and the light theme."""
        self.app.use_theme(opposite(self.app.current_theme))

    @on(Pill.Pressed, ".role-next-lesson")
    async def _next_wanted(self) -> None:
        await self.action_next_lesson()

    @on(LabCard.LabWanted)
    async def _lab_wanted(self, event: LabCard.LabWanted) -> None:
        await self.until_whole()
        self.panes.open_file(event.file)

    @on(HeaderButton.Pressed, "#map-title")
    @on(RecapCard.CourseWanted)
    async def _course_wanted(self) -> None:
        await self.until_whole()
        self.dialogs.action_course()

    @on(RecapCard.ReviewWanted)
    async def _review_wanted(self) -> None:
        await self.action_command("review")

    @on(RecapCard.FileWanted)
    async def _recap_wanted(self) -> None:
        await self.action_command("recap")

    @on(HeaderButton.Pressed, "#runner-button")
    async def _runner_wanted(self) -> None:
        await self.until_whole()
        self.dialogs.action_runner()

    @on(HeaderButton.Pressed, "#menu-button")
    async def _menu_wanted(self) -> None:
        await self.until_whole()
        self.dialogs.action_palette()

    # -------------------------------------------------------------------------------------------- the window

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Keep the styles of the first picture: every widget has just got its own."""
        event.refresh_styles = self._was_shown
        self._was_shown = True

    def on_descendant_focus(self) -> None:
        self.query_one(KeyBar).place = place_of(self.focused)
        if self.session.outdated and self.is_whole and not self._is_answering():
            self._take_in()

    def on_modal_area_mode_changed(self) -> None:
        self.query_one(KeyBar).place = place_of(self.focused)

    def on_resize(self, event: Resize) -> None:
        if self.has_class("-roomy"):
            self.panes.remove_class("-map-open")
        small = event.size.width < SMALLEST.width or event.size.height < SMALLEST.height
        self.set_class(small, "-tiny")
        if small:
            size = {"columns": event.size.width, "rows": event.size.height}
            self.tell(self.session.catalog("notice.too_small", **size), "warning")


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.enable()
