"""The place where exercises run code for grading: a clean process in an empty folder, seeded and limited."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.disk.regularfile import read_bytes
from evoclass.errors import RunnerError
from evoclass.exercise import CodeResult
from evoclass.i18n import Catalog
from evoclass.protocol import ErrorReport
from evoclass.reading.coursefiles import LARGEST_MODULE
from evoclass.runner import Limits, Program, Runner
from evoclass.running.record import run_through

if TYPE_CHECKING:
    from evoclass.explanation import Explanation


class RunnerBench:
    """A bench on top of a runner; the runner is requested only when an exercise runs code."""

    def __init__(
        self,
        catalog: Catalog,
        runner: Callable[[], Awaitable[Runner]],
        limits: Limits,
        modules: Callable[[], Mapping[str, Path]] = dict,
        threads: int = 0,
        explain: Callable[[ErrorReport, str], Explanation | None] | None = None,
    ) -> None:
        """`threads` is how many each program computes with, 0 for the runner's choice."""
        self.language = catalog.language
        self._catalog = catalog
        self._runner = runner
        self._limits = limits
        self._threads = threads
        self._explain = explain
        self._modules = modules
        """Returns the modules that the course shares, by name; asked for when the runner is ready."""

    async def run(
        self, code: str, *, values: Sequence[str] = (), seconds: float = 20.0, seed: int = 0
    ) -> CodeResult:
        """Run `code` in a clean process.  Raises RunnerError when there is no runner."""
        runner = await self._runner()
        with tempfile.TemporaryDirectory(prefix="evoclass-") as name:
            folder = Path(name)
            for module, place in self._modules().items():
                (folder / module).write_bytes(read_bytes(place, LARGEST_MODULE))
            file = folder / "answer.py"
            file.write_text(code, encoding="utf-8")
            program = Program(
                source=code,
                file=file,
                folder=folder,
                values=tuple(values),
                threads=self._threads,
                seed=seed,
                keep=False,
                inspect=bool(values),
            )
            recording = await run_through(runner, program, self._limits.lowered_to(seconds=seconds))
        if recording.exit is None:
            raise RunnerError("the run ended without a word", "runner.no_word")
        found = {
            expression: recording.live[expression] for expression in values if expression in recording.live
        }
        return CodeResult(
            output=recording.output.replace("\r\n", "\n"),
            exit=recording.exit,
            values=found,
            tensors=tuple(recording.rows.values()),
        )

    def text(self, key: str, **fields: object) -> str:
        """Return an interface sentence in the learner's language."""
        return self._catalog(key, **fields)

    def explain(self, error: ErrorReport) -> Explanation | None:
        """Return the explanation that a lab gives of an error; None where it gives none."""
        return self._explain(error, self.language) if self._explain is not None else None
