"""One line of tabs, by mouse or arrow keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.frozen import frozen, mutable

MARK_WIDTH = 2
"""Columns of the mark for tabs that are out of view."""


@frozen
class Tab:
    """One tab of a strip."""

    key: str
    label: str
    marked: bool = False
    """Draws a dot: something is changed or going on there."""


class TabStrip(Widget, can_focus=True):
    """Shows tabs and reports the chosen one; the owner of the strip decides whether `active` follows.

    Where there is no room for all tabs, marks at the ends or the mouse wheel bring the others into view.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TabStrip {
        height: 1; width: auto; max-width: 100%; pointer: pointer;
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
    first: reactive[int] = reactive(0)
    """Index of the first tab in view."""

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

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return sum(self._draw(tab).cell_length for tab in self.tabs)

    def watch_tabs(self) -> None:
        self._bring_active()

    def watch_active(self) -> None:
        self._bring_active()

    def on_resize(self) -> None:
        self._bring_active()

    def _bring_active(self) -> None:
        """Bring the active tab into view, with as many before it as there is room for."""
        keys = [tab.key for tab in self.tabs]
        if self.active in keys:
            at = keys.index(self.active)
            first = min(self.first, at)
            while first < at and self._end(first) <= at:
                first += 1
            self._show_from(first)

    def _show_from(self, first: int) -> None:
        """Show the tabs from one on, but leave no room empty that earlier ones would fill."""
        first = max(0, min(first, len(self.tabs) - 1))
        while first and self._end(first - 1) == len(self.tabs):
            first -= 1
        self.first = first

    def _end(self, first: int) -> int:
        """Return the index behind the last tab that is shown whole, if `first` is the first one; at least one is."""
        lengths = [self._draw(tab).cell_length for tab in self.tabs[first:]]
        room = self.content_size.width - (MARK_WIDTH if first else 0)
        if not self.content_size or sum(lengths) <= room:
            return len(self.tabs)
        room -= MARK_WIDTH
        shown = sum(1 for number in range(len(lengths)) if sum(lengths[: number + 1]) <= room)
        return first + max(1, shown)

    def _pieces(self) -> Iterator[tuple[Tab | int, Content]]:
        """Yield what is shown: tabs, and marks for a step to tabs that are out of view."""
        end = self._end(self.first)
        mark = self.get_visual_style("tab-strip--mark")
        if self.first:
            yield -1, Content.assemble(("‹ ", mark))
        for tab in self.tabs[self.first : end]:
            yield tab, self._draw(tab)
        if end < len(self.tabs):
            yield 1, Content.assemble((" ›", mark))

    def render(self) -> Content:
        return Content.assemble(*(piece for _, piece in self._pieces()))

    def _draw(self, tab: Tab) -> Content:
        label = Content(f" {tab.label} ")
        if tab.marked:
            label = Content.assemble(f" {tab.label} ", ("● ", self.get_visual_style("tab-strip--mark")))
        if tab.key == self.active:
            label = label.stylize_before(self.get_visual_style("tab-strip--active"))
        elif tab.key == self.hover:
            label = label.stylize_before(self.get_visual_style("tab-strip--hover"))
        return label

    def _at(self, x: int) -> Tab | int:
        """Return the tab at column `x`, or the step of the mark there, or 0."""
        right = 0
        for what, piece in self._pieces():
            right += piece.cell_length
            if x < right:
                return what
        return 0

    def on_click(self, event: events.Click) -> None:
        event.stop()
        what = self._at(event.x - self.gutter.left)
        if isinstance(what, Tab):
            self.post_message(self.Chosen(self, what.key))
        elif what:
            self._show_from(self.first + what)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        what = self._at(event.x - self.gutter.left)
        self.hover = what.key if isinstance(what, Tab) else ""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._turn(1, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._turn(-1, event)

    def _turn(self, by: int, event: events.Event) -> None:
        if self.first or self._end(0) < len(self.tabs):
            event.stop()
            self._show_from(self.first + by)

    def on_leave(self) -> None:
        self.hover = ""

    def action_step(self, by: int) -> None:
        """Choose the tab `by` places on, wrapping around at the ends."""
        keys = [tab.key for tab in self.tabs]
        if keys:
            at = keys.index(self.active) if self.active in keys else 0
            self.post_message(self.Chosen(self, keys[(at + by) % len(keys)]))
