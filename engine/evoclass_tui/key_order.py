"""Keys one after another: the next one waits until what the one before asks for is done.

Textual hands each key to whatever has the focus when it arrives.  A key that was typed ahead of a slow command, such as
the letters after the key for the lab, would go where the focus was before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen

from evoclass_tui.textual_private import forget_sender, is_stopped

PATIENCE = 1.0
"""Seconds after which a widget that is still busy with a key holds up the next ones no longer."""

TURNS = 3
"""Pictures that are waited for until what a command has put off is done: the focus often moves after the next one."""


class KeyOrder:
    """The keys that have come and are not yet done."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Key | Paste] = deque()
        self._work: asyncio.Task[None] | None = None
        """Follows the key that is being carried out, and then those that wait."""
        self._now: Key | Paste | None = None
        self._target: DOMNode = app

    @property
    def busy(self) -> bool:
        """Whether a key is still being carried out."""
        return self._work is not None

    def holds_back(self, event: Key | Paste) -> bool:
        """Keep a key for later while another one is being carried out; it then comes again.

        A key that is held down repeats itself and waits for nothing, so that scrolling keeps pace.
        """
        if event is self._now:
            self._target = self._app.focused or self._app.screen
            return False
        forget_sender(event)
        if self._work is None:
            self._now, self._target = event, self._app.focused or self._app.screen
            self._work = asyncio.create_task(self._follow())
            return False
        repeated = isinstance(event, Key) and isinstance(self._now, Key) and event.key == self._now.key
        if repeated and not self._waiting:
            return False
        self._waiting.append(event)
        return True

    def end(self) -> None:
        """Let go of all keys."""
        self._waiting.clear()
        if self._work is not None:
            self._work.cancel()

    async def _follow(self) -> None:
        try:
            while self._now is not None:
                await self._done(self._now)
                self._now = self._waiting.popleft() if self._waiting else None
                if self._now is not None:
                    self._app.post_message(self._now)
        finally:
            self._now = self._work = None

    async def _done(self, event: Key | Paste) -> None:
        """Wait until a key has passed through the widgets that it goes to, and its effects are on the screen."""
        await _reached(self._app)
        target = self._target
        for node in target.ancestors_with_self:
            if node is self._app:
                break
            taken = await _reached(node, PATIENCE)
            if not isinstance(node, Screen) and (not taken or is_stopped(event)):
                return  # from the screen every key goes on to the app
        await _reached(self._app)
        for _ in range(TURNS):
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
