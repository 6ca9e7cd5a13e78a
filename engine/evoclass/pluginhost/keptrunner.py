"""Runners of plugins from elsewhere: a start that fails is the plugin's failure, not EvoClass's."""

from __future__ import annotations

from typing import Any

from evoclass.errors import EvoClassError, PluginError
from evoclass.pluginhost.kept import blamed
from evoclass.runner import Run, Runner


def kept_runner(runner: Runner, plugin: str) -> Runner:
    """Have a runner raise PluginError where its `start` or `warm_up` raises an error of any other kind."""
    start, warm_up = runner.start, runner.warm_up

    async def kept_start(*arguments: Any, **options: Any) -> Run:
        try:
            return await start(*arguments, **options)
        except EvoClassError:
            raise
        except Exception as error:
            raise PluginError(blamed(plugin, runner.name, "start()", error)) from error

    async def kept_warm_up() -> None:
        try:
            await warm_up()
        except EvoClassError:
            raise
        except Exception as error:
            raise PluginError(blamed(plugin, runner.name, "warm_up()", error)) from error

    runner.start, runner.warm_up = kept_start, kept_warm_up  # type: ignore[method-assign]
    return runner
