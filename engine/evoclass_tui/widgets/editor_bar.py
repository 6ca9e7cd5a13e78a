"""A bar below the editor that acts on its text."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from evoclass.i18n import Catalog
from evoclass_tui.places import HasKeys
from evoclass_tui.widgets.editor import Editor
from evoclass_tui.widgets.entry import Entry


class BarField(HasKeys, Entry):
    """A field of the bar."""

    def __init__(self, bar: EditorBar, text: str, hint: str) -> None:
        super().__init__(text, placeholder=hint, compact=True)
        self.bar = bar


class EditorBar(Horizontal):
    """Takes the focus from the editor until Esc gives it back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False, id="leave")]
    DEFAULT_CSS = """
    EditorBar {
        dock: bottom; height: 1; background: $panel; padding: 0 1;
        Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        Input:focus { border: none; background: $boost; }
        Static { width: auto; padding: 0 1; color: $text-muted; }
    }
    """

    def __init__(self, editor: Editor, catalog: Catalog) -> None:
        super().__init__()
        self.editor, self.catalog = editor, catalog
        self._note = Static(markup=False)

    @property
    def field(self) -> BarField:
        """The first field."""
        return self.query(BarField).first()

    def enter(self) -> None:
        """Take the focus at once: the next key may already be queued."""
        self.screen.set_focus(self.field)
        self.field.select_all()

    def turn_to(self, editor: Editor) -> None:
        """Act on another file."""
        self.editor = editor
        self.text_changed()

    def text_changed(self) -> None:
        """The editor's text is another one."""

    def note(self, text: str) -> None:
        """Say something beside the field."""
        self._note.update(Content(text))

    def action_close(self) -> None:
        """Give the focus back to the editor."""
        self.screen.set_focus(self.editor)
        self.remove()
