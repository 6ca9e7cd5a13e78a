"""The line between two columns that the learner drags."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass_tui.widgets.ground import Ground


class Splitter(Ground, Widget):
    """One column wide; says how far it was dragged, and its owner makes room."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Splitter {
        width: 1; height: 1fr; color: $border-blurred; pointer: ew-resize;
        &:hover, &.-dragged { color: $primary; }
    }
    """

    dragged: reactive[bool] = reactive(False, toggle_class="-dragged")

    @mutable
    class Moved(Message):
        """Dragged to column `x` of the screen."""

        splitter: Splitter
        x: int

    def render(self) -> Content:
        return Content("│")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.capture_mouse()
        self.dragged = True

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.dragged:
            self.post_message(self.Moved(self, event.screen_x))

    def on_mouse_up(self) -> None:
        self.release_mouse()
        self.dragged = False
