"""A box that draws its content as lines, and makes real widgets of it only when the learner comes near."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.geometry import Offset, Size
from textual.strip import Strip
from textual.widget import Widget

from evoclass_tui.widgets.lines import LineView


class LazyBox(LineView, can_focus=True):
    """A box that makes its widgets late.

    A question takes some ten widgets and as many milliseconds; a lesson may have hundreds of them.  Until it is built,
    the box shows the lines of `make_lines`.  They must look like the widgets.
    """

    DEFAULT_CSS = """
    LazyBox { layout: vertical; }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.built = False
        self.handing_on = False
        """Whether a click on the drawn lines still waits for the widget that will take their place."""

    def parts(self) -> Iterable[Widget]:
        """Make the widgets inside."""
        raise NotImplementedError

    def filled(self) -> None:
        """Called when the widgets inside have just been mounted."""

    def focus_first(self) -> None:
        """Put the cursor where the learner starts; called on a built box."""

    def build(self) -> None:
        """Make the widgets, if they do not exist yet; a page that is closing takes none."""
        if not self.built and self.is_attached:
            self.built = True
            self.can_focus = False
            self.mount_all(self.parts())
            self.filled()

    @property
    def in_place(self) -> bool:
        """Whether the widgets inside have been laid out; on a busy machine this is well after `build`."""
        return self.built and any(child.size for child in self.children)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        if self.built:
            return Widget.get_content_height(self, container, viewport, width)
        return super().get_content_height(container, viewport, width)

    def render_line(self, y: int) -> Strip:
        return Widget.render_line(self, y) if self.in_place else super().render_line(y)

    def on_focus(self) -> None:
        """Tab has arrived here: build, and pass the focus on."""
        if not self.built:
            self.build()
            self.call_after_refresh(self.focus_first)

    def on_enter(self) -> None:
        """The mouse is here: a click may follow."""
        self.build()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Keep a click on the drawn lines for the widget that will take their place."""
        aimed_here = (
            event.screen_offset - event.offset == self.region.offset
        )  # else it bubbled up from inside
        if aimed_here:
            self.build()
            self.handing_on = True
            self._hand_on(event)

    def on_click(self) -> None:
        """A click on the text between the fields selects this question: put the cursor into it."""
        focused = self.screen.focused
        if self.in_place and (focused is None or self not in focused.ancestors):
            self.focus_first()

    def _hand_on(self, event: events.MouseDown, laid_out: bool = False) -> None:
        """Pass a click to the widget that replaced the clicked lines, once it has been laid out."""
        if not (laid_out and self.in_place):
            self.handing_on = self.is_attached and self.display and self.screen.is_current
            if self.handing_on:
                # The layout that gives the widgets inside a size may come before they have all of their own.
                all_there = all(child.is_mounted for child in self.walk_children(Widget))
                self.call_after_refresh(self._hand_on, event, all_there)
            return
        self.handing_on = False
        widget = self._inside(event.screen_offset)
        if widget is self:
            return
        if widget.focusable:
            widget.focus(scroll_visible=False)
        offset = event.screen_offset - widget.region.offset
        # Text takes the press, and everything else the click.
        for kind in (events.MouseDown, events.MouseUp, events.Click):
            widget.post_message(
                kind(
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

    def _inside(self, place: Offset) -> Widget:
        """Return the innermost widget at a place of the screen.

        `Screen.get_widget_at` may still answer for an older layout than that of the regions.
        """
        widget: Widget = self
        while True:
            inner = [
                child for child in widget.children if child.display and child.region.contains_point(place)
            ]
            if not inner:
                return widget
            widget = inner[-1]
