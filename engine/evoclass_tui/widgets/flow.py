"""A row of small widgets that wraps to the next row when there is no room."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from evoclass.layout import Line, Segment, cell_width

GAP = 2
"""Empty columns between two widgets."""


def flow_lines(labels: Sequence[tuple[str, str]], room: int) -> list[Line]:
    """Return buttons, each with its style, as lines placed as the layout would place them."""
    rows: list[list[Segment]] = []
    x = 0
    for label, style in labels:
        text = f"  {label}  "
        if not rows or x + cell_width(text) > room:
            rows.append([])
            x = 0
        if x:
            rows[-1].append(Segment(" " * GAP))
        rows[-1].append(Segment(text, style))
        x += cell_width(text) + GAP
    lines = [Line(tuple(row)) for row in rows]
    return [line for row in lines for line in (Line(), row)][1:]


class FlowLayout(Layout):
    """Puts children side by side, like words."""

    name = "flow"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        placements = []
        x = y = row_height = 0
        viewport = parent.app.viewport_size
        for child in children:
            width = min(child.get_content_width(size, viewport) + child.gutter.width, size.width or 10**6)
            height = child.get_content_height(size, viewport, width) + child.gutter.height
            if x and x + width > size.width:
                x, y, row_height = 0, y + row_height + 1, 0
            region = Region(x, y, width, height)
            placements.append(WidgetPlacement(region, NULL_OFFSET, child.styles.margin, child, 0, False))
            x += width + GAP
            row_height = max(row_height, height)
        return placements


class Flow(Widget):
    """Container with the flow layout."""

    DEFAULT_CSS = """
    Flow { width: 1fr; height: auto; }
    """

    _flow = FlowLayout()

    @property
    def layout(self) -> Layout:
        return self._flow
