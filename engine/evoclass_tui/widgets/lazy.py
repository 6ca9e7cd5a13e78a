"""A box that draws its content as lines, and makes real widgets of it only when the learner comes near."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from evoclass_tui.widgets.lines import LineView


class LazyBox(LineView, can_focus=True):
    """A question takes some ten widgets and as many milliseconds; a lesson may have hundreds of them.

    Until it is built, the box shows the lines of `make_lines`, which must look like the widgets to come.
    """

    DEFAULT_CSS = """
    LazyBox { layout: vertical; }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.built = False

    def parts(self) -> Iterable[Widget]:
        """Make the widgets inside."""
        raise NotImplementedError

    def filled(self) -> None:
        """Called when the widgets inside have just been mounted."""

    def focus_first(self) -> None:
        """Put the cursor where the learner starts; called on a built box."""

    def build(self) -> None:
        """Make the widgets, if that has not happened."""
        if not self.built:
            self.built = True
            self.can_focus = False
            self.mount_all(self.parts())
            self.filled()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self.built:
            return Widget.get_content_height(self, container, viewport, width)
        return super().get_content_height(container, viewport, width)

    def render_line(self, y: int) -> Strip:
        return Widget.render_line(self, y) if self.built else super().render_line(y)

    def on_focus(self) -> None:
        """Tab has come here: build, and hand the focus on."""
        if not self.built:
            self.build()
            self.call_after_refresh(self.focus_first)

    def on_enter(self) -> None:
        """The mouse is here: a click may follow."""
        self.build()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pass a click on that came without the mouse being seen before."""
        if not self.built:
            self.build()
            self.call_after_refresh(self._replay, event)

    def on_click(self) -> None:
        """A click on the text between the fields means this question: put the cursor into it."""
        focused = self.screen.focused
        if self.built and (focused is None or self not in focused.ancestors):
            self.focus_first()

    def _replay(self, event: events.MouseDown) -> None:
        widget, region = self.screen.get_widget_at(event.screen_x, event.screen_y)
        if widget is self:
            return
        if widget.focusable:
            widget.focus(scroll_visible=False)
        offset = event.screen_offset - region.offset
        widget.post_message(
            events.Click(
                widget,
                offset.x,
                offset.y,
                0,
                0,
                event.button,
                event.shift,
                event.meta,
                event.ctrl,
                event.screen_x,
                event.screen_y,
                style=self.screen.get_style_at(event.screen_x, event.screen_y),
            )
        )
