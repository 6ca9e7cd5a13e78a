"""The private parts of Textual that we use; each has a test that fails on the day it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from textual.app import App, ReturnType
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea


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
