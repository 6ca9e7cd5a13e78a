"""The half of the lesson screen that comes after the first picture: the lab, its runs and its files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.reactive import var
from textual.screen import Screen

from evoclass.errors import NotTrustedError
from evoclass.learner.session import Session
from evoclass.wording.printable import printable
from evoclass_tui import offers
from evoclass_tui.later import Later
from evoclass_tui.shell import Shell
from evoclass_tui.stopwatch import Stopwatch
from evoclass_tui.widgets.ground import Ground
from evoclass_tui.widgets.header import LessonHeader
from evoclass_tui.widgets.panes import Panes
from evoclass_tui.widgets.reader import Reader
from evoclass_tui.widgets.timer import StudyTimer

if TYPE_CHECKING:
    from evoclass.runner import Runner
    from evoclass_tui.durations import Durations
    from evoclass_tui.outside import Outside
    from evoclass_tui.panel import Panel
    from evoclass_tui.run_news import RunHappened, RunKept
    from evoclass_tui.run_requests import RunRequests
    from evoclass_tui.runs import Runs
    from evoclass_tui.widgets.figures import FigurePanel
    from evoclass_tui.widgets.knobs import KnobDial
    from evoclass_tui.widgets.lab import LabColumn
    from evoclass_tui.widgets.panel_pane import PanelPane
    from evoclass_tui.work import Work


W = TypeVar("W", bound="Workbench")
E = TypeVar("E")


def aside(handler: Callable[[W, E], Awaitable[None]]) -> Callable[[W, E], Awaitable[None]]:
    """Let the handler of a message wait for the lab in a worker, while there is none.

    In the screen's own task it would hold up the drawing that the lab waits for.
    """

    @wraps(handler)
    async def handle(self: W, event: E) -> None:
        if self.is_whole:
            await handler(self, event)
        else:
            self.run_worker(handler(self, event), group="aside")

    return handle


class Workbench(Ground, Screen[None]):
    """A screen whose lab is made later, and what the lab's messages mean to the rest of it."""

    if TYPE_CHECKING:
        app: Shell

    busy: var[bool] = var(False)
    """Whether a program is alive."""

    def __init__(self, session: Session, runners: Mapping[str, Runner]) -> None:
        """`runs`, `requests`, `lab`, `work` and `outside` are there once the screen is whole."""
        super().__init__()
        self.session = session
        self._runners = runners
        self._whole = asyncio.Event()
        self._later = Later()
        self.runs: Runs
        self.requests: RunRequests
        self.lab: LabColumn
        self.work: Work
        self.outside: Outside
        self.durations: Durations
        self.tell = self.app.tell
        self.header = LessonHeader(Stopwatch(session.state.seconds), id="header")
        self.timer = self.header.timer
        plugins, ask = session.plugins, self._ask_trust
        self.reader = Reader(
            session.catalog, session.answers, ask, partial(offers.field_widget, plugins), id="reader"
        )
        self.reader.needs = lambda lab: session.lab_order.needs_said(lab)
        self.panes = Panes(self.reader)

    def touch(self) -> None:
        """Note that the learner is here."""
        self.timer.touch()
        self._later.touch()

    def _make_lab(self, panels: list[PanelPane]) -> None:
        """Put runs, lab and files together."""
        from evoclass_tui.durations import Durations
        from evoclass_tui.outside import Outside
        from evoclass_tui.run_requests import RunRequests
        from evoclass_tui.runs import Runs
        from evoclass_tui.widgets.lab import LabColumn
        from evoclass_tui.work import Work

        session, ask = self.session, self._ask_trust
        self.runs = Runs(session, self._runners, self.tell, ask, self.keep_and_look, lambda: self.work.look())
        self.requests = RunRequests(self.runs, self.tell)
        self.lab = LabColumn(self.runs, self.requests, panels, id="lab")
        self.durations = Durations(session, self.runs, self.reader.tell_of_labs)
        self.reader.duration = self.durations.said
        self.work = Work(session, self.lab, self.reader, self.timer, self.tell)
        self.outside = Outside(
            self.app,
            session,
            self.lab,
            self.tell,
            ask,
            self.keep_and_look,
            lambda: self.runs.again(self.lab.file),
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
        return await self.runs.in_use.for_grading()

    def _ask_trust(self, error: NotTrustedError, go_on: Callable[[], object]) -> None:
        from evoclass_tui.screens.trust import ask_trust

        ask_trust(self.app, self.session, self.tell, error, go_on)

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
        self.reader.live = self.session.live
        self.runs.follow_left()

    async def leave_lesson(self) -> None:
        """Keep everything, including a program that is still running, and let go of the run."""
        await self.until_whole()
        self.reader.close_note()
        self.work.keep_all()
        settings, panes = self.session.settings, self.panes
        now = {"lesson_share": round(panes.share, 3), "course_map": not panes.map_hidden}
        if now != {"lesson_share": settings.lesson_share, "course_map": settings.course_map}:
            self.app.remember(**now)
        await self.runs.leave()

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

    def on_figure_panel_save_wanted(self, event: FigurePanel.SaveWanted) -> None:
        self.work.save_figure(event.figure)

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
        if first := file and self.session.lab_order.waits_for(file):
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

    def on_knob_dial_stuck(self, event: KnobDial.Stuck) -> None:
        self.tell(self.session.catalog("knob.lost", name=event.name))

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
        self.timer.look()
        self.busy = self.runs.busy

    def on_runner_chosen(self) -> None:
        self.header.device = self.runs.in_use.device

    def on_run_happened(self, event: RunHappened) -> None:
        # A function's own variable must not stand where the value of another program belongs.
        theirs = self.session.state.given_by_others(event.lab_run.file)
        own = {name: text for name, text in event.live.items() if name not in theirs}
        self.reader.live = {**self.reader.live, **own}

    def on_panel_live_changed(self, event: Panel.LiveChanged) -> None:
        self.reader.live = {**self.session.recalled, **event.values}

    def on_run_kept(self, event: RunKept) -> None:
        self.reader.live = self.session.live
        self.reader.tell_of_labs()
        self.work.look_at_supplies()
        if files := ", ".join(printable(path) for path, _ in self.requests.elsewhere):
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
