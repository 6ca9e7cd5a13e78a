"""The private parts of Textual that we use; each has a test that fails on the day it changes."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual import constants
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from evoclass.pattern import pattern
from evoclass_tui.pictures.answers import QUESTIONS, Answers, Ear, best, can_be_asked
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.ways import painter_for
from evoclass_tui.shown import Shown

if TYPE_CHECKING:
    pass


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


def is_stopped(message: Message) -> bool:
    """Whether a widget has taken a message for itself."""
    return message._stop_propagation


def forget_sender(message: Message) -> None:
    """Let a message of the app go up to the app again without a mark that it is stopped there."""
    message._sender = None


class TerminalAnswered(Message):
    """The terminal has said what it can draw."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers


_SLOW_LINE = 5.0
"""Seconds that the rest of a terminal's answer may take; given up before, the rest would be typed into the editor."""

_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"

_ALT_OR_PASTE = pattern(r"\x1b\[200~.*?(?:\x1b\[201~|\Z)|\x1b([^\x00\x1b\x7f\[OP\]X^_\\bf])", re.DOTALL)
"""A paste, in which nothing is a key, or else Escape with a character that begins no sequence of another key."""


class _Parser(XTermParser):
    """Reads the terminal's answers to our questions, which would otherwise be typed into the editor."""

    def __init__(self, ear: Ear, debug: bool = False) -> None:
        super().__init__(debug)
        self._ear = ear
        self._kept_since = 0.0
        self._pasting = False
        """Whether the text so far ends within a paste."""
        self._escaped = False
        """Whether it ends with an escape character, which may be a key."""

    def feed(self, data: str) -> Iterable[Message]:
        before = self._ear.answers
        rest = self._ear.hear(data)
        self._kept_since = time.monotonic()
        if self._ear.answers != before:
            yield TerminalAnswered(self._ear.answers)
        if rest or not data:
            yield from self._feed_by_keys(rest)

    def _feed_by_keys(self, data: str) -> Iterable[Message]:
        """Read text, and know a key with Alt at once: Textual waits for more, and what comes may change its meaning."""
        if not (self._pasting or self._escaped):
            done = 0
            for found in _ALT_OR_PASTE.finditer(data):
                if found[1]:
                    if before := data[done : found.start()]:
                        yield from super().feed(before)
                    yield from self._sequence_to_key_events(found[1], alt=True)
                    done = found.end()
            data = data[done:]
            if done and not data:
                return
        begun, ended = data.rfind(_PASTE), data.rfind(_PASTED)
        self._pasting = begun > ended or (self._pasting and begun == ended)
        self._escaped = data.endswith("\x1b")
        yield from super().feed(data)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        """Yield the keys of a sequence; Textual knows Alt with letters alone, and would type what others carry."""
        if len(sequence) == 2 and sequence[0] == "\x1b" and sequence[1] in "0123456789-=":
            sequence, alt = sequence[1], True
        if sequence.startswith("\x1b[") and sequence.endswith("u"):
            self._ear.alt_is_told = True
        for event in super()._sequence_to_key_events(sequence, alt):
            if not alt:
                yield event
            else:
                yield Key(event.key if event.key.startswith("alt+") else f"alt+{event.key}", None)

    def tick(self) -> Iterable[Message]:
        patience = _SLOW_LINE if self._ear.is_certain else constants.ESCAPE_DELAY
        if time.monotonic() - self._kept_since > patience and (key := self._ear.give_up()):
            yield from super().feed(key)
        yield from super().tick()


