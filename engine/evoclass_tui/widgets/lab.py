"""The lab column: editor tabs, Run and Stop, terminal, and plugins' panels; it shows the runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from textual import on
from textual.message import Message

from evoclass.i18n import Catalog
from evoclass.model import Lab
from evoclass.protocol import Closed, ErrorReport, Exit, Figure, Frame, Prompt, Warned
from evoclass.reading.constants import constant, lighter
from evoclass.running.terminal import TerminalBuffer
from evoclass.running.waiting import asks
from evoclass_tui.completion import blocks, complete
from evoclass_tui.lab_run import LabRun
from evoclass_tui.panel import Panel
from evoclass_tui.run_news import BUSY, Phase, RunFailed, RunHappened, WarmedUp
from evoclass_tui.run_requests import RunRequests
from evoclass_tui.runs import Runs
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.knobs import KnobDial
from evoclass_tui.widgets.lab_files import LabFiles
from evoclass_tui.widgets.lab_panes import LabPanes
from evoclass_tui.widgets.more_time import MoreTime
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prompt import PromptInput, PromptLine
from evoclass_tui.widgets.terminal import TerminalPane, sign
from evoclass_tui.widgets.terminal_view import TerminalView

ROOMY = 56
"""Columns from which the bar has room for words beside its signs, however long the file names are."""


class LabColumn(LabPanes):
    """The lab with Run and Stop, and the view of its runs."""

    class PhaseChanged(Message):
        """The state of the lab has changed: ready, running, ended …"""

    class RunPressed(Message):
        """Run, or while a program runs Stop."""

    def __init__(
        self, runs: Runs, requests: RunRequests, panes: Sequence[PanelPane], id: str | None = None
    ) -> None:
        super().__init__(panes, id=id)
        self.runs = runs
        self._requests = requests
        self._of_prompt = False
        """Whether the explanation on the screen is of a line of the prompt."""
        runs.view = self

    # --------------------------------------------------------------------------------------------------- runs

    def show_phase(self, phase: Phase, problem: str = "") -> None:
        if problem:
            self.terminal.unavailable(problem)
        self.phase = phase

    def begin(self, lab_run: LabRun) -> tuple[int, int]:
        watch = lab_run.program.watch
        for editor in self.query(Editor):
            editor.mark_error(None)
            editor.mark_running(None)
        asking = asks(lab_run.program.source) is not None
        self.expect_figures(asks=asking)
        self.terminal.lighter = self._lighter(lab_run.file, lab_run.program.source)
        self.terminal.begin(lab_run.buffer, watch)
        if asking:
            self.turn_to_terminal()
            if not isinstance(self.screen.focused, KnobDial):  # it goes on turning
                self.post_message(self.TerminalWanted())
        self.terminal.query_one(PromptInput).complete = lambda text: complete(
            text, (lab_run.program.source, *blocks(lab_run.entered)), lab_run.recording.rows
        )
        lab = self._lab(lab_run.program.file.name)
        knobs = lab.knobs if lab is not None else ()
        found = {knob.name: constant(lab_run.program.source, knob.name) for knob in knobs}
        settings = {name: one.text for name, one in found.items() if one is not None}
        for pane in self._working:
            pane.tell(pane.panel.name_classes, lab.names if lab is not None else ())
            pane.tell(pane.panel.prepare, lab_run.program.file.name, settings)
            pane.tell(pane.panel.begin, watch)
            lab_run.subscribe(pane.take)
        size = self.terminal.view.scrollable_content_region.size
        return (size.width, size.height) if size.width > 20 else (80, 24)

    def clear(self) -> None:
        self._end_panels("stopped")
        self.terminal.clear()

    def action_clear(self) -> None:
        """Empty the terminal."""
        self.terminal.clear()

    @on(WarmedUp)
    def _warmed_up(self, event: WarmedUp) -> None:
        self.runs.warmed_up(event)

    @on(RunFailed)
    def _run_failed(self, event: RunFailed) -> None:
        if event.lab_run is self.runs.lab_run:
            self.runs.failed(event.reason)
            self._end_panels("lost")
            self.end_marks()
            self.terminal.close()

    def _end_panels(self, reason: Literal["stopped", "lost"]) -> None:
        """Tell the panels that a run is over of which they will hear nothing more."""
        for pane in self.panes:
            for ending in (Exit(reason=reason, code=1, seconds=0.0), Closed()):
                pane.take(ending)

    @on(RunHappened)
    async def _run_happened(self, message: RunHappened) -> None:
        lab_run, event = message.lab_run, message.event
        if lab_run is not self.runs.lab_run:
            message.stop()
            return
        if not message.live:
            message.stop()
        self.runs.take(event)
        editor = self._editor(lab_run.file)
        match event:
            case Frame(line=line) if lab_run.exit is None and editor is not None:
                editor.mark_running(line)
            case Figure():
                await self.show_figures(tuple(lab_run.recording.figures.values()))
            case ErrorReport():
                self.turn_to_terminal()
                if editor is not None and event.file.endswith(lab_run.file):
                    # If the program was changed meanwhile, its lines have moved.
                    editor.mark_error(event if editor.text == lab_run.program.source else None)
                self._of_prompt = lab_run.exit is not None
                self.explain()
            case Warned():
                if (explanation := self.runs.explain_warning(event)) is not None:
                    self._of_prompt = lab_run.exit is not None
                    self.terminal.explain(explanation)
            case Exit():
                if sign(event) == "✗":
                    self.turn_to_terminal()
                self.end_marks()
                if self.figures_are_old:
                    await self.show_figures(())
                self.terminal.end(event, lab_run.recording.rows, lab_run.recording.expected)
            case Prompt(more=more):
                self.terminal.prompt_ready(more)
            case Closed():
                self.terminal.close()

    def explain(self) -> None:
        """Show the explanation of the last run's error, if there is one."""
        self.terminal.explain(self.runs.explanation)

    def _lab(self, file: str) -> Lab | None:
        return next((lab for lab in self.runs.session.lesson.labs if lab.file == file), None)

    def replay(self) -> None:
        """Show the last run of an earlier visit as it was then."""
        self.runs.forget()
        session = self.runs.session
        record = session.state.last_run
        self.expect_figures()
        found = map(session.figures.find, record.figures if record is not None else ())
        self.call_next(self.show_figures, tuple(figure for figure in found if figure is not None))
        if record is None:
            self.terminal.forget()
            return
        buffer = TerminalBuffer()
        buffer.feed(record.output)
        lab = self._lab(record.file)
        if not session.state.file and lab is not None and record.file in self.sources():
            self.file = record.file
        self.terminal.lighter = self._lighter(record.file, self.sources().get(record.file, ""))
        self.terminal.replay(buffer, record.exit, record.time)
        for pane in self._working:
            pane.tell(pane.panel.name_classes, lab.names if lab is not None else ())
            pane.tell(pane.panel.begin, lab.watch if lab is not None else ())
            if record.frame is not None:
                pane.take(record.frame)
            pane.take(record.exit)
            pane.take(Closed())
        self.explain()

    @on(MoreTime.Wanted)
    def _more_time(self, event: MoreTime.Wanted) -> None:
        """Run the file of the last run again, with this time limit."""
        event.stop()
        if (file := self.runs.last_file) in self.sources():
            self.file = file
            self.runs.start(file, event.seconds)

    def _lighter(self, file: str, source: str) -> Mapping[str, str]:
        lab = self._lab(file)
        return lighter(source, lab.lighter) if lab is not None else {}

    @on(MoreTime.LighterWanted)
    def _lighter_wanted(self, event: MoreTime.LighterWanted) -> None:
        """Change the constants of the last run's file, and run it again."""
        event.stop()
        if (file := self.runs.last_file) in self.sources():
            self.file = file
            self.change_constants(file, event.values)
            self.runs.start(file)

    @on(LabFiles.KnobRests)
    def _knob_rests(self, event: LabFiles.KnobRests) -> None:
        event.stop()
        self.runs.again(event.file)

    @on(TerminalView.Typed)
    def _typed(self, event: TerminalView.Typed) -> None:
        event.stop()
        self.typed_in = True
        self._requests.write(event.text)

    @on(PromptLine.Entered)
    def _entered(self, event: PromptLine.Entered) -> None:
        event.stop()
        self.terminal.echo(event.source)
        self._requests.evaluate(event.source)
        if self._of_prompt:
            self._of_prompt = False
            self.explain()

    @on(PromptLine.InterruptWanted)
    def _interrupt_wanted(self, event: PromptLine.InterruptWanted) -> None:
        event.stop()
        self._requests.interrupt()

    @on(TerminalPane.Resized)
    def _resized(self, event: TerminalPane.Resized) -> None:
        event.stop()
        self._requests.resize(event.columns, event.rows)

    # ------------------------------------------------------------------------------------------------- panels

    @on(PanelPane.LookWanted)
    def _look_wanted(self, event: PanelPane.LookWanted) -> None:
        event.stop()
        self._requests.look(str(event.pane.id), event.pane.show_detail, event.expression, event.slice)

    @on(Panel.Attending)
    def _attending(self, event: Panel.Attending) -> None:
        event.stop()
        self._requests.attend(event.names)

    @on(Panel.LiveChanged)
    def _live_changed(self, event: Panel.LiveChanged) -> None:
        """Mark the line of the moment that a panel shows; the prose follows too."""
        lab_run = self.runs.lab_run
        if lab_run is None or lab_run.exit is not None:
            self.follow_line(self.runs.last_file, event.line)

    @on(PanelPane.Broken)
    def _panel_broken(self, event: PanelPane.Broken) -> None:
        self._label()
        event.pane.remove()

    # -------------------------------------------------------------------------------------------------- looks

    def watch_catalog(self, catalog: Catalog | None) -> None:
        if catalog is None:
            return
        for pane in self._working:
            pane.tell(pane.panel.switch_language, catalog)
            pane.tell(pane.retitle)
        self._label()

    def watch_phase(self) -> None:
        self._label()
        self.post_message(self.PhaseChanged())

    def on_resize(self) -> None:
        self._label()

    def _label(self) -> None:
        if self.catalog is None or not self.is_mounted:
            return
        run = self.query_one(".role-run", Pill)
        busy = self.phase in BUSY
        run.label = f"■ {self.catalog('lab.stop')}" if busy else f"▶ {self.catalog('lab.run')}"
        run.set_class(not busy, "-main")
        run.set_class(busy, "-warn")
        roomy = self.size.width >= ROOMY
        self.query_one(".role-reset", Pill).label = f"↺ {self.catalog('lab.reset')}" if roomy else "↺"
        super()._label()

    @on(Panel.StatusChanged)
    def _status_changed(self, event: Panel.StatusChanged) -> None:
        event.stop()
        self._label()

    @on(Pill.Pressed, ".role-run")
    def _run_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.post_message(self.RunPressed())
