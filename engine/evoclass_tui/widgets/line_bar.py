"""Go to a line by its number: a bar below the editor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from evoclass.i18n import Catalog
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.bottom_bar import BarField
from evoclass_tui.widgets.editor_bar import EditorBar
from evoclass_tui.widgets.program_area import ProgramArea


class LineField(BarField):
    """The number of a line."""

    place = "go_to_line"
    BINDINGS: ClassVar[list[BindingType]] = place_bindings(place)
    bar: LineBar

    def action_go(self) -> None:
        """Stay at the line."""
        self.bar.stay()


class LineBar(EditorBar):
    """The cursor follows the number; Esc takes it back to where it was."""

    def __init__(self, editor: ProgramArea, catalog: Catalog) -> None:
        super().__init__(editor, catalog)
        self._before = editor.cursor_location
        self._number = LineField(self, "", catalog("find.line"))
        self._number.restrict = r"[0-9]{0,9}"

    def compose(self) -> ComposeResult:
        yield self._number
        yield self._note

    def on_mount(self) -> None:
        self.text_changed()

    def turn_to(self, editor: ProgramArea) -> None:
        self._before = editor.cursor_location
        super().turn_to(editor)

    def text_changed(self) -> None:
        self.note(self.catalog("find.lines", total=self.editor.document.line_count))

    def _go(self) -> None:
        if number := int(self._number.value or 0):
            self.editor.move_cursor((min(number, self.editor.document.line_count) - 1, 0), center=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._go()

    def stay(self) -> None:
        """Close the bar and leave the cursor at the line."""
        self._go()
        super().action_close()

    def action_close(self) -> None:
        self.editor.move_cursor(self._before, center=True)
        super().action_close()
