"""Requirements for every runner, limited to the features that it declares.

@pytest.mark.parametrize("check", RUNNER_CHECKS, ids=lambda check: check.__name__)
async def test_contract(check, tmp_path):
    runner = MyRunner()
    try:
        await check(runner, tmp_path)
    finally:
        await runner.close()
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar
from unittest import SkipTest

from evoclass.contracts import limitchecks, runchecks, valuechecks
from evoclass.runner import Runner

Check = Callable[[Runner, Path], Coroutine[Any, Any, None]]

RUNNER_CHECKS: tuple[Check, ...] = (
    runchecks.says_whether_it_is_available,
    runchecks.runs_a_program,
    runchecks.gives_the_program_its_surroundings,
    runchecks.shares_the_folder,
    runchecks.honours_exit_codes,
    runchecks.reports_errors,
    runchecks.prints_errors_as_python_does,
    runchecks.reports_syntax_errors,
    runchecks.reports_warnings,
    runchecks.takes_input,
    runchecks.is_a_terminal,
    runchecks.stops,
    limitchecks.keeps_to_the_time_limit,
    limitchecks.limits_output,
    limitchecks.limits_memory,
    limitchecks.limits_processes,
    limitchecks.limits_open_files,
    limitchecks.limits_the_size_of_a_file,
    valuechecks.keeps_the_namespace,
    valuechecks.keeps_the_namespace_after_an_error,
    valuechecks.stops_a_line_of_the_prompt,
    valuechecks.looks_at_values,
    valuechecks.may_be_told_what_is_in_view,
    valuechecks.shows_frames,
    valuechecks.shows_figures,
    runchecks.starts_every_run_clean,
    runchecks.repeats_with_a_seed,
    runchecks.runs_side_by_side,
    runchecks.refuses_a_missing_folder,
    runchecks.closes_in_the_middle,
)
"""The checks of a runner, each for a separate test: a function of a runner and an empty folder.

A runner must pass all of them; a check of an undeclared feature raises `unittest.SkipTest`.
"""


async def runner_contract(make: Callable[[], Runner], folder: Path) -> None:
    """Run every check of declared features on the runner that `make` returns.  Raises AssertionError."""
    runner = make()
    try:
        for check in RUNNER_CHECKS:
            own = folder / check.__name__
            own.mkdir()
            with contextlib.suppress(SkipTest):
                await check(runner, own)
    finally:
        await runner.close()


class RunnerContract:
    """Tests of one runner.  Subclass it with a fixture `runner`; scope `class` makes one runner for all tests."""

    _loop: ClassVar[asyncio.Runner]
    _runner: ClassVar[Runner | None] = None

    @classmethod
    def setup_class(cls) -> None:
        """Open the event loop of all tests in the class, so that they can share a runner."""
        cls._loop = asyncio.Runner()

    @classmethod
    def teardown_class(cls) -> None:
        """Close the last runner and the event loop."""
        cls._use(None)
        cls._loop.close()

    @classmethod
    def _use(cls, runner: Runner | None) -> None:
        before, cls._runner = cls._runner, runner
        if before is not None and before is not runner:
            cls._loop.run(before.close())


def _test(check: Check) -> Callable[[RunnerContract, Runner, Path], None]:
    def test(self: RunnerContract, runner: Runner, tmp_path: Path) -> None:
        self._use(runner)
        self._loop.run(check(runner, tmp_path))

    test.__name__, test.__doc__ = f"test_{check.__name__}", check.__doc__
    return test


for _check in RUNNER_CHECKS:
    setattr(RunnerContract, f"test_{_check.__name__}", _test(_check))
