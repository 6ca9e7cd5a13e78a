"""A row of small widgets that goes on in the next row where there is no room."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget


class FlowLayout(Layout):
    """Puts children side by side, like words."""

    name = "flow"

    def __init__(self, gap: int = 2) -> None:
        self.gap = gap

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
                x, y, row_height = 0, y + row_height, 0
            region = Region(x, y, width, height)
            placements.append(WidgetPlacement(region, NULL_OFFSET, child.styles.margin, child, 0, False))
            x += width + self.gap
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
