"""A field of a kind that has no widget: its own description, and a place to type in."""

from __future__ import annotations

from textual.app import ComposeResult

from evoclass.exercise import Field
from evoclass.i18n import Catalog
from evoclass.layout import Line, layout, layout_inlines
from evoclass.model import CodeBlock, Span
from evoclass_tui.widgets.fields.code import CodeField
from evoclass_tui.widgets.fields.line_input import LineField
from evoclass_tui.widgets.fields.typed import TypedWidget
from evoclass_tui.widgets.lines import LineView


class Offered(LineView):
    """A field's description of itself, how to answer, and a note."""

    def __init__(self, field: Field, catalog: Catalog, note: str) -> None:
        super().__init__()
        self.field, self.catalog, self.note = field, catalog, note

    def make_lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for row in self.field.offered():
            drawn = layout((row,), width) if isinstance(row, CodeBlock) else layout_inlines(row, width)
            lines += drawn or [Line()]
        for words in filter(None, (self.note, self.field.instruction(self.catalog))):
            lines += layout_inlines((Span(words),), width, style="muted")
        return lines


class _Told(TypedWidget):
    """Shows the field's description of itself above the place to type in."""

    def __init__(self, field: Field, catalog: Catalog, note: str = "") -> None:
        super().__init__(field, catalog)
        self.offered = Offered(field, catalog, note)

    def compose(self) -> ComposeResult:
        yield self.offered
        yield from super().compose()

    def preview(self, width: int) -> list[Line]:
        return [*self.offered.make_lines(width), *super().preview(width)]


class UnknownLine(_Told, LineField):
    """One row to type in."""

    DEFAULT_CSS = """
    UnknownLine { layout: vertical; }
    """


class UnknownArea(_Told, CodeField):
    """Several rows to type in."""
