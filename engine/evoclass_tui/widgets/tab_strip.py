"""One line of tabs, by mouse or arrow keys."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import frozen, mutable


@frozen
class Tab:
    """One tab of a strip."""

    key: str
    label: str
    marked: bool = False
    """Draws a dot: something is changed or going on there."""


class TabStrip(Widget, can_focus=True):
    """Shows tabs and reports the chosen one; the owner of the strip decides whether `active` follows."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TabStrip {
        height: 1; width: auto; pointer: pointer;
        color: $text-muted;
        & .tab-strip--active { color: $foreground; background: $background; text-style: bold underline; }
        & .tab-strip--mark { color: $accent; }
        & .tab-strip--hover { color: $foreground; background: $boost; }
        &:focus .tab-strip--active { color: $background; background: $accent; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab-strip--active", "tab-strip--mark", "tab-strip--hover"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
    ]

    tabs: reactive[tuple[Tab, ...]] = reactive((), layout=True)
    active: reactive[str] = reactive("")
    hover: reactive[str] = reactive("")

    @mutable
    class Chosen(Message):
        """The learner wants the tab `key`."""

        strip: TabStrip
        key: str

        @property
        def control(self) -> TabStrip:
            """The strip, for `on` with a selector."""
            return self.strip

    def show(self, tabs: tuple[Tab, ...], active: str) -> None:
        """Show these tabs."""
        self.tabs = tabs
        self.active = active

    def render(self) -> Content:
        return Content.assemble(*(self._draw(tab) for tab in self.tabs))

    def _draw(self, tab: Tab) -> Content:
        label = Content(f" {tab.label} ")
        if tab.marked:
            label = Content.assemble(f" {tab.label} ", ("● ", self.get_visual_style("tab-strip--mark")))
        if tab.key == self.active:
            label = label.stylize_before(self.get_visual_style("tab-strip--active"))
        elif tab.key == self.hover:
            label = label.stylize_before(self.get_visual_style("tab-strip--hover"))
        return label

    def _at(self, x: int) -> str:
        """Return the key of the tab at column `x`, or an empty string."""
        right = 0
        for tab in self.tabs:
            right += self._draw(tab).cell_length
            if x < right:
                return tab.key
        return ""

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if key := self._at(event.x - self.gutter.left):
            self.post_message(self.Chosen(self, key))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._at(event.x - self.gutter.left)

    def on_leave(self) -> None:
        self.hover = ""

    def action_step(self, by: int) -> None:
        """Choose the tab `by` places on, wrapping around at the ends."""
        keys = [tab.key for tab in self.tabs]
        if keys:
            at = keys.index(self.active) if self.active in keys else 0
            self.post_message(self.Chosen(self, keys[(at + by) % len(keys)]))
