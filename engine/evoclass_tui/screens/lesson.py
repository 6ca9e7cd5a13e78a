"""The screen where everything happens: map, lesson, lab.  It routes; the handlers do the work."""

from __future__ import annotations

import gc
import inspect
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import Resize
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from evoclass.disk import paths
from evoclass.errors import RunnerUnavailable
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.learner.summary import summary
from evoclass.model import LessonEntry
from evoclass.runner import Runner
from evoclass.wording.printable import printable
from evoclass_tui import offers
from evoclass_tui.handlers import answering, keeping, moving, previewing, running, window
from evoclass_tui.handlers.commands import HANDLERS
from evoclass_tui.keys import bindings
from evoclass_tui.lab_run import LabRun
from evoclass_tui.outline import Section, outline, section_of
from evoclass_tui.panel import Panel
from evoclass_tui.places import place_of
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.block_page import BlockPage
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.end_card import EndCard
from evoclass_tui.widgets.header import HeaderButton, LessonHeader
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.lab import Lab
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.lesson_pane import LessonPane
from evoclass_tui.widgets.more_time import MoreTime
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.prompt import Prompt
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.splitter import Splitter
from evoclass_tui.widgets.standing_notice import StandingNotice
from evoclass_tui.widgets.tab_strip import Tab, TabStrip
from evoclass_tui.widgets.terminal import BUSY, TerminalPane
from evoclass_tui.widgets.terminal_view import TerminalView
from evoclass_tui.widgets.timer import StudyTimer

if TYPE_CHECKING:
    from evoclass_tui.app import EvoClassApp

Severity = Literal["information", "warning", "error"]


