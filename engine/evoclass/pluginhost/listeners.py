"""Listeners of plugins: each runs in a separate thread, so that a slow one delays nothing."""

from __future__ import annotations

import copy
import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evoclass.pluginhost.blame import reason
from evoclass.pluginhost.loading import contained

if TYPE_CHECKING:
    from evoclass.events import Event, RunEnded
    from evoclass.pluginhost.registry import Registry

SECONDS = 5.0
"""Seconds that a listener may take for one event."""

WAITING = 1_000
"""How many events may wait for a listener."""

PATIENCE = 2.0
"""Seconds that listeners get at the end for the waiting events."""

HOOKS = ("on_event", "on_run")


class Listeners:
    """The listeners of all plugins; the first event starts their threads."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._by_plugin: dict[str, _Listener] | None = None
        self._news: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def event(self, event: Event) -> None:
        """Report an event that the log has kept."""
        self._tell("on_event", event=event)

    def run(self, record: RunEnded) -> None:
        """Report a run that has ended."""
        self._tell("on_run", record=record)

    def _tell(self, hook: str, **what: Any) -> None:
        if self._by_plugin is None:
            plugins = dict.fromkeys(plugin for each in HOOKS for plugin in self._registry.implements(each))
            self._by_plugin = {plugin: _Listener(self, plugin) for plugin in plugins}
        for listener in self._by_plugin.values():
            listener.hear(hook, what)

    def news(self) -> list[tuple[str, str]]:
        """Return the plugins whose listeners were switched off since the last call, each with the reason."""
        found = []
        while not self._news.empty():
            found.append(self._news.get())
        return found

    def call(self, hook: str, plugin: str, what: dict[str, Any]) -> None:
        """Call a listener in this thread.  Raises its exceptions; TimeoutError when it takes too long."""
        if "event" in what:  # a listener that changes it must not change it for others
            what = {"event": replace(what["event"], payload=copy.deepcopy(what["event"].payload))}
        for function in self._registry.functions(hook, plugin):
            contained(lambda function=function: function(**what), SECONDS)  # type: ignore[misc]

    def fail(self, plugin: str, why: str) -> None:
        """Remember that a listener is not called any more."""
        self._registry.blame(plugin, why)
        self._news.put((plugin, why))

    def close(self) -> None:
        """Give listeners a last moment for the waiting events."""
        end = time.monotonic() + PATIENCE
        for listener in (self._by_plugin or {}).values():
            listener.finish()
        for listener in (self._by_plugin or {}).values():
            listener.wait(max(end - time.monotonic(), 0.0))
        self._by_plugin = None


class _Listener:
    def __init__(self, listeners: Listeners, plugin: str) -> None:
        self._listeners, self._plugin = listeners, plugin
        self._waiting: queue.Queue[tuple[str, dict[str, Any]] | None] = queue.Queue(WAITING)
        self._off = False
        self._thread = threading.Thread(target=self._listen, name=f"listener of {plugin}", daemon=True)
        self._thread.start()

    def hear(self, hook: str, what: dict[str, Any]) -> None:
        if self._off:
            return
        try:
            self._waiting.put_nowait((hook, what))
        except queue.Full:
            self._fail(f"{hook}: {WAITING:,} things wait for it")

    def finish(self) -> None:
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            self._off = True

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _listen(self) -> None:
        while not self._off and (told := self._waiting.get()) is not None:
            hook, what = told
            try:
                self._listeners.call(hook, self._plugin, what)
            except BaseException as error:  # no listener is left to hear it
                self._fail(f"{hook}: {reason(error)}")

    def _fail(self, why: str) -> None:
        if not self._off:
            self._off = True
            self._listeners.fail(self._plugin, why)