class SparingApp(CatchingApp[ReturnType]):
    """An app that sends the terminal only what has changed there, and pictures in the best way that it knows."""

    def __init__(self) -> None:
        self._ear = Ear()
        if sys.platform != "win32":
            from textual.drivers import linux_driver

            linux_driver.XTermParser = partial(_Parser, self._ear)  # type: ignore[attr-defined,assignment]
        super().__init__()
        if self.console._color_system is ColorSystem.STANDARD and constants.COLOR_SYSTEM == "auto":
            from evoclass.wording.terminalcolours import terminal_colours

            # Rich goes by the end of the terminal's name.
            if terminal_colours(os.environ) > 16:
                self.console._color_system = ColorSystem.EIGHT_BIT
        self._shown = Shown()
        self.graphics = Graphics(self._find_way)
        self.graphics.grey = self.no_color
        self._way = ""
        self._told_size: Size | None = None
        """What the terminal said last of its size."""
        self._resting: Timer | None = None
        """Rings when pictures that have moved may have come to rest."""

    @property
    def tells_alt(self) -> bool:
        """Whether a key with Alt is certainly no Escape with the next key.

        Multiplexers have joined the two before they send them on, in whatever code.
        """
        return self._ear.alt_is_told and not {"TMUX", "STY", "ZELLIJ"} & {*os.environ}

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        if found.__module__ == "textual.drivers.linux_driver":
            from evoclass_tui.patient_driver import PatientDriver

            return PatientDriver
        return found

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        sent: Any = renderable
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            sent = _Difference(renderable, self._shown, *self.size)
        super()._display(screen, sent)
        self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        """Draw pictures in full as soon as they have stopped moving."""
        painter = self._shown.painter
        left = painter.unrest() if painter is not None else None
        if left is not None and self._resting is None:
            self._resting = self.set_timer(left, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if self._shown.painter is not None and self._shown.painter.unrest():
            self._wait_for_rest()
        else:
            self.refresh()

    def on_mount(self) -> None:
        # Other programs have written to the terminal while this one was suspended.
        self.app_resume_signal.subscribe(self, lambda _: self._begin_again(), immediate=True)

    def _begin_again(self) -> None:
        self._shown.begin_again()
        self.refresh()  # Textual draws what changes, and after a stop of the process that is nothing

    def on_resize(self, event: Resize) -> None:
        self._shown.forget()  # the terminal may have moved its lines
        if event.size == self._told_size:
            self.refresh()  # Textual draws nothing where the size is what it was
        self._told_size = event.size
        if self._shown.painter is not None:
            self._find_way()  # letters may have another size, and in tmux it may be another terminal

    def on_unmount(self) -> None:
        self._take_pictures_out()

    # Pictures

    def _find_way(self) -> None:
        """Find out how pictures are drawn; what the terminal answers comes later as a message."""
        if self._driver is None or self.is_headless:
            return
        if self.graphics.setting != "auto":
            self._draw_pictures(self.graphics.setting)
        elif "TMUX" in os.environ:
            self.run_worker(self._ask_tmux(), group="terminal", exclusive=True)
        elif can_be_asked(os.environ):
            self._ear.listen()
            self._driver.write(QUESTIONS)
            self._driver.flush()

    async def _ask_tmux(self) -> None:
        from evoclass_tui.pictures.tmux import outer_terminals

        outer = await asyncio.to_thread(outer_terminals, os.environ.get("TMUX_PANE", ""))
        self._draw_pictures(best(Answers(), os.environ, outer))

    def on_terminal_answered(self, message: TerminalAnswered) -> None:
        """Draw pictures as well as the terminal can, once it has answered the last question."""
        if not message.answers.complete:
            return
        before = self.graphics.cell
        self.graphics.told(message.answers.cell_size(*self.size))
        if self.graphics.setting == "auto":
            self._draw_pictures(best(message.answers, os.environ, sized=self.graphics.sized))
        if self.graphics.cell != before:
            self.pictures_changed()

    def pictures_changed(self) -> None:
        """Take note that pictures have another size, or are shown from now on, or no more."""

    def _draw_pictures(self, way: str) -> None:
        if way != self._way:
            self._way = way
            self._take_pictures_out()
            painter = painter_for(way, self.graphics, self._draw_later, tmux="TMUX" in os.environ)
            self._shown.draw_pictures(painter)
            if self.graphics.in_pixels != (painter is not None):
                self.graphics.in_pixels = painter is not None
                self.pictures_changed()
            self.refresh()

    def _take_pictures_out(self) -> None:
        if self._shown.painter is not None and self._driver is not None:
            self._driver.write(self._shown.painter.end())

    def _draw_later(self, work: Callable[[], None]) -> None:
        async def do() -> None:
            await asyncio.to_thread(work)
            self.refresh()

        self.run_worker(do(), group="pictures")


def screen_text(screen: Screen[Any]) -> str:
    """Return the text on a screen, line by line."""
    return "\n".join(strip.text.rstrip() for strip in screen._compositor.render_strips())


def forget_height(widget: Widget) -> None:
    """Make Textual ask a widget for its height again at the next layout."""
    widget._content_height_cache = (None, 0)


_inner_outer: Callable[..., Any] = StylesCache.get_inner_outer.__wrapped__
StylesCache.get_inner_outer = staticmethod(  # type: ignore[method-assign, assignment]
    # Textual's own cache has the drawn lines among its keys, and so keeps those of a thousand widgets that are gone.
    lru_cache(1024)(lambda base_background, background: _inner_outer(None, base_background, background))
)


def make_component(node: DOMNode, css_class: str) -> None:
    """Give a node the styles of one component class, when they are first needed."""
    if css_class not in node._component_styles:
        virtual = DOMNode(classes=css_class)
        virtual._attach(node)
        node.app.stylesheet.apply(virtual, animate=False)
        node._component_styles[css_class] = virtual.styles


def forget_components(node: DOMNode) -> None:
    """Forget the styles of a node's component classes, because its colours have changed."""
    node._component_styles.clear()
