"""The main screen: map, lesson, lab.  It opens lessons and writes the notices about them.

The page comes first.  The lab, and what opens above the lesson, are imported and put together once the page is there.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from evoclass.disk import paths
from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.i18n import LANGUAGES, Catalog
from evoclass.learner.lessonend import lesson_end
from evoclass.learner.session import Session
from evoclass.model import LessonEntry
from evoclass.reading.library import is_lesson
from evoclass.runner import Runner
from evoclass.wording.languages import following
from evoclass.wording.printable import printable
from evoclass_tui import offers
from evoclass_tui.keys import BY_ID, bindings
from evoclass_tui.later import Later
from evoclass_tui.notice import at_start
from evoclass_tui.outline import outline
from evoclass_tui.places import place_of
from evoclass_tui.shell import Shell
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.themes import opposite
from evoclass_tui.widgets.answered_page import AnsweredPage
from evoclass_tui.widgets.block_page import BlockPage
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.header import HeaderButton, LessonHeader
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
    from evoclass_tui.durations import Durations
    from evoclass_tui.outside import Outside
    from evoclass_tui.panel import Panel
    from evoclass_tui.run_news import RunHappened, RunKept
    from evoclass_tui.runs import Runs
    from evoclass_tui.screens.dialogs import Dialogs
    from evoclass_tui.widgets.lab import LabColumn
    from evoclass_tui.widgets.panel_pane import PanelPane
    from evoclass_tui.widgets.suggesting import SuggestingArea
    from evoclass_tui.work import Work

SMALLEST = Size(60, 18)
"""Columns and rows below which the panes no longer fit."""


class LessonScreen(Screen[None]):
    """One lesson and its lab."""

    if TYPE_CHECKING:
        app: Shell

    AUTO_FOCUS = "#reader"
    BINDINGS = [*bindings(), Binding("q", "say_how_to_quit", show=False)]
    TOOLTIP_DELAY = 0.6

    catalog: var[Catalog | None] = var(None)
    busy: var[bool] = var(False)
    """Whether a program is alive."""

    class PageDrawn(Message):
        """The first picture is on the terminal."""

    class Saved(Message):
        """The author has saved the lesson's file."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], panels: Callable[[], list[PanelPane]]
    ) -> None:
        """`runs`, `lab`, `work`, `outside` and `dialogs` are there once the screen is whole."""
        super().__init__()
        self.session = session
        self._runners, self._panels = runners, panels
        self._whole = asyncio.Event()
        self._later = Later()
        self.runs: Runs
        self.lab: LabColumn
        self.work: Work
        self.outside: Outside
        self.dialogs: Dialogs
        self.durations: Durations
        self.tell = self.app.tell
        self.header = LessonHeader(Stopwatch(session.state.seconds), id="header")
        self.timer = self.header.timer
        plugins, ask = session.plugins, self._ask_trust
        self.reader = Reader(
            session.catalog, session.answers, ask, partial(offers.field_widget, plugins), id="reader"
        )
        self.panes = Panes(self.reader)
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
            yield HintLine().data_bind(LessonScreen.catalog)
        yield StandingNotice()
        yield KeyBar().data_bind(LessonScreen.catalog, running=LessonScreen.busy)

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
        await self._show_lesson(at=session.state.block)
        self.reader.live = session.state.live
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
            (self.dialogs.action_review if reviews else self.dialogs.action_course)()
        else:
            self.reader.in_haste = True
            self.call_after_refresh(self.post_message, self.PageDrawn())

    # ------------------------------------------------------------------------------------------- its second half

    @on(PageDrawn)
    def _page_drawn(self) -> None:
        self.run_worker(self._complete(), group="complete")

    async def _complete(self) -> None:
        """Make what the first picture did without: the lab, the runs, what opens above the lesson."""
        self.app.stylesheet.read(Path(__file__).with_name("dialog.tcss"))
        self._later.begin()
        await self._later.load()
        self.reader.in_haste = False
        for prose in self.reader.query(Prose):
            prose.recolour()
        await self._later.calm()
        self._make()
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

    @work
    async def _look_for_reviews(self) -> None:
        """Tell what is due for review."""
        from evoclass.learner.reviewing import due_today

        plan = self.dialogs.due = await due_today(self.session)
        if plan.due and self.is_attached:
            self.tell(plan.said(self.session.catalog))

    def touch(self) -> None:
        """Note that the learner is here."""
        self.timer.touch()
        self._later.touch()

    def _make(self) -> None:
        from evoclass_tui.durations import Durations
        from evoclass_tui.outside import Outside
        from evoclass_tui.runs import Runs
        from evoclass_tui.screens.dialogs import Dialogs
        from evoclass_tui.widgets.lab import LabColumn
        from evoclass_tui.work import Work

        session, ask = self.session, self._ask_trust
        self.runs = Runs(session, self._runners, self.tell, ask, self.keep_and_look, lambda: self.work.look())
        self.lab = LabColumn(self.runs, self._panels(), id="lab")
        self.durations = Durations(session, self.runs, self.reader.tell_durations)
        self.reader.duration = self.durations.said
        self.work = Work(session, self.lab, self.reader, self.timer, self.tell)
        self.outside = Outside(
            self.app,
            session,
            self.lab,
            self.tell,
            ask,
            self.keep_and_look,
            lambda: self._start(self.lab.file),
        )
        self.dialogs = Dialogs(
            self.app,
            self.runs,
            self.panes,
            self.timer,
            self.tell,
            speak=self.speak,
            open_lesson=self.open_lesson,
            follow=self.follow,
            command=self.action_command,
            use_keys=self.use_keys,
            close_hint=self.close_hint,
            follow_saves=self.outside.follow_saves,
        )

    @property
    def is_whole(self) -> bool:
        """Whether the lab is there."""
        return self._whole.is_set()

    async def until_whole(self) -> None:
        """Wait for the lab; a key that needs it may come before it."""
        self._later.wanted = True
        await self._whole.wait()

    async def _runner_for_grading(self) -> Runner:
        await self.until_whole()
        return await self.runs.runner_for_grading()

    # ---------------------------------------------------------------------------------------------------- notices

    def _ask_trust(self, error: NotTrustedError, go_on: Callable[[], object]) -> None:
        from evoclass_tui.screens.trust import ask_trust

        ask_trust(self.app, self.session, self.tell, error, go_on)

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
    def _nothing_left(self) -> None:
        self.tell(self.session.catalog("notice.no_way_back"))

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

    async def _show_lesson(self, at: str = "") -> None:
        """Draw the open lesson, with block `at` at the top."""
        session = self.session
        self.header.show(session.course, session.lesson)
        self.panes.set_class(not session.lesson.labs, "-no-lab")
        if not session.lesson.labs:
            self.panes.zoomed = False  # perhaps on a pane of the lab
        if self.is_whole:
            await self._show_lab()
        else:
            self.panes.lab_place.files = tuple(lab.file for lab in session.lesson.labs)
        self.reader.switch_language(session.catalog)
        self.reader.show(session.lesson, session.state, at=at, standing=session.standing)
        if self.is_whole:
            self.outside.follow_saves()
        self._done_before = None
        self.show_progress()
        self.panes.show_section(at)
        self.run_worker(self.reader.restore(), group="restore")
        if session.for_author:
            self._watch_files()

    async def _show_lab(self) -> None:
        """Show the programs of the open lesson."""
        session = self.session
        files = [lab.file for lab in session.lesson.labs]
        await self.lab.show(
            {file: session.desk.code(file) for file in files},
            {file: session.desk.edited(file) for file in files},
            {lab.file: lab.knobs for lab in session.lesson.labs},
        )
        self.work.look()
        self.lab.open_at(session.state.file, session.state.cursors)

    def _replay(self) -> None:
        self.lab.replay()
        self.reader.live = self.session.state.live
        self.runs.follow_left()

    async def leave_lesson(self) -> None:
        """Keep everything, including a program that is still running, and let go of the run."""
        await self.until_whole()
        self.work.keep_all()
        settings, panes = self.session.settings, self.panes
        now = {"lesson_share": round(panes.share, 3), "course_map": not panes.map_hidden}
        if now != {"lesson_share": settings.lesson_share, "course_map": settings.course_map}:
            self.app.remember(**now)
        await self.runs.leave()

    @work(group="lesson")
    async def open_lesson(self, entry: LessonEntry) -> None:
        """Open another lesson."""
        await self._go_to(entry)

    async def _go_to(self, entry: LessonEntry) -> None:
        await self.until_whole()
        async with self._turning:
            await self._open(entry)

    async def _open(self, entry: LessonEntry) -> None:
        session = self.session
        if entry.id == session.lesson.id:
            self.reader.scroll_home(animate=False)
            self.reader.focus()
            return
        await self.leave_lesson()
        try:
            session.open_entry(session.course, entry)
        except EvoClassError as error:
            self.tell(session.catalog("notice.cannot_open", reason=error.said(session.catalog)), "error")
            return
        self.timer.begin(Stopwatch(session.state.seconds))
        self.timer.touch()
        await self._show_lesson(at=session.state.block)
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
        elif len(session.course.lessons) > 1:
            self.tell(session.catalog("notice.last_lesson" if by > 0 else "notice.first_lesson"))

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
        at = self.work.place
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
            at = self.work.place
            self.session.speak(self.session.language)
            self.app.use_keys(changes)
            self.app.take_catalog()
            await self._show_lesson(at=at)
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
            at = self.work.place
            try:
                self.session.reload()
            except EvoClassError as error:
                self.tell(error.said(self.session.catalog), "warning")
                return
            await self._show_lesson(at=at)

    @on(CourseMap.LessonChosen)
    def _lesson_chosen(self, event: CourseMap.LessonChosen) -> None:
        self.open_lesson(event.entry)

    @on(Reader.LinkOpened)
    def _link(self, event: Reader.LinkOpened) -> None:
        self.follow(event.href)

    def follow(self, href: str) -> None:
        """Open the lesson that a link leads to, or else the link."""
        file = href.partition("#")[0]
        entries = self.session.course.lessons if is_lesson(file) else ()
        entry = next((entry for entry in entries if entry.path.name == file.removeprefix("./")), None)
        if entry is not None:
            self.open_lesson(entry)
        else:
            self.app.follow_link(href)

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

    def _recap(self) -> Recap:
        from evoclass.learner.recap import recap

        return recap(self.session, self.timer.stopwatch.seconds - self.session.state.seconds)

    @on(RecapCard.PlanWanted)
    @work(group="plan")
    async def _plan_wanted(self, event: RecapCard.PlanWanted) -> None:
        from evoclass.learner.reviewing import due_today

        plan = await due_today(self.session)
        if event.card.is_attached:
            event.card.show_plan(plan)

    @on(BlockPage.BlockReached)
    def _reached(self, event: BlockPage.BlockReached) -> None:
        self.session.reached(event.block_id)

    # ----------------------------------------------------------------------------------------- the learner's work

    def keep_and_look(self) -> list[str]:
        """Save the typed text, and take in changes that others made to the lab's files; return these files."""
        if not self.is_whole:
            return []
        self.work.keep_all()
        return self.work.look()

    def action_own_editor(self) -> None:
        """Open the learner's own editor on the open file."""
        self.outside.open_editor()

    def on_lab_files_edited(self, event: LabColumn.Edited) -> None:
        self.work.keep_file(event.file, event.source)

    def on_lab_files_reset_wanted(self, event: LabColumn.ResetWanted) -> None:
        self.work.reset(event.file)

    def on_suggesting_area_wanted(self, event: SuggestingArea.Wanted) -> None:
        if self.is_whole:
            self.run_worker(self.dialogs.reference.answer(event), group="suggestions")

    @on(StudyTimer.Due)
    def _time_due(self) -> None:
        if self.is_whole:
            self.work.keep_time()

    # --------------------------------------------------------------------------------------------------- runs

    def action_run(self) -> None:
        """Run the file whose tab is open, or stop the running program."""
        from evoclass_tui.screens.first import first_menu

        if self.runs.busy:
            self.runs.stop()
            return
        file = self.lab.file
        if first := file and self.session.desk.waits_for(file):
            self.app.push_screen(first_menu(self.session.catalog, file, first), self._start)
        elif file:
            self._start(file)
        else:
            self.tell(self.session.catalog("lab.no_lab"))
        if self.panes.is_narrow:
            self.panes.turn_to_lab()

    def _start(self, file: str | None) -> None:
        """Run this file, and show it in the editor."""
        if file:
            self.lab.file = file
            self.runs.start(file)

    def on_lab_files_no_knob(self) -> None:
        self.tell(self.session.catalog("lab.no_knob"))

    def on_lab_column_run_pressed(self) -> None:
        self.action_run()

    def on_warmed_up(self) -> None:
        """Say how long the programs take here; if it is not known, measure it when there is time."""
        from evoclass_tui.durations import SPARE_TIME

        self.run_worker(self.durations.recall(), group="durations")
        self.set_timer(SPARE_TIME, self._measure)

    def _measure(self) -> None:
        self.run_worker(self.durations.measure(), group="durations")

    def on_lab_column_phase_changed(self) -> None:
        self.busy = self.runs.busy

    def on_runner_chosen(self) -> None:
        self.header.device = self.runs.device

    def on_run_happened(self, event: RunHappened) -> None:
        self.reader.live = {**self.reader.live, **event.live}

    def on_panel_live_changed(self, event: Panel.LiveChanged) -> None:
        self.reader.live = dict(event.values)

    def on_run_kept(self, event: RunKept) -> None:
        self.reader.tell_durations()
        self.show_progress()
        self.work.look_at_supplies()
        if files := ", ".join(printable(path) for path, _ in self.runs.elsewhere):
            self.tell(self.session.catalog("notice.files_elsewhere", files=files))
        if event.new_values:
            self.tell(self.session.catalog("notice.values_yours", count=event.new_values))

    def on_panel_pane_broken(self, event: PanelPane.Broken) -> None:
        """Drop a plugin whose panel failed, and say so."""
        from evoclass.pluginhost.blame import reason

        pane, why = event.pane, reason(event.error)
        self.session.plugins.switch_off(pane.plugin, why)
        name = pane.panel.panel_name
        self.tell(
            self.session.catalog("notice.plugin_off", panel=name, plugin=pane.plugin, reason=why), "error"
        )

    # -------------------------------------------------------------------------------------------- commands

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
        if self.reader.check_focused():
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
