"""Writing a note: a box below the lesson, which says at which block the note will be."""

from __future__ import annotations

from textwrap import shorten
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static, TextArea

from evoclass.i18n import Catalog
from evoclass_tui.places import HasKeys, place_bindings
from evoclass_tui.widgets.code_area import CodeArea
from evoclass_tui.widgets.noted_page import NotedPage

PAUSE = 0.4
"""Seconds without a key after which the text is kept."""

QUOTED = 100
"""Characters of the block's text in the title, at most."""


class NoteBox(HasKeys, Vertical):
    """Keeps what is typed at each pause, so that nothing is lost however the window ends."""

    place = "note"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)
    DEFAULT_CSS = """
    NoteBox {
        dock: bottom; height: auto; background: $panel; border-top: solid $accent; padding: 0 1;
        & > Static { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & > TextArea {
            height: auto; min-height: 3; max-height: 8; border: none; padding: 0;
            background: $surface; scrollbar-size-vertical: 1;
            &:focus { border: none; background: $boost; }
        }
    }
    """

    def __init__(self, page: NotedPage, block_id: str, catalog: Catalog) -> None:
        super().__init__()
        self._page, self._block, self._catalog = page, block_id, catalog
        self._title = Static(markup=False)
        self._area = CodeArea(tab_behavior="focus", soft_wrap=True)
        self._timer: Timer | None = None
        self._kept = ""

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._area

    def on_mount(self) -> None:
        self._page.writing = self
        self._begin()

    def enter(self) -> None:
        """Take the focus at once: the next key may already be queued."""
        self.screen.set_focus(self._area)

    def turn_to(self, block_id: str) -> None:
        """Write at another block; what was typed at this one stays."""
        self.keep()
        self._block = block_id
        self._begin()

    def _begin(self) -> None:
        notebook = self._page.notebook
        self._kept = notebook.note_at(self._block) if notebook is not None else ""
        self._area.load_text(self._kept)
        self._area.move_cursor(self._area.document.end)
        quote = shorten(self._page.quote(self._block), QUOTED, placeholder=" …")
        self._title.update(Content(self._catalog("notes.at", text=quote or self._catalog("notes.no_text"))))
        self._page.point_at(self._block)

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._stop()
        if self._area.text != self._kept:
            self._timer = self.set_timer(PAUSE, self.keep)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def keep(self) -> None:
        """Keep the text as it is."""
        self._stop()
        notebook, text = self._page.notebook, self._area.text
        if notebook is not None and text != self._kept:
            self._kept = text
            notebook.write(self._block, text)
            self._page.show_annotations()

    def action_close(self) -> None:
        """Keep the note, and go back to the lesson."""
        self.keep()
        self._page.writing = None
        self._page.point_at("")
        # At once: what Textual would choose for the focus of the box might be anywhere in the lesson.
        self.screen.set_focus(self._page, scroll_visible=False)
        self.remove()

    def action_turn(self, by: int) -> None:
        """Write at the block before or after."""
        self.turn_to(self._page.spot_beside(self._block, by))
