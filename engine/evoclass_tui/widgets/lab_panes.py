"""The panes below the editor of the lab: terminal, figures, plugins' panels; which of them is seen, and how large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.protocol import Figure
from evoclass_tui.pictures.graphics import graphics_of
from evoclass_tui.pictures.sizes import Extent, figure_size
from evoclass_tui.run_news import BUSY, Phase
from evoclass_tui.widgets.dock_status import DockStatus
from evoclass_tui.widgets.figures import FiguresPane
from evoclass_tui.widgets.lab_files import LabFiles
from evoclass_tui.widgets.pane_title import PaneTitle
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.picture import PictureView
from evoclass_tui.widgets.tab_strip import Tab, TabStrip
from evoclass_tui.widgets.terminal import TerminalPane

TALL, SHORT = 0.45, 0.5
"""The figures' share of the lab's height, as `lab.tcss` has it: beside the terminal, and instead of it."""

WORDS = 2
"""Lines of words around a figure in block characters, mostly."""

SMALLEST = 5
"""Columns and rows below which no figure is made to measure."""


class LabPanes(LabFiles):
    """Holds the editors and the panes below them."""

    catalog: var[Catalog | None] = var(None)
    phase: var[Phase] = var("ready")
    dock: var[str] = var("terminal")
    """Panel shown below the editor where only one has room."""

    @dataclass
    class FiguresGone(Message):
        """There are no figures any more, and no pane with them."""

        pane: FiguresPane

    class TerminalWanted(Message):
        """A program begins that asks for what somebody types."""

    def __init__(self, panes: Sequence[PanelPane], id: str | None = None) -> None:
        super().__init__(id=id)
        self.panes = tuple(panes)
        self._figures: FiguresPane | None = None
        """Made with the first figure."""
        self.figures_are_old = False
        """Whether the figures on the screen are those of an earlier run, until there are new ones."""
        self._unseen = False
        """Whether there is a new figure behind the terminal in which the learner has drawn it."""
        self._others_first = False
        """Whether the learner has turned from the figures to another panel: they stay where they are."""
        self.typed_in = False
        """Whether the program that runs asks for what somebody types, or the learner has typed something for it."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        with Horizontal(id="dock-bar"):
            yield TabStrip(id="dock")
            yield DockStatus(id="dock-status")
        yield TerminalPane(id="terminal").data_bind(LabPanes.catalog, LabPanes.phase)
        yield from self.panes

    @property
    def terminal(self) -> TerminalPane:
        """The terminal panel."""
        return self.query_one(TerminalPane)

    @property
    def _working(self) -> Iterator[PanelPane]:
        return (pane for pane in self.panes if not pane.broken)

    # --------------------------------------------------------------------------------------------- figures

    def expect_figures(self, *, asks: bool = False) -> None:
        """A run begins, which may have figures of its own, and may ask for what somebody types."""
        self.figures_are_old, self.typed_in = True, asks

    def figure_size(self) -> tuple[float, float, float] | None:
        """Return how large the next run's figures fit best: inches across and down, and dots an inch."""
        graphics = graphics_of(self.app)
        room, window = self._figure_room(), Extent(*self.app.size)
        if not graphics.wanted or min(room) < SMALLEST:
            return None
        return figure_size(room, window, graphics.cell, in_pixels=graphics.in_pixels)

    def _figure_room(self) -> Extent:
        """Return the cells of a figure in its pane, or where that would be."""
        words = 1 if graphics_of(self.app).in_pixels else WORDS
        pane = self._figures
        unfolded = pane is not None and not pane.has_class("-folded")
        if pane is not None and unfolded and pane.panel.is_mounted and all(pane.panel.size):
            return Extent(pane.panel.size.width, pane.panel.size.height - words)
        share = SHORT if self.screen.has_class("-short") else TALL
        size = self.size if all(self.size) else self.app.size  # in a narrow window the lesson is seen instead
        return Extent(size.width, round(size.height * share) - 1 - words)

    async def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show the figures of the run, newest last; they come into sight once for each run, and those of the prompt
        whenever the learner draws one."""
        assert self.catalog is not None
        first, self.figures_are_old = self.figures_are_old, False
        pane = self._figures
        if pane is None:
            if not figures:
                return
            pane = self._figures = FiguresPane(self.catalog)
            await self.mount(pane, after=self.terminal)
            self.panes = (pane, *self.panes)
        was_empty = pane.empty
        figures = sorted(figures, key=lambda figure: figure.number)
        at_prompt = self.phase == "ended" and not first
        pane.show(figures, newest=first or at_prompt)
        if not figures:
            self._leave_figures(pane)
        elif at_prompt or ((first or was_empty) and not self._others_first):
            self._turn_to_figures(pane)
            self._unseen = (at_prompt or self.typed_in) and self.dock != pane.id
        self._label()

    def _turn_to_figures(self, pane: FiguresPane) -> None:
        """Put the figures where they are seen, but not in the place of a terminal in which somebody types."""
        self._unfold(pane)
        if self.phase in BUSY and self.typed_in:
            return
        if not self.terminal.has_focus_within:
            self.dock = str(pane.id)
        elif self.phase in BUSY:
            self.dock = str(pane.id)
            if not self.terminal.display:
                self.call_after_refresh(self._look_at_figures, pane)

    def _look_at_figures(self, pane: FiguresPane) -> None:
        if self.dock == pane.id:  # the learner may have turned to another pane by now
            pane.query_one(PictureView).focus()

    def turn_to_terminal(self) -> None:
        """Bring the terminal back, which tells of an error or asks something, where another pane has its place."""
        if self.dock == "terminal":
            return
        pane = self.query_one(f"#{self.dock}")
        covered = not self.terminal.display
        self.dock = "terminal"
        if pane.has_focus_within and (covered or pane is self._figures):
            self.call_after_refresh(self._go_to_terminal)

    def _go_to_terminal(self) -> None:
        if self.dock == "terminal":
            self.terminal.entrance.focus()

    def _leave_figures(self, pane: FiguresPane) -> None:
        self._others_first = self._unseen = False
        if self.dock == pane.id:
            self.turn_to_terminal()
        self._unfold(None)
        self.post_message(self.FiguresGone(pane))

    def choose(self, pane: PanelPane) -> None:
        """Show a panel, because the learner has turned to it."""
        self._others_first = self._figures is not None and pane is not self._figures
        self._unfold(pane)

    def _unfold(self, pane: PanelPane | None) -> None:
        """Beside figures there is room for one panel in a tall window; of the others it shows the titles."""
        crowded = self._figures is not None and self._figures.is_there
        for other in self.panes:
            fold = crowded and other is not pane
            if fold != other.has_class("-folded"):
                other.set_class(fold, "-folded")
                # What the learner has dragged belonged to the other arrangement.
                for widget in (self.query_one("#editors"), self.terminal, *self.panes):
                    widget.styles.height = None

    @on(PanelPane.UnfoldWanted)
    def _unfold_wanted(self, event: PanelPane.UnfoldWanted) -> None:
        event.stop()
        self.choose(event.pane)

    # ------------------------------------------------------------------------------------------------ looks

    def watch_dock(self) -> None:
        if self._figures is not None and self.dock == self._figures.id:
            self._unseen = False
        self._label()

    def _label(self) -> None:
        """Write the names of the panes, and what the docked one says of itself."""
        if self.catalog is None or not self.is_mounted:
            return
        busy = self.phase in BUSY
        names = {"terminal": self.catalog("terminal.title")}
        names |= {str(pane.id): pane.label for pane in self.panes if pane.is_there}
        if self.dock not in names:
            self.dock = "terminal"
        busy_mark = busy and self.dock != "terminal"
        news = {"terminal": busy_mark}
        if self._figures is not None:
            news[str(self._figures.id)] = self._unseen
        tabs = tuple(Tab(key, name, news.get(key, False)) for key, name in names.items())
        self.query_one("#dock", TabStrip).show(tabs, self.dock)
        for key in names:
            self.query_one(f"#{key}").set_class(key == self.dock, "-docked")
        status = self.catalog(f"terminal.status.{self.phase}")
        if self.dock != "terminal":
            status = self.query_one(f"#{self.dock}").query_one(PaneTitle).status
        self.query_one(DockStatus).text = status

    @on(TabStrip.Chosen, "#dock")
    def _dock_chosen(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self.dock = event.key
        for pane in self.panes:
            if pane.id == event.key:
                self.choose(pane)

    @on(PaneTitle.Dragged)
    def _dragged(self, event: PaneTitle.Dragged) -> None:
        event.stop()
        pane = event.title.parent
        if isinstance(pane, Widget):
            self.move_edge(pane, event.y - pane.region.y)

    def move_edge(self, pane: Widget, by: int) -> None:
        """Move the upper edge of a panel by this many rows; the panel above makes room."""
        unfolded = (pane for pane in self._working if not pane.has_class("-folded"))
        shown = [self.query_one("#editors"), self.terminal, *unfolded]
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
