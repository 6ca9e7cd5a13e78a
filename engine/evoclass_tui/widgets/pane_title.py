"""The title line of a panel: its name, its status, and the handle to drag its upper edge."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import mutable


class PaneTitle(Widget):
    """Title at the left, status at the right; double-click zooms, dragging resizes."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PaneTitle {
        height: 1; width: 1fr; padding: 0 1; background: $panel; color: $text-muted; pointer: ns-resize;
        & .pane-title--status { color: $accent; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pane-title--status"}

    label: reactive[str] = reactive("")
    status: reactive[str] = reactive("")
    dragged: reactive[bool] = reactive(False)

    @mutable
    class Dragged(Message):
        """The upper edge of the panel was dragged to row `y` of the screen."""

        title: PaneTitle
        y: int

    @mutable
    class ZoomWanted(Message):
        """Double-clicked."""

        title: PaneTitle

    def render(self) -> Content:
        width = self.content_size.width
        label = Content(self.label)
        status = Content.styled(self.status, self.get_visual_style("pane-title--status"))
        if label.cell_length + status.cell_length + 2 > width:
            status = status.truncate(max(0, width - label.cell_length - 2), ellipsis=True)
        gap = " " * max(1, width - label.cell_length - status.cell_length)
        return Content.assemble(label, gap, status)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self.dragged = True

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.dragged:
            self.post_message(self.Dragged(self, event.screen_y))

    def on_mouse_up(self) -> None:
        self.release_mouse()
        self.dragged = False

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2:
            self.post_message(self.ZoomWanted(self))
