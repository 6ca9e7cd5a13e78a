"""The figures of a run, one at a time: what the program showed and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message

from evoclass.i18n import Catalog
from evoclass.protocol import Figure
from evoclass_tui.panel import Panel
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.figure_words import FigureWords
from evoclass_tui.widgets.panel_pane import PanelPane
from evoclass_tui.widgets.picture import PictureView

NAME = "figures"


class FigurePanel(Panel, HasKeys):
    """Shows a figure with its title; the newest one comes by itself as long as the learner is at the last page."""

    panel_name: ClassVar[str] = NAME
    place = "figures"
    BINDINGS = place_bindings("figures")
    DEFAULT_CSS = """
    FigurePanel {
        layout: vertical; width: 1fr; height: 1fr; background: $surface;
        & > PictureView { height: 1fr; content-align: center middle; }
        & > PictureView:focus { background: $boost; }
    }
    """

    @dataclass
    class SaveWanted(Message):
        """The learner wants this figure as a file."""

        figure: Figure

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog)
        self._figures: tuple[Figure, ...] = ()
        self._at = 0
        self._waits = False
        """Whether the figure is about to be drawn."""

    def compose(self) -> ComposeResult:
        yield PictureView(self.catalog, fill=True, opens=True)

    def on_mount(self) -> None:
        self._draw()

    @property
    def shown(self) -> Figure | None:
        """The figure that is shown."""
        return self._figures[self._at] if self._figures else None

    def show(self, figures: Sequence[Figure], *, newest: bool = False) -> None:
        """Show these figures, in the order of their numbers: the newest one, or what the learner has turned to."""
        at_last = newest or self._at >= len(self._figures) - 1
        number = self.shown.number if self.shown is not None else 0
        self._figures = tuple(figures)
        places = {figure.number: place for place, figure in enumerate(self._figures)}
        self._at = max(0, len(self._figures) - 1) if at_last else places.get(number, 0)
        if not self._waits:  # of a flood, one figure for each picture of the screen
            self._waits = self.call_after_refresh(self._draw)

    def action_page(self, by: int) -> None:
        """Turn to the figure before or after."""
        at = max(0, min(len(self._figures) - 1, self._at + by))
        if at != self._at:
            self._at = at
            self._draw()

    def action_large(self) -> None:
        """Open the figure large."""
        self.query_one(PictureView).action_open_large()

    def action_save(self) -> None:
        """Ask for the figure as a file."""
        if self.shown is not None:
            self.post_message(self.SaveWanted(self.shown))

    def switch_language(self, catalog: Catalog) -> None:
        super().switch_language(catalog)
        if self.is_mounted:
            self.query_one(PictureView).switch_language(catalog)
            self._draw()

    def _draw(self) -> None:
        figure, self._waits = self.shown, False
        if figure is None or not self.is_mounted:
            return
        words = FigureWords(figure, self.catalog)
        self.query_one(PictureView).show(figure.png, words.at_once(), words)
        status = f"{self._at + 1}/{len(self._figures)}" if len(self._figures) > 1 else ""
        self.post_message(self.StatusChanged(self.panel_name, status))


class FiguresPane(PanelPane):
    """The pane of the figures, which is there as long as there are any."""

    panel: FigurePanel

    def __init__(self, catalog: Catalog) -> None:
        super().__init__("", FigurePanel(catalog))
        self.empty = True
        self.add_class("-empty")

    def show(self, figures: Sequence[Figure], *, newest: bool = False) -> None:
        """Show these figures; without any, the pane vanishes."""
        self.empty = not figures
        self.set_class(self.empty, "-empty")
        self.panel.show(figures, newest=newest)
