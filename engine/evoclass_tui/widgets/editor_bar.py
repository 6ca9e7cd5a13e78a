"""A bar below the editor that acts on its text."""

from __future__ import annotations

from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass_tui.widgets.bottom_bar import BottomBar
from evoclass_tui.widgets.program_area import ProgramArea


class EditorBar(BottomBar):
    """Takes the focus from the editor until Esc gives it back."""

    def __init__(self, editor: ProgramArea, catalog: Catalog) -> None:
        super().__init__(catalog)
        self.editor = editor

    async def open_in(self, place: Widget) -> None:
        """Take the place of any other bar at the bottom of a widget, and the focus."""
        for bar in place.query(EditorBar):
            bar.action_close()
        await place.mount(self)
        self.enter()

    def turn_to(self, editor: ProgramArea) -> None:
        """Act on another file."""
        self.editor = editor
        self.text_changed()

    def text_changed(self) -> None:
        """The editor's text is another one."""

    def action_close(self) -> None:
        """Give the focus back to the editor."""
        self.screen.set_focus(self.editor)
        self.remove()
