"""The lab column: editor tabs, Run and Stop, terminal, and the panels that plugins bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static, TextArea

from evoclass.i18n import Catalog
from evoclass.protocol import Closed, ErrorReport, Exit, Frame, Output, RunEvent
from evoclass_tui.completion import complete
from evoclass_tui.lab_run import LabRun
from evoclass_tui.panel import Panel
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prompt import PromptInput
from evoclass_tui.widgets.tab_strip import Tab, TabStrip
from evoclass_tui.widgets.terminal import BUSY, Phase, TerminalPane

SAVE_AFTER = 0.6
"""Seconds without typing after which an edit is kept."""


ROOMY = 56
"""Columns from which the bar has room for words beside its signs, whatever the files are called."""


class Lab(Vertical):
    """Holds the panels of the lab and passes news to them and from them."""

    catalog: reactive[Catalog | None] = reactive(None)
    file: reactive[str] = reactive("", init=False)
    """The file whose tab is open."""
    phase: reactive[Phase] = reactive("ready")
    dock: reactive[str] = reactive("terminal")
    """Panel that is shown below the editor where there is room for one only."""

    @dataclass
    class Edited(Message):
        """A file has other text now."""

        file: str
        source: str

    @dataclass
    class PhaseChanged(Message):
        """The lab is in another state: ready, running, ended …"""

        phase: Phase

    class RunPressed(Message):
        """Run, or while a program runs Stop."""

    @dataclass
    class ResetWanted(Message):
        """The learner wants the lesson's version of a file."""

        file: str

    def __init__(self, panes: list[PanelPane], id: str | None = None) -> None:
        super().__init__(id=id)
        self.panes = panes
        self._edited: dict[str, bool] = {}
        self._save: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="lab-bar"):
            yield TabStrip(id="files")
            yield Pill("", "reset")
            yield Pill("", "run", classes="-main")
        yield ContentSwitcher(id="editors")
        with Horizontal(id="dock-bar"):
            yield TabStrip(id="dock")
            yield Static(id="dock-status", markup=False)
        yield TerminalPane(id="terminal").data_bind(Lab.catalog, Lab.phase)
        yield from self.panes

    # ------------------------------------------------------------------------------------------- what it has

    @property
    def terminal(self) -> TerminalPane:
        """The terminal panel."""
        return self.query_one(TerminalPane)

    @property
    def editor(self) -> Editor | None:
        """The editor whose tab is open."""
        return self._editor(self.file)

    def _editor(self, file: str) -> Editor | None:
        return next((editor for editor in self.query(Editor) if editor.file == file), None)

    @property
    def _working(self) -> Iterator[PanelPane]:
        return (pane for pane in self.panes if not pane.broken)

    # ----------------------------------------------------------------------------------------------- editors

    async def show(self, code: Mapping[str, str], edited: Mapping[str, bool]) -> None:
        """Show the files of a lesson."""
        switcher = self.query_one("#editors", ContentSwitcher)
        if [editor.file for editor in self.query(Editor)] != list(code):
            switcher.current = None
            await switcher.remove_children()
            editors = [
                Editor(file, text, id=f"editor-{number}") for number, (file, text) in enumerate(code.items())
            ]
            for editor in editors:
                editor.display = False
            await switcher.mount_all(editors)
        else:
            for file, text in code.items():
                kept = self._editor(file)
                if kept is not None and kept.text != text:
                    kept.load_text(text)
        self._edited = dict(edited)
        self.file = self.file if self.file in code else next(iter(code), "")
        self._open()

    def open_at(self, file: str, cursors: Mapping[str, tuple[int, int]]) -> None:
        """Open the tab and put the cursors where they were left."""
        for editor in self.query(Editor):
            if editor.file in cursors and cursors[editor.file] != editor.cursor_location:
                row, column = cursors[editor.file]
                editor.start_at(row, column)
        if self._editor(file) is not None:
            self.file = file

    def watch_file(self) -> None:
        self._open()

    def _open(self) -> None:
        editor = self.editor
        self.query_one("#editors", ContentSwitcher).current = editor.id if editor is not None else None
        self._tabs()

    def _tabs(self) -> None:
        tabs = tuple(Tab(file, file, marked) for file, marked in self._edited.items())
        self.query_one("#files", TabStrip).show(tabs, self.file)
        self.query_one(".role-reset").display = self._edited.get(self.file, False)

    def mark_edited(self, file: str, edited: bool) -> None:
        """Show whether a file differs from the lesson's version."""
        if self._edited.get(file) != edited:
            self._edited[file] = edited
            self._tabs()

    def replace(self, file: str, source: str, keep_cursor: bool = False) -> None:
        """Put other text into an editor; undo brings the old one back."""
        if (editor := self._editor(file)) is not None:
            editor.replace_all(source, keep_cursor)

    def flush(self) -> None:
        """Hand on at once what was typed."""
        if self._save is not None:
            self._save.stop()
            self._save = None
        for editor in self.query(Editor):
            self.post_message(self.Edited(editor.file, editor.text))

    def sources(self) -> dict[str, str]:
        """Return what the editors hold now."""
        return {editor.file: editor.text for editor in self.query(Editor)}

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if isinstance(event.text_area, Editor):
            event.text_area.mark_error(None)
        if self._save is not None:
            self._save.stop()
        self._save = self.set_timer(SAVE_AFTER, self.flush)

    @on(Editor.Left)
    def _left(self, event: Editor.Left) -> None:
        event.stop()
        self.post_message(self.Edited(event.editor.file, event.editor.text))

    # --------------------------------------------------------------------------------------------------- runs

    def begin(self, job: LabRun, watch: tuple[str, ...]) -> None:
        """A run starts."""
        for editor in self.query(Editor):
            editor.mark_error(None)
            editor.mark_running(None)
        self.terminal.begin(job.buffer, watch)
        self.terminal.query_one(PromptInput).complete = lambda text: complete(
            text, job.program.source, job.recording.rows
        )
        for pane in self._working:
            pane.tell(pane.panel.begin, watch)

    def take(self, job: LabRun, event: RunEvent) -> None:
        """Take one event of the run."""
        if text := job.take_output():
            self._forward(Output(text=text))
        editor = self._editor(job.file)
        if isinstance(event, Frame) and job.exit is None and editor is not None:
            editor.mark_running(event.line)
        elif isinstance(event, ErrorReport) and editor is not None and event.file.endswith(job.file):
            # Of a program that was changed meanwhile, the lines have moved.
            editor.mark_error(event if editor.text == job.program.source else None)
        self._forward(event)

    def replay(self, frame: Frame | None, exit: Exit, watch: tuple[str, ...]) -> None:
        """Show the panels as a run of an earlier visit left them."""
        for pane in self._working:
            pane.tell(pane.panel.begin, watch)
        if frame is not None:
            self._forward(frame)
        self._forward(exit)
        self._forward(Closed())

    def drop(self, pane: PanelPane) -> None:
        """Do without a panel that had a fault."""
        self._label()
        pane.remove()

    def _forward(self, event: RunEvent) -> None:
        for pane in self._working:
            pane.tell(pane.panel.receive, event)

    def follow_line(self, file: str, line: int) -> None:
        """Mark the line that belongs to the moment of the run that a panel shows."""
        if (editor := self._editor(file)) is not None:
            editor.mark_running(line or None)

    def end_marks(self) -> None:
        """No line runs any more."""
        for editor in self.query(Editor):
            editor.mark_running(None)

    # -------------------------------------------------------------------------------------------------- looks

    def watch_catalog(self, catalog: Catalog | None) -> None:
        if catalog is None:
            return
        for pane in self._working:
            pane.tell(pane.panel.switch_language, catalog)
            pane.tell(pane.retitle)
        self._label()

    def watch_phase(self, phase: Phase) -> None:
        self._label()
        self.post_message(self.PhaseChanged(phase))

    def on_resize(self) -> None:
        self._label()

    def watch_dock(self) -> None:
        self._label()

    def _label(self) -> None:
        if self.catalog is None or not self.is_mounted:
            return
        run = self.query_one(".role-run", Pill)
        busy = self.phase in BUSY
        run.label = f"■ {self.catalog('lab.stop')} F5" if busy else f"▶ {self.catalog('lab.run')} F5"
        run.set_class(not busy, "-main")
        run.set_class(busy, "-warn")
        roomy = self.size.width >= ROOMY
        self.query_one(".role-reset", Pill).label = f"↺ {self.catalog('lab.reset')}" if roomy else "↺"
        names = {"terminal": self.catalog("terminal.title")}
        names |= {str(pane.id): pane.label for pane in self._working}
        if self.dock not in names:
            self.dock = "terminal"
        busy_mark = busy and self.dock != "terminal"
        tabs = tuple(Tab(key, name, busy_mark and key == "terminal") for key, name in names.items())
        self.query_one("#dock", TabStrip).show(tabs, self.dock)
        for key in names:
            self.query_one(f"#{key}").set_class(key == self.dock, "-docked")
        status = self.catalog(f"terminal.status.{self.phase}")
        if self.dock != "terminal":
            status = self.query_one(f"#{self.dock}").query_one(PaneTitle).status
        self.query_one("#dock-status", Static).update(Content(status))

    @on(Panel.StatusChanged)
    def _status_changed(self, event: Panel.StatusChanged) -> None:
        event.stop()
        self._label()

    @on(TabStrip.Chosen, "#dock")
    def _dock_chosen(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self.dock = event.key

    @on(TabStrip.Chosen, "#files")
    def _file_chosen(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self.file = event.key

    @on(Pill.Pressed, ".role-run")
    def _run_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.post_message(self.RunPressed())

    @on(Pill.Pressed, ".role-reset")
    def _reset_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        self.post_message(self.ResetWanted(self.file))

    @on(PaneTitle.Dragged)
    def _dragged(self, event: PaneTitle.Dragged) -> None:
        event.stop()
        pane = event.title.parent
        if isinstance(pane, Widget):
            self.move_edge(pane, event.y - pane.region.y)

    def move_edge(self, pane: Widget, by: int) -> None:
        """Move the upper edge of a panel by so many rows; the panel above makes room."""
        shown = [self.query_one("#editors"), self.terminal, *self._working]
        shown = [widget for widget in shown if widget.display and widget.size.height]
        if pane not in shown[1:]:
            return
        heights = {widget: widget.outer_size.height for widget in shown}
        above = shown[shown.index(pane) - 1]
        by = max(3 - heights[above], min(by, heights[pane] - 3))
        heights[above] += by
        heights[pane] -= by
        for widget, height in heights.items():
            widget.styles.height = f"{height}fr"
