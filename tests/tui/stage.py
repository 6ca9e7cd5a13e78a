"""The app under test: press keys, wait for things, see what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from textual.message import Message
from textual.pilot import Pilot

from evoclass_tui.app import EvoClassApp
from evoclass_tui.widgets.editor import Editor
from tui.fakes import FakeRunner


async def until(condition: Callable[[], object]) -> None:
    """Let the loop go on until something holds; a wait in vain fails, for the app may have taken pytest's alarm."""
    # Not the pilot's pause: it waits for every widget, and one that has had a fault never answers.
    async with asyncio.timeout(90):
        while not condition():  # noqa: ASYNC110 - what is waited for are states of widgets, which set no event
            await asyncio.sleep(0.01)
    await asyncio.sleep(0)


class Stage:
    """The app under test, and what it was told."""

    def __init__(
        self, app: EvoClassApp, pilot: Pilot[Any], runner: FakeRunner, messages: list[Message]
    ) -> None:
        self.app, self.pilot, self.runner, self.messages = app, pilot, runner, messages
        self.screen = app.lesson_screen
        self.lab = self.screen.lab
        self.session = app.session
        self.notices = [notice.message for notice in app._notifications]
        """What was said at the top, also what has gone from there."""
        app.notify = self._note(app.notify)  # type: ignore[method-assign]

    def _note(self, notify: Callable[..., None]) -> Callable[..., None]:
        def noted(message: str, **settings: Any) -> None:
            self.notices.append(message)
            notify(message, **settings)

        return noted

    def said(self, kind: type[Message]) -> list[Any]:
        """Return the messages of one class so far."""
        return [message for message in self.messages if isinstance(message, kind)]

    async def press(self, *keys: str) -> None:
        """Press keys and let everything settle."""
        await self.pilot.press(*keys)
        await until(lambda: not self.app.key_order.busy)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the app go on until something holds."""
        await until(condition)

    async def run(self) -> None:
        """Press Run and wait for the program to be there."""
        count = len(self.runner.runs)
        await self.press("f5")
        await self.until(lambda: len(self.runner.runs) > count and self.lab.phase == "running")

    @property
    def terminal_text(self) -> str:
        """What the terminal panel shows."""
        return "\n".join(self.lab.terminal.view.texts())


OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def in_editor(stage: Stage, text: str) -> Editor:
    """Put the cursor into the lab's editor, with this program in it."""
    editor = stage.lab.editor
    assert editor is not None
    editor.load_text(text)
    editor.focus()
    await stage.pilot.pause()
    return editor
