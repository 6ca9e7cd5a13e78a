"""The actions of plugins in one window: shown in the palette, bound to keys, and limited in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator, Iterable
from functools import cached_property, partial
from inspect import isawaitable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from evoclass.learner.session import Session
from evoclass.pluginhost.blame import reason
from evoclass.pluginhost.loading import contained
from evoclass.pluginhost.registry import ANSWER_SECONDS
from evoclass.wording.printable import printable
from evoclass_tui import offers
from evoclass_tui.actions import ActionContext, ScreenAction
from evoclass_tui.keymap import KeyEntry, keymap_of
from evoclass_tui.keys import NO_KEY, display
from evoclass_tui.notice import Tell
from evoclass_tui.palette_entry import PaletteEntry
from evoclass_tui.textual_bindings import bind_also

SECONDS = 60.0
"""Seconds that an action may wait, for instance for a network."""


def key_entries(found: Iterable[tuple[str, ScreenAction]]) -> list[KeyEntry]:
    """Return the lines of actions in the table of keys."""
    return [
        KeyEntry(
            f"action.{action.name}", "", (action.key,) if action.key else (), f"action.{action.name}.label"
        )
        for _, action in found
    ]


class PluginActions:
    """The actions of plugins in a window."""

    def __init__(self, app: App[Any], session: Session, tell: Tell) -> None:
        self._app, self._session, self._say = app, session, tell
        self._off: set[str] = set()
        self._screens: WeakKeyDictionary[Screen[Any], str] = WeakKeyDictionary()
        """Screens that plugins have opened, each with the plugin."""

    @cached_property
    def _all(self) -> list[tuple[str, ScreenAction]]:
        return offers.actions(self._session.plugins)

    def bind(self) -> None:
        """Bind the keys; an action without one gets a name to which the learner can give a key."""
        for number, (_, action) in enumerate(self._all):
            name = f"action.{action.name}"
            bind_also(self._app, Binding(action.key or NO_KEY, f"of_plugin({number})", show=False, id=name))

    def key_entries(self) -> list[KeyEntry]:
        """Return the lines of the actions in the table of keys."""
        return key_entries(self._all)

    def entries(self) -> list[PaletteEntry]:
        """Return the entries of the palette."""
        say = self._session.catalog
        found = []
        for number, (_, action) in enumerate(self._all):
            if action.name in self._off:
                continue
            label, text = (f"action.{action.name}.{part}" for part in ("label", "help"))
            shown = printable(say(label)) if say.has(label) else action.name
            keys = ", ".join(display(key, say) for key in keymap_of(self._app).keys(f"action.{action.name}"))
            words = printable(say(text)) if say.has(text) else ""
            found.append(PaletteEntry(shown, words, partial(self.start, number), keys))
        return found

    def start(self, number: int) -> None:
        """Carry an action out; one that waits does not block the window."""
        plugin, action = self._all[number]
        if action.name in self._off:
            return
        context = ActionContext(self._session, self._say, partial(self._open, plugin))
        try:
            outcome = contained(lambda: action.run(context), ANSWER_SECONDS)
        except Exception as error:
            self._fail(plugin, action, error)
        else:
            if isawaitable(outcome):
                self._app.run_worker(self._finish(plugin, action, outcome), group="actions")

    async def _finish(self, plugin: str, action: ScreenAction, outcome: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(SECONDS) as limit:
                await _Steps(outcome, limit)
        except Exception as error:
            self._fail(plugin, action, error)

    def _open(self, plugin: str, screen: Screen[Any]) -> None:
        """Show a screen of a plugin."""
        self._screens[screen] = plugin
        self._app.push_screen(screen)

    def _fail(self, plugin: str, action: ScreenAction, error: Exception) -> None:
        self._off.add(action.name)
        self._tell(plugin, f"action {action.name}: {reason(error)}")

    def _tell(self, plugin: str, why: str) -> None:
        self._session.plugins.blame(plugin, why)
        sentence = self._session.catalog("notice.action_off", plugin=plugin, reason=why)
        self._say(sentence, "error")

    def close(self, screen: Screen[Any], error: Exception) -> None:
        """Close a plugin's screen that has failed."""
        plugin = self._screens[screen]
        if self._app.screen is screen:
            self._app.pop_screen()
        self._tell(plugin, f"screen {type(screen).__name__}: {reason(error)}")

    def has_opened(self, screen: Screen[Any]) -> bool:
        """Whether a plugin opened a screen."""
        return screen in self._screens


class _Steps:
    """Awaits a plugin's awaitable; between two waits it may compute only for a limited time."""

    def __init__(self, outcome: Awaitable[None], limit: asyncio.Timeout) -> None:
        self._outcome, self._limit = outcome, limit

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._outcome.__await__()
        cancelled: asyncio.CancelledError | None = None
        while True:
            try:
                waited = contained(partial(_step, steps, cancelled), ANSWER_SECONDS)
            except StopIteration:
                return
            if isinstance(waited, asyncio.CancelledError):
                raise waited
            cancelled = None
            try:
                yield waited
            except asyncio.CancelledError as error:
                if self._is_over():
                    steps.close()
                    raise
                cancelled = error  # perhaps by a time limit of its own, which only its own code can handle

    def _is_over(self) -> bool:
        """Whether the action must end now: its time is up, or it went on after the window was closed."""
        task = asyncio.current_task()
        return self._limit.expired() or (task is not None and task.cancelling() > 1)


def _step(steps: Generator[Any, Any, None], cancelled: asyncio.CancelledError | None) -> Any:
    """Go on to the next wait and return what is waited for, or the cancellation that the plugin did not handle."""
    if cancelled is None:
        return next(steps)
    try:
        return steps.throw(cancelled)
    except asyncio.CancelledError as error:
        return error
