"""The main screen: map, lesson, lab.  It puts them together, carries out commands and writes the notices.

The page comes first.  The lab, and what opens above the lesson, are imported and put together once the page is there.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from evoclass import startup
from evoclass.disk import paths
from evoclass.i18n import Catalog
from evoclass.learner.annotations import Notebook
from evoclass.learner.session import Session
from evoclass.wording.languages import following
from evoclass_tui.keys import BY_ID, bindings
from evoclass_tui.notice import at_start
from evoclass_tui.places import place_of
from evoclass_tui.screens.turning_screen import TurningScreen
from evoclass_tui.screens.workbench import aside
from evoclass_tui.shown_progress import ShownProgress
from evoclass_tui.themes import opposite
from evoclass_tui.widgets.answered_page import AnsweredPage
from evoclass_tui.widgets.block_page import BlockPage
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
    from evoclass.runner import Runner
    from evoclass_tui.run_news import RunKept
    from evoclass_tui.screens.dialogs import Dialogs
    from evoclass_tui.synced import SyncedProgress
    from evoclass_tui.widgets.panel_pane import PanelPane
    from evoclass_tui.widgets.prompt import PromptInput
    from evoclass_tui.widgets.suggesting import SuggestingArea

SMALLEST = Size(60, 18)
"""Columns and rows below which the panes no longer fit."""


class LessonScreen(TurningScreen):
    """One lesson and its lab."""

    AUTO_FOCUS = "#reader"
    BINDINGS = [*bindings(), Binding("q", "say_how_to_quit", show=False)]
    TOOLTIP_DELAY = 0.6

    catalog: var[Catalog | None] = var(None)

    class PageDrawn(Message):
        """The first picture is on the terminal."""

    def __init__(
        self, session: Session, runners: Mapping[str, Runner], panels: Callable[[], list[PanelPane]]
    ) -> None:
        """`dialogs` and `synced` are there once the screen is whole, as `turning` is."""
        super().__init__(session, runners)
        self._panels = panels
        self.dialogs: Dialogs
        self.synced: SyncedProgress
        self.reader.notebook = Notebook(session)
        self.progress = ShownProgress(session, self.header, self.panes, self.reader, self.tell)
        self._was_shown = False
        self._small = SMALLEST
        """The last size that was said to be too small."""

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
        panels = self._panels()
        await self._later.calm()
        self._make_lab(panels)
        self._make_dialogs()
        await self._later.calm()
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
        self.call_after_refresh(self.runs.use_runner, self.runs.in_use.name)
        if self.app.owns_process:
            # Everything that exists by now lives until the end.  Scanning it for garbage again and again would hold up
            # the keys for a tenth of a second at a time while a program floods the terminal.
            self.call_after_refresh(_end_of_start)

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
        from evoclass_tui.turning import Turning

        self.turning = Turning(
            self.app,
            self.header,
            self.reader,
            self.lab,
            self.work,
            self.tell,
            leave=self.leave_lesson,
            show=self._show_lesson,
            begin=self._begin_lesson,
        )
        self.synced = SyncedProgress(self.session, self.tell, self._take_in)
        self.dialogs = Dialogs(
            self.app,
            self.runs,
            self.requests,
            self.panes,
            self.timer,
            self.tell,
            speak=self.speak,
            open_lesson=self.open_lesson,
            follow=self.follow,
            go_to=self.go_to,
            command=self.action_command,
            use_keys=self.turning.use_keys,
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
    @aside
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

    # ------------------------------------------------------------------------------------------------ how far

    @on(AnsweredPage.Progressed)
    def _progressed(self) -> None:
        self.progress.show()

    def on_run_kept(self, event: RunKept) -> None:
        """Show the progress that a run has brought; the workbench shows what else it has."""
        self.reader.show_guesses()
        self.progress.tell_guesses()
        self.progress.show()

    @on(RecapCard.PlanWanted)
    @work(group="plan")
    async def _plan_wanted(self, event: RecapCard.PlanWanted) -> None:
        await self.progress.show_plan(event.card)

    @on(BlockPage.BlockReached)
    def _reached(self, event: BlockPage.BlockReached) -> None:
        self.session.reached(event.block_id)

    # -------------------------------------------------------------------------------------------- commands

    def on_suggesting_area_wanted(self, event: SuggestingArea.Wanted) -> None:
        if self.is_whole:
            self.run_worker(self.dialogs.reference.answer(event), group="suggestions")

    def on_prompt_inside_wanted(self, event: PromptInput.InsideWanted) -> None:
        if self.is_whole:
            self.run_worker(self.dialogs.reference.complete(event), group="suggestions")

    def on_reader_made(self, event: GuessCard.Made) -> None:
        self.session.guess(event.block_id, event.value)
        self.reader.show_guesses()

    def on_reader_looked(self, event: GuessCard.Looked) -> None:
        self.session.look_at_guess(event.block_id)
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
        await self.turning.again(self._catch_up)

    def _catch_up(self) -> bool:
        """Take in what was done elsewhere; return whether the page has to show it now."""
        self.work.look()
        self.session.catch_up()
        self.progress.show()
        # While the learner answers, the page waits.
        return not self._is_answering() and self.session.take_in()

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
    @aside
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
    @aside
    async def _language_chosen(self, event: TabStrip.Chosen) -> None:
        await self.speak(event.key)

    def action_theme(self) -> None:
        """Change between the dark and the light theme."""
        self.app.use_theme(opposite(self.app.current_theme))

    @on(Pill.Pressed, ".role-next-lesson")
    @aside
    async def _next_wanted(self, event: Pill.Pressed) -> None:
        await self.action_next_lesson()

    @on(LabCard.LabWanted)
    @aside
    async def _lab_wanted(self, event: LabCard.LabWanted) -> None:
        await self.until_whole()
        self.panes.open_file(event.file)

    @on(HeaderButton.Pressed, "#map-title")
    @on(RecapCard.CourseWanted)
    @aside
    async def _course_wanted(self, event: HeaderButton.Pressed | RecapCard.CourseWanted) -> None:
        await self.action_command("course")

    @on(RecapCard.ReviewWanted)
    @aside
    async def _review_wanted(self, event: RecapCard.ReviewWanted) -> None:
        await self.action_command("review")

    @on(RecapCard.FileWanted)
    @aside
    async def _recap_wanted(self, event: RecapCard.FileWanted) -> None:
        await self.action_command("recap")

    @on(HeaderButton.Pressed, "#runner-button")
    @aside
    async def _runner_wanted(self, event: HeaderButton.Pressed) -> None:
        await self.action_command("runner")

    @on(HeaderButton.Pressed, "#menu-button")
    @aside
    async def _menu_wanted(self, event: HeaderButton.Pressed) -> None:
        await self.action_command("palette")

    # -------------------------------------------------------------------------------------------- the window

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Keep the styles of the first picture: every widget has just got its own."""
        event.refresh_styles = self._was_shown
        self._was_shown = True
        for bar in self.query(KeyBar):
            bar.covered = False

    def on_screen_suspend(self) -> None:
        """Let the key bar promise nothing that what stands above does not do."""
        for bar in self.query(KeyBar):
            bar.covered = True

    def on_descendant_focus(self) -> None:
        self._tell_place()
        if self.session.outdated and self.is_whole and not self._is_answering():
            self._take_in()

    def on_place_mode_changed(self) -> None:
        self._tell_place()

    def _tell_place(self) -> None:
        """Let the key bar show the keys of the place that has the focus."""
        bar = self.query_one(KeyBar)
        bar.place, bar.in_guess = place_of(self.focused), self.reader.guess_has_focus

    def on_resize(self, event: Resize) -> None:
        if self.has_class("-roomy"):
            self.panes.remove_class("-map-open")
        small = event.size.width < SMALLEST.width or event.size.height < SMALLEST.height
        self.set_class(small, "-tiny")
        if small and event.size != self._small:
            self._small = event.size
            self.app.tell.clear()  # there is room for one, and that of an earlier size is wrong by now
            size = {"columns": event.size.width, "rows": event.size.height}
            self.tell(self.session.catalog("notice.too_small", **size), "warning")


def _end_of_start() -> None:
    startup.end()
    gc.freeze()
    gc.enable()
