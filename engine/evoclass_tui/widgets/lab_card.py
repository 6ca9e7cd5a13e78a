"""A lab in the text: its program is in the editor, and a card in the text leads there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from textual import on
from textual.message import Message
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.model import Lab, Span
from evoclass_tui.widgets.flow import Flow, flow_lines
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.pill import Pill


class LabText(LineView):
    """File name, the program's description of itself, and how to run it."""

    def __init__(
        self, lab: Lab, catalog: Catalog, needs: Callable[[Lab], str], duration: Callable[[Lab], str]
    ) -> None:
        """`needs` says which programs come first, `duration` how long this one takes here."""
        super().__init__(classes="text")
        self.lab = lab
        self.catalog = catalog
        self._needs, self._duration = needs, duration

    def make_lines(self, width: int) -> list[Line]:
        lines = [Line((Segment("▸ ", "field.key"), Segment(clean(self.lab.file), "strong")))]
        about = describe(self.lab.code)
        if about:
            lines += layout_inlines((Span(about),), width, style="muted")
        if needs := self._needs(self.lab):
            lines += layout_inlines((Span(clean(needs)),), width)
        hint = " ".join(filter(None, (self.catalog("reader.lab_hint"), self._duration(self.lab))))
        return [*lines, *layout_inlines((Span(hint),), width, style="muted")]


class LabCard(LazyBox):
    """Opens a lab's file in the editor."""

    DEFAULT_CSS = """
    LabCard {
        height: auto; width: 1fr;
        border-left: outer $primary; background: $surface;
        padding: 1 2;
        & > .text { margin: 0 0 1 0; }
    }
    """

    @mutable
    class LabWanted(Message, namespace="reader"):
        """The learner wants to see a lab's file in the editor."""

        file: str

    def __init__(
        self, block: Lab, catalog: Catalog, needs: Callable[[Lab], str], duration: Callable[[Lab], str]
    ) -> None:
        super().__init__()
        self.block = block
        self.text = LabText(block, catalog, needs, duration)
        self.pill = Pill(catalog("reader.open_lab", file=clean(block.file)), "open")

    def parts(self) -> Iterable[Widget]:
        yield self.text
        yield Flow(self.pill)

    def make_lines(self, width: int) -> list[Line]:
        return [
            *self.text.make_lines(width),
            Line(),
            *flow_lines([(self.pill.label, "pill")], width),
        ]

    def focus_first(self) -> None:
        self.pill.focus()

    def tell_anew(self) -> None:
        """Say anew what the program needs, and how long it takes."""
        self.text.changed()
        if not self.built:
            self.changed()

    def holds(self, block_id: str) -> bool:
        """Whether a block is this lab."""
        return block_id == self.block.id

    @on(Pill.Pressed)
    def _open(self, event: Pill.Pressed) -> None:
        event.stop()
        self.post_message(self.LabWanted(self.block.file))


def describe(code: str) -> str:
    """Return the first sentence of a program's description of itself: its docstring, else its first comment."""
    try:
        docstring = ast.get_docstring(ast.parse(code))
    except (SyntaxError, ValueError):
        docstring = None
    if docstring:
        return clean(" ".join(docstring.split("\n\n")[0].split()))
    for line in code.splitlines():
        text = line.strip()
        if text.startswith("#!") or not text:
            continue
        return clean(text.lstrip("# ")) if text.startswith("#") else ""
    return ""
