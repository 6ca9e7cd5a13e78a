"""What is asked of the run on the screen: keys for it, lines for its prompt, looks at its values, its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from evoclass.protocol import Detail
from evoclass.runner import Run
from evoclass.wording.printable import printable
from evoclass_tui.notice import Tell
from evoclass_tui.runs import Runs


class RunRequests:
    """Hands requests to the run on the screen; without a run, they do nothing."""

    def __init__(self, runs: Runs, tell: Tell) -> None:
        self._runs, self._tell = runs, tell
        self._failures = runs.failures

    def write(self, text: str) -> None:
        """Send keys to the running program."""
        if self._runs.run is not None and self._runs.run.running:
            self._failures.asked(partial(self._runs.run.write, text))

    def resize(self, columns: int, rows: int) -> None:
        """Send the running program the size of its terminal."""
        if self._runs.run is not None and self._runs.run.running:
            self._failures.asked(partial(self._runs.run.resize, columns, rows))

    def attend(self, names: tuple[str, ...]) -> None:
        """Tell the run which rows the learner is looking at."""
        if self._runs.run is not None:
            self._failures.asked(partial(self._runs.run.attend, names))

    def evaluate(self, source: str) -> None:
        """Send a line to the prompt of the ended run; an error of the line before is no longer of interest."""
        if self._runs.lab_run is not None:
            self._runs.lab_run.prompt_error = None
            self._runs.lab_run.entered.append(source)
        if self._runs.run is not None and not self._runs.run.running:
            self._runs.view.run_worker(self._evaluate(self._runs.run, source), group="prompt")

    async def _evaluate(self, run: Run, source: str) -> None:
        try:
            if (size := self._runs.view.figure_size()) is not None:  # the window may be another one by now
                run.fit_figures(size)
            await run.evaluate(source)
        except Exception as error:  # the run has just gone away, or the runner has failed
            self._tell(
                self._runs.session.catalog("notice.cannot_run", reason=self._failures.said(error)), "warning"
            )

    def interrupt(self) -> None:
        """Stop the prompt's current work; the run and its values stay."""
        if self._runs.run is not None and not self._runs.run.running:
            self._runs.view.run_worker(self._failures.awaited(self._runs.run.stop), group="stop")

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        """Path and size of the files that the run on the screen has left where it ran."""
        return self._runs.run.elsewhere if self._runs.run is not None else ()

    def bring(self, path: str) -> None:
        """Bring one of these files into the lesson's folder."""
        if self._runs.run is not None:
            self._runs.view.run_worker(self._bring(self._runs.run, path), group=f"bring {path}")

    async def _bring(self, run: Run, path: str) -> None:
        catalog = self._runs.session.catalog
        try:
            await run.bring(path)
        except Exception as error:
            self._tell(
                catalog("notice.not_brought", file=printable(path), reason=self._failures.said(error)),
                "error",
            )
        else:
            self._tell(catalog("notice.brought", file=printable(path)))

    def look(
        self, who: str, show: Callable[[Detail], object], expression: str, axes: tuple[int, ...]
    ) -> None:
        """Have the run answer the latest question of a panel; without a run, do nothing."""
        if self._runs.run is not None:
            task = self._look(self._runs.run, show, expression, axes)
            self._runs.view.run_worker(task, group=f"look {who}", exclusive=True)

    async def _look(
        self, run: Run, show: Callable[[Detail], object], expression: str, axes: tuple[int, ...]
    ) -> None:
        try:
            detail = await run.look(expression, axes)
        except Exception as error:
            detail = Detail(request=0, expression=expression, error=self._failures.said(error))
        show(detail)
