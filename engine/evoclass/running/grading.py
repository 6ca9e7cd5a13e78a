"""Grades an answer, and keeps failures of the question's plugin in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from evoclass.disk.crashlog import write_down
from evoclass.errors import EvoClassError, PluginError
from evoclass.exercise import Answer, Bench, Verdict
from evoclass.model import ExerciseBlock
from evoclass.pluginhost.blame import reason

Result = TypeVar("Result")


async def graded(block: ExerciseBlock, answer: Answer, bench: Bench) -> Verdict:
    """Return the verdict on an answer.

    Raises RunnerError when its code cannot be run, PluginError when the question's plugin fails.
    """

    async def work() -> Verdict:
        verdict = await block.exercise.grade(answer, bench)
        if not isinstance(verdict, Verdict):
            raise TypeError(f"grade() gave {verdict!r}, not a Verdict")
        return verdict

    return await kept_in(block, work)


async def kept_in(block: ExerciseBlock, work: Callable[[], Awaitable[Result]]) -> Result:
    """Turn a failure of a question's plugin into a PluginError and log it in full."""
    try:
        return await work()
    except EvoClassError:
        raise
    except Exception as error:
        write_down(error)
        raise PluginError(f"{block.exercise.kind}: {reason(error)}") from error
