"""The private parts of Textual that we use; each has a test that fails on the day it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.shown import Shown


class CatchingApp(App[ReturnType]):
    """An app that decides itself how to handle an exception in one of its widgets."""

    def caught(self, error: Exception) -> None:
        """Take an exception that nothing in the app has handled."""
        raise NotImplementedError

    def note_exception(self, error: Exception) -> None:
        """Let a test of the app fail with this exception; the first one counts."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()

    def _handle_exception(self, error: Exception) -> None:
        self.caught(error)


class _Difference(CompositorUpdate):
    """An update that sends only what the terminal does not show already."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, shown: Shown, width: int, height: int) -> None:
        self._update, self._shown, self._extent = update, shown, (width, height)

    def render_segments(self, console: Console) -> str:
        system = console._color_system or ColorSystem.TRUECOLOR
        return self._shown.difference(_pieces(self._update), *self._extent, system)


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the strips of an update, each with its row and first column."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, Strip.join(strips)
        return
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                yield y, x, strip


class SparingApp(CatchingApp[ReturnType]):
    """An app that sends the terminal only what has changed there."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown()
        self.graphics = Graphics()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        sent: Any = renderable
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            sent = _Difference(renderable, self._shown, *self.size)
        super()._display(screen, sent)

    def on_mount(self) -> None:
        # Other programs have written to the terminal while this one was suspended.
        self.app_resume_signal.subscribe(self, lambda _: self._shown.forget(), immediate=True)

    def on_resize(self) -> None:
        self._shown.forget()  # the terminal may have moved its lines


def bindings_of(node: DOMNode) -> Iterator[Binding]:
    """Yield the key bindings of a node, without those of its ancestors."""
    for _, binding in node._bindings:
        yield binding


def bindings_for(node: DOMNode, key: str) -> tuple[Binding, ...]:
    """Return a node's bindings of a key."""
    return tuple(node._bindings.key_to_bindings.get(key, ()))


def rebind(node: DOMNode, bindings: Iterable[Binding]) -> None:
    """Replace a node's key bindings: Textual's descriptions are fixed with the class, ours change with the language."""
    node._bindings = BindingsMap(bindings)


def screen_text(screen: Screen[Any]) -> str:
    """Return the text on a screen, line by line."""
    return "\n".join(strip.text.rstrip() for strip in screen._compositor.render_strips())


def forget_height(widget: Widget) -> None:
    """Make Textual ask a widget for its height again at the next layout."""
    widget._content_height_cache = (None, 0)


def forget_lines(area: TextArea) -> None:
    """Make a text area redraw its lines, because their colours depend on more than its text."""
    area._line_cache.clear()