class LessonScreen(Screen[None]):
    """One lesson and its lab."""

    app: EvoClassApp

    AUTO_FOCUS = "#reader"
    BINDINGS = [*bindings(), Binding("q", "say_how_to_quit", show=False)]
    TOOLTIP_DELAY = 0.6

    catalog: reactive[Catalog | None] = reactive(None)
    side: reactive[Literal["lesson", "lab"]] = reactive("lesson")
    """What a narrow window shows."""
    share: reactive[float] = reactive(0.5)
    """Of the width of lesson and lab, the lesson's part."""
    zoomed: reactive[bool] = reactive(False)
    map_hidden: reactive[bool] = reactive(False, toggle_class="-map-hidden")
    """Whether the learner has put the course map of a wide window away."""
    busy: reactive[bool] = reactive(False)
    """Whether a program is alive."""

    def __init__(self, session: Session, runners: dict[str, Runner], panes: list[PanelPane]) -> None:
        super().__init__()
        self.session = session
        self.runners = runners
        self.panes = panes
        self.job: LabRun | None = None
        """The run on the screen, until a lesson is opened anew."""
        self.run_task: Worker[None] | None = None
        self.runner_name = session.settings.runner
        self.sections: list[Section] = []
        self._done_before: bool | None = None
        """Whether all questions were done when that was looked at last; None for a lesson just opened."""
        self._told: dict[str, float] = {}
        """Until when each notice is on the screen, by the monotonic clock."""

    def compose(self) -> ComposeResult:
        window.fit(self)
        plugins = self.session.plugins
        stopwatch = Stopwatch(self.session.state.seconds)
        yield LessonHeader(stopwatch, id="header").data_bind(LessonScreen.catalog)
        yield TabStrip(id="sides")
        with Horizontal(id="body"):
            yield CourseMap(id="map").data_bind(LessonScreen.catalog)
            reader = Reader(
                self.session.catalog, lambda field: offers.field_widget(plugins, field), id="reader"
            )
            yield LessonPane(reader, id="lesson-pane")
            yield Splitter(id="middle")
            yield Lab(self.panes, id="lab").data_bind(LessonScreen.catalog)
        if not self.session.settings.hints_seen:
            yield HintLine().data_bind(LessonScreen.catalog)
        yield StandingNotice()
        yield KeyBar().data_bind(LessonScreen.catalog, running=LessonScreen.busy)

    async def on_mount(self) -> None:
        self.catalog = self.session.catalog
        window.arrange(self)
        await moving.show_lesson(self, at=self.session.state.block)
        running.replay(self)
        self.timer.touch()
        self.session.lab_runner = self._runner_for_grading
        self.call_after_refresh(running.use_runner, self, self.runner_name)
        if self.app.alone:
            # What there is by now stays to the end.  Looking through it again and again for garbage would hold up the
            # keys for a tenth of a second at a time while a program floods the terminal.
            self.call_after_refresh(gc.freeze)
        if self.session.for_author:
            self.run_worker(previewing.watch(self), group="preview")
        for notice in (*self.session.notices(), *self._plugin_notices()):
            self.tell(notice, "warning")
        self.session.on_notice = lambda sentence: self.tell(sentence, "warning")
        self.session.on_trouble = self._show_trouble
        self._show_trouble()

    def _plugin_notices(self) -> Iterator[str]:
        say = self.session.catalog
        for report in self.session.plugins.reports.values():
            if report.error:
                yield say("notice.plugin_broken", plugin=report.name, reason=report.error)
            for fault in report.faults:
                yield say("notice.plugin_faulty", plugin=report.name, reason=fault)
        if self.session.settings.unknown:
            names = ", ".join(f"`{printable(name)}`" for name in self.session.settings.unknown)
            yield say("notice.unknown_settings", names=names)
        for error in self.session.plugins.configured.problems(paths.config_file()):
            yield printable(error.said(say))

    # --------------------------------------------------------------------------------------- parts, and words

    @property
    def header(self) -> LessonHeader:
        return self.query_one(LessonHeader)

    @property
    def reader(self) -> Reader:
        return self.query_one(Reader)

    @property
    def lab(self) -> Lab:
        return self.query_one(Lab)

    @property
    def timer(self) -> StudyTimer:
        return self.query_one(StudyTimer)

    def tell(self, text: str, severity: Severity = "information") -> None:
        """Say something in the corner for a few seconds, once, however often a key is pressed meanwhile."""
        timeout, now = 8 if severity == "information" else 15, time.monotonic()
        if now > self._told.get(text, 0.0):
            self._told[text] = now + timeout
            self.notify(text, severity=severity, markup=False, timeout=timeout)

    def show_progress(self) -> None:
        """Draw anew what depends on how far the learner is."""
        session = self.session
        self.sections = outline(session.lesson, session.state)
        self.header.progress = (session.answers.done, session.answers.total)
        self._show_end()
        self.query_one(CourseMap).show(
            session.course, session.lesson.id, session.course_progress(), self.sections
        )

    def _show_trouble(self) -> None:
        """Say as long as it is so that nothing is being saved."""
        notice = self.query_one(StandingNotice)
        if notice.sentence and not self.session.unkept:
            self.tell(self.session.catalog("progress.kept_again"))
        notice.sentence = self.session.unkept

    def forget_end(self) -> None:
        """Begin with another lesson, of which nothing is known yet."""
        self._done_before = None

    def _show_end(self) -> None:
        """Show what was done, once all questions of the lesson are; say so when that has just happened."""
        session = self.session
        told = summary(session, self.timer.stopwatch.seconds - session.state.seconds)
        just_now = self._done_before is False and told.done
        self._done_before = told.done
        self.reader.finish(told)
        if just_now:
            self.tell(session.catalog("notice.lesson_done"))

    @on(EndCard.NextWanted)
    async def _next_wanted(self) -> None:
        await self.command("next_lesson")

    @on(EndCard.CourseWanted)
    async def _course_wanted(self) -> None:
        await self.command("course")

    def show_section(self, block_id: str) -> None:
        """Mark the section of a block in the course map."""
        here = section_of(self.session.lesson, block_id)
        self.query_one(CourseMap).section = here
        self.query_one(LessonPane).show(self.session.lesson.title, self.sections, here)

    # -------------------------------------------------------------------------------------------- commands

    async def command(self, name: str) -> None:
        """Carry out a command of the table in `keys`."""
        outcome = HANDLERS[name](self)
        if inspect.isawaitable(outcome):
            await outcome

    async def action_command(self, name: str) -> None:
        """Carry out a command that a key asks for."""
        await self.command(name)

    def action_say_how_to_quit(self) -> None:
        """Say which key ends the program: many people try another one first."""
        self.tell(self.session.catalog("notice.how_to_quit"))

    @on(KeyBar.Pressed)
    async def _key_bar(self, event: KeyBar.Pressed) -> None:
        if event.command:
            await self.command(event.command)
        else:
            self.app.simulate_key(event.key)

    @on(HeaderButton.Pressed, "#menu-button")
    async def _menu_button(self) -> None:
        await self.command("palette")

    @on(HeaderButton.Pressed, "#map-title")
    async def _map_title(self) -> None:
        await self.command("course")

    @on(HeaderButton.Pressed, "#runner-button")
    async def _runner_button(self) -> None:
        await self.command("runner")

    @on(TabStrip.Chosen, "#language-switch")
    async def _language_chosen(self, event: TabStrip.Chosen) -> None:
        await moving.speak(self, event.key)

    def on_descendant_focus(self) -> None:
        self.query_one(KeyBar).place = place_of(self.focused)
        window.light_bars(self)

    def on_descendant_blur(self) -> None:
        window.light_bars(self)

    @on(HintLine.Closed)
    def close_hint(self) -> None:
        """Put the hint line away for good."""
        for hint in self.query(HintLine):
            hint.remove()
            self.app.remember(hints_seen=True)

    # ---------------------------------------------------------------------------------- the learner's traces

    @on(Lab.Edited)
    def _edited(self, event: Lab.Edited) -> None:
        keeping.keep_file(self, event.file, event.source)

    @on(StudyTimer.Due)
    def _time_due(self) -> None:
        keeping.keep_time(self)

    # ----------------------------------------------------------------------------------------------- reading

    @on(Question.AnswerSubmitted)
    def _submitted(self, event: Question.AnswerSubmitted) -> None:
        self.run_worker(answering.check(self, event.block_id, event.answer), group="check")

    @on(Question.AnswerDrafted)
    def _drafted(self, event: Question.AnswerDrafted) -> None:
        if self.session.lesson.find(event.block_id) is not None:
            self.session.answers.draft(event.block_id, event.answer)

    @on(Question.HintWanted)
    def _hint(self, event: Question.HintWanted) -> None:
        answering.hint(self, event.block_id)

    @on(Question.RevealWanted)
    def _reveal(self, event: Question.RevealWanted) -> None:
        self.run_worker(answering.reveal(self, event.block_id), group="check")

    @on(Question.RetryWanted)
    def _retry(self, event: Question.RetryWanted) -> None:
        answering.retry(self, event.block_id)

    @on(BlockPage.BlockReached)
    def _reached(self, event: BlockPage.BlockReached) -> None:
        self.session.reached(event.block_id)
        self.show_section(event.block_id)

    @on(Reader.LinkOpened)
    def _link(self, event: Reader.LinkOpened) -> None:
        self.app.follow_link(event.href)

    @on(Reader.NothingLeft)
    def _nothing_left(self) -> None:
        self.tell(self.session.catalog("notice.no_way_back"))

    @on(LabCard.LabWanted)
    def _lab_wanted(self, event: LabCard.LabWanted) -> None:
        self.open_file(event.file)

    def open_file(self, file: str) -> None:
        """Open a file's tab and go there."""
        self.side = "lab"
        self.lab.file = file
        if (editor := self.lab.editor) is not None:
            self.call_after_refresh(editor.focus)

    def read_at(self, block_id: str) -> None:
        """Show a block of the lesson at the top of the reader."""
        self.side = "lesson"
        self.reader.jump_to(block_id)
        self.call_after_refresh(self.reader.focus)

    @on(previewing.Saved)
    async def _saved(self) -> None:
        await previewing.reload(self)

    @on(CourseMap.SectionChosen)
    def _section(self, event: CourseMap.SectionChosen) -> None:
        self.remove_class("-map-open")
        self.read_at(event.block_id)
        self.show_section(event.block_id)

    @on(CourseMap.Left)
    def _map_left(self) -> None:
        window.close_map(self)

    @on(CourseMap.LessonChosen)
    def _lesson(self, event: CourseMap.LessonChosen) -> None:
        self.remove_class("-map-open")
        self.side = "lesson"
        self.open_lesson(event.entry)

    @work(group="lesson", exclusive=True)
    async def open_lesson(self, entry: LessonEntry) -> None:
        """Open another lesson."""
        await moving.go_to(self, entry)

    # --------------------------------------------------------------------------------------------------- runs

    @property
    def runner(self) -> Runner | None:
        """The runner that is in use."""
        return self.runners.get(self.runner_name)

    async def _runner_for_grading(self) -> Runner:
        if self.runner is None:
            raise RunnerUnavailable(self.session.catalog("cli.no_runner", name=self.runner_name, names="-"))
        return self.runner

    @on(running.WarmedUp)
    def _warmed_up(self, event: running.WarmedUp) -> None:
        running.warmed_up(self, event)

    @on(Lab.PhaseChanged)
    def _phase_changed(self, event: Lab.PhaseChanged) -> None:
        self.busy = event.phase in BUSY
        self._show_sides()

    @on(Lab.RunPressed)
    async def _run_pressed(self) -> None:
        await self.command("run")

    @on(Lab.ResetWanted)
    async def _reset_wanted(self) -> None:
        await self.command("reset")

    @on(running.RunStarted)
    def _run_started(self, event: running.RunStarted) -> None:
        if event.job is self.job and self.lab.phase == "starting":
            self.lab.phase = "running"

    @on(running.RunHappened)
    def _run_happened(self, event: running.RunHappened) -> None:
        running.happened(self, event.job, event.event)

    @on(running.RunFailed)
    def _run_failed(self, event: running.RunFailed) -> None:
        running.failed(self, event.job, event.reason)

    @on(TerminalView.Typed)
    def _typed(self, event: TerminalView.Typed) -> None:
        if self.job is not None and self.job.run is not None and self.job.run.running:
            self.job.run.write(event.text)

    @on(Prompt.Entered)
    def _entered(self, event: Prompt.Entered) -> None:
        self.lab.terminal.echo(event.source)
        running.evaluate(self, event.source)

    @on(Prompt.InterruptWanted)
    def _interrupt_wanted(self) -> None:
        running.interrupt(self)

    @on(MoreTime.Wanted)
    def _more_time(self, event: MoreTime.Wanted) -> None:
        running.again(self, event.seconds)

    @on(TerminalPane.Resized)
    def _resized(self, event: TerminalPane.Resized) -> None:
        if self.job is not None and self.job.run is not None and self.job.run.running:
            self.job.run.resize(event.columns, event.rows)

    # ------------------------------------------------------------------------------------------------- panels

    @on(PanelPane.LookWanted)
    def _look_wanted(self, event: PanelPane.LookWanted) -> None:
        running.ask(self, event)

    @on(running.LookDone)
    def _look_done(self, event: running.LookDone) -> None:
        event.pane.tell(event.pane.panel.show_detail, event.detail)

    @on(Panel.Attending)
    def _attending(self, event: Panel.Attending) -> None:
        if self.job is not None and self.job.run is not None:
            self.job.run.attend(event.names)

    @on(Panel.LiveChanged)
    def _live_changed(self, event: Panel.LiveChanged) -> None:
        running.show_moment(self, event.values, event.line)

    @on(PanelPane.Broken)
    def _panel_broken(self, event: PanelPane.Broken) -> None:
        running.drop_panel(self, event.pane, event.error)

    # -------------------------------------------------------------------------------------------- the window

    @property
    def is_narrow(self) -> bool:
        """Whether lesson and lab take turns."""
        return self.has_class("-narrow")

    def watch_catalog(self) -> None:
        self._show_sides()

    def watch_side(self, side: str) -> None:
        # Where both are shown there is nothing to restyle; a window that becomes narrow restyles all.
        self.set_class(side == "lab", "-show-lab", update=self.is_narrow)
        self._show_sides()

    def _show_sides(self) -> None:
        if self.catalog is not None:
            tabs = (
                Tab("lesson", self.catalog("view.lesson")),
                Tab("lab", self.catalog("view.lab"), self.busy),
            )
            self.query_one("#sides", TabStrip).show(tabs, self.side)

    @on(TabStrip.Chosen, "#sides")
    def _side_chosen(self, event: TabStrip.Chosen) -> None:
        self.side = "lab" if event.key == "lab" else "lesson"

    def watch_zoomed(self, zoomed: bool) -> None:
        self.set_class(zoomed, "-zoomed")

    @on(PaneTitle.ZoomWanted)
    def _zoom_wanted(self, event: PaneTitle.ZoomWanted) -> None:
        if isinstance(event.title.parent, Widget):
            window.toggle_zoom(self, event.title.parent)

    def watch_share(self, share: float) -> None:
        self.query_one(LessonPane).styles.width = f"{share}fr"
        self.lab.styles.width = f"{1 - share}fr"

    @on(Splitter.Moved)
    def _splitter_moved(self, event: Splitter.Moved) -> None:
        left, right = self.reader.region.x, self.lab.region.right
        if right > left:
            window.move_middle(self, (event.x - left) / (right - left))

    def on_resize(self, event: Resize) -> None:
        if self.has_class("-roomy"):
            self.remove_class("-map-open")
        window.warn_if_small(self, event.size)
