"""A bar with a field at the bottom of a pane."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass_tui.places import HasKeys
from evoclass_tui.widgets.entry import Entry


class BarField(HasKeys, Entry):
    """A field of the bar."""

    def __init__(self, bar: BottomBar, text: str, hint: str) -> None:
        super().__init__(text, placeholder=hint, compact=True)
        self.bar = bar


class BottomBar(Horizontal):
    """Has the focus until Esc gives it back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False, id="leave")]
    DEFAULT_CSS = """
    BottomBar {
        dock: bottom; height: 1; background: $panel; padding: 0 1;
        Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        Input:focus { border: none; background: $boost; }
        Static { width: auto; padding: 0 1; color: $text-muted; }
    }
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog
        self._note = Static(markup=False)

    @property
    def field(self) -> BarField:
        """The first field."""
        return self.query(BarField).first()

    def enter(self) -> None:
        """Take the focus at once: the next key may already be queued."""
        self.screen.set_focus(self.field)
        self.field.select_all()

    def note(self, text: str) -> None:
        """Say something beside the field."""
        self._note.update(Content(text))

    def action_close(self) -> None:
        """Give the focus back."""
        raise NotImplementedError
