"""Keys and clicks one after another: the next one waits until what the one before asks for is done.

Textual hands each key to whatever has the focus when it arrives.  A key that was typed ahead of a slow command, such as
the letters after the key for the lab, would go where the focus was before.  A click goes first to what lies under the
mouse, and from there to the question or the page around it, which a key right after it would reach before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.events import Key, MouseDown, MouseEvent, MouseMove, MouseUp, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen

from evoclass_tui.textual_private import forget_sender, is_stopped
from evoclass_tui.widgets.lazy import LazyBox

PATIENCE = 1.0
"""Seconds after which a widget that is still busy with a key holds up the next ones no longer."""

TURNS = 3
"""Pictures that are waited for until what a command has put off is done: the focus often moves after the next one."""

MOST_TURNS = 60
"""Pictures that are waited for while a click makes the widget that it goes to."""


Act = Key | Paste | MouseEvent
"""What a person does with the keyboard or the mouse."""


class KeyOrder:
    """The keys and clicks that have come and are not yet done."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Act] = deque()
        self._work: asyncio.Task[None] | None = None
        """Follows the act that is being carried out, and then those that wait."""
        self._now: Act | None = None
        self._target: DOMNode | None = None
        """Where the act goes that is being carried out; None before the app has handed it over."""

    @property
    def busy(self) -> bool:
        """Whether a key or click is still being carried out."""
        return self._work is not None

    def holds_back(self, event: Act) -> bool:
        """Keep an act for later while another one is being carried out; it then comes again."""
        if event is self._now:
            self._target = self._target_of(event)
            return False
        forget_sender(event)
        if self._work is None:
            if not isinstance(event, MouseMove):  # a pointer that passes over the window asks for nothing
                self._now, self._target = event, self._target_of(event)
                self._work = asyncio.create_task(self._follow())
            return False
        if self._waiting or self._target is None or not self._passes(event):
            self._waiting.append(event)
            return True
        if isinstance(self._now, MouseEvent) and not isinstance(event, MouseMove):
            self._now, self._target = event, self._target_of(event)
        return False

    def press_next(self, *keys: Key) -> None:
        """Press keys before those that wait."""
        if self._work is not None:
            self._waiting.extendleft(reversed(keys))
            return
        for key in keys:
            self._app.post_message(key)

    def _passes(self, event: Act) -> bool:
        """Whether an act need not wait for the one that is being carried out.

        A key that is held down repeats itself, so that scrolling keeps pace.  The parts of a click go to one widget, in
        order, and only presses of the mouse depend on keys before them.
        """
        if isinstance(self._now, MouseEvent):
            return isinstance(event, MouseEvent)
        if isinstance(event, Key):
            return isinstance(self._now, Key) and event.key == self._now.key
        return isinstance(event, MouseEvent) and not isinstance(event, MouseDown | MouseUp)

    def _target_of(self, event: Act) -> DOMNode:
        """Return the widget to which Textual is about to hand an act."""
        app = self._app
        if not isinstance(event, MouseEvent):
            return app.focused or app.screen
        try:
            return app.mouse_captured or app.get_widget_at(event.x, event.y)[0]
        except NoWidget:
            return app.screen

    def end(self) -> None:
        """Let go of all that wait."""
        self._waiting.clear()
        if self._work is not None:
            self._work.cancel()

    async def _follow(self) -> None:
        try:
            while (event := self._now) is not None:
                await self._done(event)
                if event is not self._now:
                    continue  # the mouse has gone on
                self._now, self._target = self._waiting.popleft() if self._waiting else None, None
                if self._now is not None:
                    self._app.post_message(self._now)
        finally:
            self._now = self._work = self._target = None

    async def _done(self, event: Act) -> None:
        """Wait until an act has passed through the widgets that it goes to, and its effects are on the screen."""
        await _reached(self._app)
        target = self._target or self._app
        for node in target.ancestors_with_self:
            if node is self._app:
                break
            taken = await _reached(node, PATIENCE)
            if not isinstance(node, Screen) and (not taken or is_stopped(event)):
                return  # from the screen every key goes on to the app
        await _reached(self._app)
        for turn in range(MOST_TURNS):
            if turn >= TURNS and not any(
                isinstance(node, LazyBox) and node.handing_on for node in target.ancestors_with_self
            ):
                break
            if self._app.screen_stack:
                await _reached(self._app.screen, PATIENCE, pictures=True)
            await _reached(self._app)  # it is the app that moves the focus


async def _reached(pump: MessagePump, seconds: float | None = None, *, pictures: bool = False) -> bool:
    """Wait until a widget has taken the messages that it has now; return whether it has in time."""
    reached = asyncio.Event()
    asks = pump.call_after_refresh if pictures else pump.call_later
    if not asks(reached.set):
        return True  # it is gone
    try:
        await asyncio.wait_for(reached.wait(), seconds)
    except TimeoutError:
        return False
    return True
