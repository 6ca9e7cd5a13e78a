"""The whole terminal interface on one lesson, for tests: press keys, wait, read the text on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from evoclass.contracts.lessons import FRONT_MATTER
from evoclass.learner.config import Settings
from evoclass.learner.session import Session
from evoclass.learner.store import Store
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.library import Library
from evoclass.reading.markup import Parser
from evoclass.runner import Runner
from evoclass_tui.app import EvoClassApp
from evoclass_tui.closing import close_all
from evoclass_tui.textual_private import screen_text

SECONDS = 20.0
"""Seconds that a test waits for an expected text or condition."""


class OpenedApp:
    """The terminal interface while a test has it open."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self.pilot = pilot
        """Textual's own pilot, for everything else; `pilot.app` is the app."""
        app = pilot.app
        assert isinstance(app, EvoClassApp)
        self._app = app

    async def press(self, *keys: str) -> None:
        """Press keys, by Textual's names (`f5`, `ctrl+s`, `enter`, `a`), and let everything settle."""
        await self.pilot.press(*keys)
        await self.until(lambda: not self._app.key_order.busy)
        await self.pilot.pause()

    async def until(self, condition: str | Callable[[], object]) -> None:
        """Let the app run until a text is on the screen or a condition holds; fails after `SECONDS`."""
        holds = condition if callable(condition) else lambda: condition in self.text
        try:
            async with asyncio.timeout(SECONDS):
                while not holds():
                    await self.pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"{condition!r} never came; the screen says:\n{self.text}") from None

    @property
    def text(self) -> str:
        """The text on the screen, line by line."""
        return screen_text(self.pilot.app.screen)


@asynccontextmanager
async def open_app(
    lesson: str,
    *plugins: Any,
    folder: Path,
    size: tuple[int, int] = (120, 40),
    language: str = "en",
    runners: Iterable[Runner] = (),
) -> AsyncIterator[OpenedApp]:
    """Open a lesson with further plugins in addition to the installed ones; saved files go into `folder`.

    `lesson` is Markdown, with or without front matter.  Programs run with the first of `runners`.
    """
    file = folder / "sample.md"
    whole = lesson if lesson.startswith("---") else FRONT_MATTER.format(language=language) + "\n" + lesson
    file.write_text(whole, encoding="utf-8")
    known = Plugins(extra=[(getattr(plugin, "__name__", "extra"), plugin) for plugin in plugins])
    store = Store(folder / "progress.db")
    runners = tuple(runners)
    settings = Settings(runner=runners[0].name) if runners else Settings()
    session = Session.open(Library([], Parser(known)), store, known, settings, str(file), language)
    session.trust.grant_for_now(session.place)
    app = EvoClassApp(session, {runner.name: runner for runner in runners})
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await app.lesson_screen.until_whole()
            await pilot.pause()
            yield OpenedApp(pilot)
            await app.lesson_screen.leave_lesson()
    finally:
        await close_all(app.runners.values())
        store.close()
