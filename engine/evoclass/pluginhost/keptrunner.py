"""Runners of plugins from elsewhere: a start that fails is the plugin's failure, not EvoClass's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from evoclass.errors import EvoClassError, PluginError
from evoclass.pluginhost.kept import blamed
from evoclass.runner import Runner

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def kept_runner(runner: Runner, plugin: str) -> Runner:
    """Have a runner raise PluginError where its `start` or `warm_up` raises an error of any other kind.

    The methods are replaced in the object: a wrapper would hide the runner's class from code that asks for it.
    """

    def kept(
        method: Callable[Arguments, Awaitable[Result]], name: str
    ) -> Callable[Arguments, Awaitable[Result]]:
        async def call(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
            try:
                return await method(*arguments, **options)
            except EvoClassError:
                raise
            except (Exception, SystemExit) as error:
                raise PluginError(blamed(plugin, runner.name, name, error)) from error

        return call

    runner.start = kept(runner.start, "start()")  # type: ignore[method-assign, assignment]
    runner.warm_up = kept(runner.warm_up, "warm_up()")  # type: ignore[method-assign, assignment]
    return runner
