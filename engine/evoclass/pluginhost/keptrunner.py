"""Runners of plugins from elsewhere: a call that fails or does not end is the plugin's failure, not EvoClass's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from evoclass.errors import EvoClassError, PluginError
from evoclass.pluginhost.deadline import STEP, with_end
from evoclass.pluginhost.kept import blamed
from evoclass.pluginhost.loading import contained
from evoclass.protocol import Detail, RunEvent
from evoclass.runner import Limits, Program, Run, Runner

Result = TypeVar("Result")

CLOSING = 5.0
"""Seconds that closing a run or a runner may take."""

FINDING = 30.0
"""Seconds that a runner may take to find the runs that were left behind."""

STOPPING = 30.0
"""Seconds that a run may take to stop."""


def kept_runner(runner: Runner, plugin: str) -> Runner:
    """Have a runner raise PluginError where a method raises an error of another kind or does not come to an end.

    The methods are replaced in the object: a wrapper would hide the runner's class from code that asks for it.  Getting
    ready and starting may take as long as they need, and the learner can stop them.
    """
    start, warm_up = runner.start, runner.warm_up
    left_running, close = runner.left_running, runner.close
    kept = _Kept(plugin, runner.name)

    async def kept_start(program: Program, limits: Limits, *, columns: int = 80, rows: int = 24) -> Run:
        run = await kept.awaited("start()", lambda: start(program, limits, columns=columns, rows=rows))
        return KeptRun(run, kept)

    async def kept_left_running() -> Sequence[tuple[Program, Run]]:
        found = await kept.awaited("left_running()", left_running, FINDING)
        return [(program, KeptRun(run, kept)) for program, run in found]

    runner.start = kept_start  # type: ignore[method-assign]
    runner.left_running = kept_left_running  # type: ignore[method-assign]
    runner.warm_up = lambda: kept.awaited("warm_up()", warm_up)  # type: ignore[method-assign]
    runner.close = lambda: kept.awaited("close()", close, CLOSING)  # type: ignore[method-assign]
    return runner


class _Kept:
    """Calls into a plugin's runner.  Raises PluginErrors with the names of both."""

    def __init__(self, plugin: str, name: str) -> None:
        self._plugin, self._name = plugin, name

    async def awaited(self, what: str, work: Callable[[], Awaitable[Result]], seconds: float = 0.0) -> Result:
        """Return the result of a coroutine, which may take so many seconds; 0 for as long as it needs."""
        try:
            return await with_end(work, seconds)
        except EvoClassError:
            raise
        except Exception as error:
            raise PluginError(self.blamed(what, error)) from error

    def called(self, what: str, work: Callable[[], Result]) -> Result:
        """Return the result of a call."""
        try:
            return contained(work, STEP)
        except EvoClassError:
            raise
        except Exception as error:
            raise PluginError(self.blamed(what, error)) from error

    def blamed(self, what: str, error: BaseException) -> str:
        cause = error.__cause__
        if cause is not None and not isinstance(cause, Exception):
            error = cause  # what `contained` has turned into an error: `SystemExit` is what the author has to find
        return blamed(self._plugin, self._name, what, error)


_END = object()


class KeptRun(Run):
    """A run of a plugin's runner; every call into it has an end."""

    def __init__(self, run: Run, kept: _Kept) -> None:
        self._of, self._kept = run, kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_of"], name)

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        found = self._kept.called("events()", self._of.events)
        try:
            while True:
                event: Any = await self._kept.awaited("events()", lambda: anext(found, _END))
                if event is _END:
                    return
                yield event
        finally:
            await self._kept.awaited("events()", found.aclose, CLOSING)

    def write(self, text: str) -> None:
        self._kept.called("write()", lambda: self._of.write(text))

    def resize(self, columns: int, rows: int) -> None:
        self._kept.called("resize()", lambda: self._of.resize(columns, rows))

    async def stop(self) -> None:
        await self._kept.awaited("stop()", self._of.stop, STOPPING)

    async def evaluate(self, source: str) -> None:
        await self._kept.awaited("evaluate()", lambda: self._of.evaluate(source))

    def fit_figures(self, size: tuple[float, float, float]) -> None:
        self._kept.called("fit_figures()", lambda: self._of.fit_figures(size))

    async def look(self, expression: str, axes: tuple[int, ...] = ()) -> Detail:
        return await self._kept.awaited("look()", lambda: self._of.look(expression, axes))

    def attend(self, names: Sequence[str]) -> None:
        self._kept.called("attend()", lambda: self._of.attend(names))

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        with suppress(PluginError):  # told in the log; whoever shows the files has no other answer
            return self._kept.called("elsewhere", lambda: self._of.elsewhere)
        return ()

    async def bring(self, path: str) -> None:
        await self._kept.awaited("bring()", lambda: self._of.bring(path))

    async def close(self) -> None:
        await self._kept.awaited("close()", self._of.close, CLOSING)

    @property
    def running(self) -> bool:
        with suppress(PluginError):  # told in the log; nothing can be typed to a run that does not answer
            return self._kept.called("running", lambda: self._of.running)
        return False
