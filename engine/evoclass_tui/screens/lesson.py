"""The screen where everything happens: map, lesson, lab.  It routes; the handlers do the work."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList
from textual.worker import Worker

from evoclass.errors import EvoClassError
from evoclass.i18n import Catalog
from evoclass.model import LessonEntry
from evoclass.runner import Runner
from evoclass.session import Session
from evoclass_tui.handlers import answering, moving, running
from evoclass_tui.handlers.commands import HANDLERS
from evoclass_tui.keys import bindings
from evoclass_tui.lab_run import LabRun
from evoclass_tui.outline import Section, outline, section_of
from evoclass_tui.panel import Panel
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.course_map import CourseMap
from evoclass_tui.widgets.header import HeaderButton, LessonHeader
from evoclass_tui.widgets.hint_line import HintLine
from evoclass_tui.widgets.key_bar import KeyBar
from evoclass_tui.widgets.lab import Lab
from evoclass_tui.widgets.lab_card import LabCard
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.prompt import Prompt
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.splitter import Splitter
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
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]
    BINDINGS = bindings()
    TOOLTIP_DELAY = 0.6

    catalog: reactive[Catalog | None] = reactive(None)
    side: reactive[Literal["lesson", "lab"]] = reactive("lesson")
    """What a narrow window shows."""
    share: reactive[float] = reactive(0.5)
    """Of the width of lesson and lab, the lesson's part."""
    zoomed: reactive[bool] = reactive(False)

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

    def compose(self) -> ComposeResult:
        plugins = self.session.plugins
        stopwatch = Stopwatch(self.session.state.seconds)
        yield LessonHeader(stopwatch, id="header").data_bind(LessonScreen.catalog)
        yield TabStrip(id="sides")
        with Horizontal(id="body"):
            yield CourseMap(id="map").data_bind(LessonScreen.catalog)
            yield Reader(
                self.session.catalog, lambda field: plugins.first("field_widget", field=field), id="reader"
            )
            yield Splitter(id="middle")
            yield Lab(self.panes, id="lab").data_bind(LessonScreen.catalog)
        if not self.session.settings.hints_seen:
            yield HintLine().data_bind(LessonScreen.catalog)
        yield KeyBar().data_bind(LessonScreen.catalog)

    async def on_mount(self) -> None:
        self.catalog = self.session.catalog
        await moving.show_lesson(self, at=self.session.state.block)
        running.replay(self)
        self.timer.touch()
        self.session.lab_runner = self._runner_for_grading
        self.call_after_refresh(self.use_runner, self.runner_name, remember=False)
        for report in self.session.plugins.broken:
            self.tell(
                self.session.catalog("notice.plugin_broken", plugin=report.name, reason=report.error),
                "warning",
            )

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
        """Say something in the corner for a few seconds."""
        self.notify(text, severity=severity, markup=False, timeout=8 if severity == "information" else 15)

    def show_progress(self) -> None:
        """Draw anew what depends on how far the learner is."""
        session = self.session
        self.sections = outline(session.lesson, session.state)
        self.header.progress = (session.done, session.total)
        self.query_one(CourseMap).show(
            session.course, session.lesson.id, session.course_progress(), self.sections
        )

    def watch_catalog(self, catalog: Catalog | None) -> None:
        if catalog is not None:
            self._sides()

    # -------------------------------------------------------------------------------------------- commands

    async def command(self, name: str) -> None:
        """Carry out a command of the table in `keys`."""
        outcome = HANDLERS[name](self)
        if inspect.isawaitable(outcome):
            await outcome

    async def action_command(self, name: str) -> None:
        """Carry out a command that a key asks for."""
        await self.command(name)

    @on(KeyBar.Pressed)
    async def _key_bar(self, event: KeyBar.Pressed) -> None:
        await self.command(event.command)

    @on(HeaderButton.Pressed, "#menu-button")
    async def _menu_button(self) -> None:
        await self.command("palette")

    @on(HeaderButton.Pressed, "#runner-button")
    async def _runner_button(self) -> None:
        await self.command("runner")

    @on(TabStrip.Chosen, "#language-switch")
    async def _language_chosen(self, event: TabStrip.Chosen) -> None:
        await moving.speak(self, event.key)

    @on(HintLine.Closed)
    def close_hint(self) -> None:
        """Put the hint line away for good."""
        for hint in self.query(HintLine):
            hint.remove()
            self.app.remember(hints_seen=True)

    # ---------------------------------------------------------------------------------- the learner's traces

    def keep_edits(self) -> None:
        """Keep what was typed up to now: programs, drafts, time."""
        for file, source in self.lab.sources().items():
            self.keep_edit(file, source)
        self.reader.send_drafts()
        self.timer.report()

    def keep_edit(self, file: str, source: str) -> None:
        """Keep one file."""
        try:
            self.session.edit(file, source)
        except EvoClassError as error:
            self.tell(str(error), "error")
            return
        self.lab.mark_edited(file, self.session.edited(file))

    async def leave_lesson(self) -> None:
        """Keep everything, and let go of the run."""
        self.keep_edits()
        if (seconds := self.timer.stopwatch.take_news()) > 0:
            self.session.studied(seconds)
        job, self.job = self.job, None
        if self.run_task is not None:
            self.run_task.cancel()
            self.run_task = None
        if job is not None and job.run is not None:
            await job.run.close()
        self.lab.phase = "ready"

    @on(Lab.Edited)
    def _edited(self, event: Lab.Edited) -> None:
        if event.file in {lab.file for lab in self.session.lesson.labs}:
            self.keep_edit(event.file, event.source)

    @on(StudyTimer.Counted)
    def _counted(self, event: StudyTimer.Counted) -> None:
        self.session.studied(event.seconds)

    # ----------------------------------------------------------------------------------------------- reading

    @on(Question.AnswerSubmitted)
    def _submitted(self, event: Question.AnswerSubmitted) -> None:
        self.run_worker(answering.check(self, event.block_id, event.answer), group="check")

    @on(Question.AnswerDrafted)
    def _drafted(self, event: Question.AnswerDrafted) -> None:
        if self.session.lesson.find(event.block_id) is not None:
            self.session.draft(event.block_id, event.answer)

    @on(Question.HintWanted)
    def _hint(self, event: Question.HintWanted) -> None:
        answering.hint(self, event.block_id)

    @on(Question.RevealWanted)
    def _reveal(self, event: Question.RevealWanted) -> None:
        answering.reveal(self, event.block_id)

    @on(Question.RetryWanted)
    def _retry(self, event: Question.RetryWanted) -> None:
        answering.retry(self, event.block_id)

    @on(Reader.BlockReached)
    def _reached(self, event: Reader.BlockReached) -> None:
        self.session.reached(event.block_id)
        self.query_one(CourseMap).section = section_of(self.session.lesson, event.block_id)

    @on(Reader.LinkOpened)
    def _link(self, event: Reader.LinkOpened) -> None:
        self.app.follow_link(event.href)

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
        self.reader.go_to(block_id)
        self.call_after_refresh(self.reader.focus)

    @on(CourseMap.SectionChosen)
    def _section(self, event: CourseMap.SectionChosen) -> None:
        self.remove_class("-map-open")
        self.read_at(event.block_id)
        self.query_one(CourseMap).section = event.block_id

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
        runner = self.runner
        if runner is None:
            raise EvoClassError(self.session.catalog("cli.no_runner", name=self.runner_name, names="-"))
        return runner

    def use_runner(self, name: str, remember: bool = True) -> None:
        """Run programs there from now on, and get ready for it in the background."""
        self.runner_name = name
        runner = self.runner
        if runner is None:
            names = ", ".join(self.runners) or "-"
            self.lab.terminal.unavailable(self.session.catalog("cli.no_runner", name=name, names=names))
            self.lab.phase = "unavailable"
            return
        availability = runner.available()
        self.header.device = availability.device or name
        if remember:
            self.app.remember(runner=name)
        if not availability.ok:
            reason = self.session.catalog(availability.reason, **availability.fields)
            self.lab.terminal.unavailable(reason)
            self.lab.phase = "unavailable"
            return
        if self.lab.phase not in BUSY and not runner.ready:
            self.lab.phase = "warming" if self.lab.phase in ("ready", "unavailable") else self.lab.phase
        self.run_worker(running.warm_up(self, name, runner), group="warm-up", exclusive=True)

    @on(running.WarmedUp)
    def _warmed_up(self, event: running.WarmedUp) -> None:
        if event.runner == self.runner_name and self.lab.phase == "warming":
            self.lab.phase = "unavailable" if event.problem else "ready"
            if event.problem:
                self.lab.terminal.unavailable(event.problem)

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

    @on(TerminalPane.Resized)
    def _resized(self, event: TerminalPane.Resized) -> None:
        if self.job is not None and self.job.run is not None and self.job.run.running:
            self.job.run.resize(event.columns, event.rows)

    # ------------------------------------------------------------------------------------------------- panels

    def _pane_of(self, widget: Widget | None) -> PanelPane | None:
        while widget is not None and not isinstance(widget, PanelPane):
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return widget

    @on(Panel.LookWanted)
    def _look_wanted(self, event: Panel.LookWanted) -> None:
        pane = self._pane_of(event._sender if isinstance(event._sender, Widget) else None)
        if pane is not None and self.job is not None and self.job.run is not None:
            task = running.look(self, self.job.run, pane, event.expression, event.slice)
            self.run_worker(task, group=f"look {pane.id}", exclusive=True)

    @on(running.LookDone)
    def _look_done(self, event: running.LookDone) -> None:
        event.pane.tell(event.pane.panel.show_detail, event.detail)

    @on(Panel.LiveChanged)
    def _live_changed(self, event: Panel.LiveChanged) -> None:
        self.reader.live = dict(event.values)
        if self.job is not None and self.job.exit is not None:
            self.lab.follow_line(self.job.file, event.line)

    @on(PanelPane.Broken)
    def _panel_broken(self, event: PanelPane.Broken) -> None:
        pane, reason = event.pane, f"{type(event.error).__name__}: {event.error}"
        self.session.plugins.switch_off(pane.plugin, reason)
        label = pane.panel.panel_name
        self.tell(
            self.session.catalog("notice.plugin_off", panel=label, plugin=pane.plugin, reason=reason), "error"
        )
        self.lab.drop(pane)

    # -------------------------------------------------------------------------------------------- the window

    @property
    def is_narrow(self) -> bool:
        """Whether lesson and lab take turns."""
        return self.has_class("-narrow")

    def _sides(self) -> None:
        if self.catalog is None:
            return
        busy = self.is_mounted and self.lab.phase in BUSY
        tabs = (Tab("lesson", self.catalog("view.lesson")), Tab("lab", self.catalog("view.lab"), busy))
        self.query_one("#sides", TabStrip).show(tabs, self.side)

    def watch_side(self, side: str) -> None:
        self.set_class(side == "lab", "-show-lab")
        self._sides()

    @on(TabStrip.Chosen, "#sides")
    def _side_chosen(self, event: TabStrip.Chosen) -> None:
        self.side = "lab" if event.key == "lab" else "lesson"

    def other_side(self) -> None:
        """Go from the lesson to the lab and back."""
        in_lab = self.side == "lab" if self.is_narrow else self._in(self.lab)
        if in_lab:
            self.side = "lesson"
            self.call_after_refresh(self.reader.focus)
        else:
            self.open_file(self.lab.file)

    def _in(self, widget: Widget) -> bool:
        return self.focused is not None and widget in self.focused.ancestors_with_self

    def _panes(self) -> list[Widget]:
        """Return the panels in the order of the next-panel key."""
        lab = self.lab
        course_map = self.query_one(CourseMap)
        found: list[Widget] = [course_map] if course_map.display else []
        found.append(self.reader)
        if not self.has_class("-no-lab"):
            found += [
                lab.query_one("#editors"),
                lab.terminal,
                *(pane for pane in self.panes if not pane.broken),
            ]
        return found

    def go_pane(self, by: int) -> None:
        """Move the focus to a neighbouring panel."""
        panes = self._panes()
        here = next((number for number, pane in enumerate(panes) if self._in(pane)), 0)
        pane = panes[(here + by) % len(panes)]
        self.show_pane(pane)
        self.call_after_refresh(self._focus_in, pane)

    def show_pane(self, pane: Widget) -> None:
        """Make sure that a panel can be seen."""
        self.side = "lab" if self.lab in pane.ancestors else "lesson"
        if pane is self.lab.terminal or pane in self.panes:
            self.lab.dock = str(pane.id)
        if self.zoomed:
            self._zoom_on(pane)

    def _focus_in(self, pane: Widget) -> None:
        """Put the focus where work in that panel begins."""
        if isinstance(pane, TerminalPane):
            pane.enter()
        elif isinstance(pane, CourseMap):
            pane.query_one(OptionList).focus()
        elif pane.focusable:
            pane.focus()
        elif pane.id == "editors" and self.lab.editor is not None:
            self.lab.editor.focus()
        else:
            inside = next((widget for widget in pane.query("*") if widget.focusable and widget.display), None)
            if inside is not None:
                inside.focus()

    def toggle_map(self) -> None:
        """Show or hide the course map."""
        course_map = self.query_one(CourseMap)
        self.toggle_class("-map-open" if self.is_narrow else "-map-hidden")
        shown = self.has_class("-map-open") if self.is_narrow else not self.has_class("-map-hidden")
        target: Widget = course_map.query_one(OptionList) if shown else self.reader
        self.call_after_refresh(target.focus)

    def toggle_zoom(self) -> None:
        """Give the panel with the focus the whole window, or give it back."""
        panes = self._panes()
        here = next((pane for pane in panes if self._in(pane)), self.reader)
        self.zoomed = not self.zoomed
        if self.zoomed:
            self._zoom_on(here)

    def watch_zoomed(self, zoomed: bool) -> None:
        self.set_class(zoomed, "-zoomed")

    def _zoom_on(self, pane: Widget) -> None:
        in_lab = self.lab in pane.ancestors
        self.set_class(in_lab, "-zoom-lab")
        for other in self._panes():
            other.set_class(other is pane, "-zoom-target")

    @on(PaneTitle.ZoomWanted)
    def _zoom_wanted(self, event: PaneTitle.ZoomWanted) -> None:
        pane = event.title.parent
        if isinstance(pane, Widget):
            self.zoomed = not self.zoomed
            if self.zoomed:
                self._zoom_on(pane)

    def widen_lesson(self, by: float) -> None:
        """Move the line between lesson and lab."""
        self.share = max(0.25, min(0.75, self.share + by))

    def raise_pane(self, by: int) -> None:
        """Move the upper edge of the panel with the focus up."""
        here = next((pane for pane in self._panes() if self._in(pane)), None)
        if here is not None:
            self.lab.move_edge(here, -by)

    def watch_share(self, share: float) -> None:
        self.reader.styles.width = f"{share}fr"
        self.lab.styles.width = f"{1 - share}fr"

    @on(Splitter.Moved)
    def _splitter_moved(self, event: Splitter.Moved) -> None:
        left = self.reader.region.x
        whole = self.lab.region.right - left
        if whole:
            self.share = max(0.25, min(0.75, (event.x - left) / whole))

    def on_resize(self) -> None:
        self._sides()
        if self.is_narrow:
            self.remove_class("-map-hidden")
        else:
            self.remove_class("-map-open")
