"""Runs of the open lesson's programs: the run on the screen, and its phase."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from textual.worker import Worker, WorkerError

from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.explanation import Explanation
from evoclass.learner.session import Session
from evoclass.protocol import (
    Closed,
    Detail,
    ErrorReport,
    Exit,
    Figure,
    Prompt,
    RunEvent,
    Started,
    Step,
    Waiting,
    Warned,
)
from evoclass.runner import Run, Runner
from evoclass.running.figurefile import write_figure
from evoclass.running.recording import Recording
from evoclass.running.terminal import TerminalBuffer
from evoclass.wording.printable import printable
from evoclass_tui.lab_run import LabRun
from evoclass_tui.notice import AskTrust, Tell
from evoclass_tui.run_news import (
    BUSY,
    Phase,
    RunFailed,
    RunHappened,
    RunKept,
    RunView,
    WarmedUp,
)
from evoclass_tui.runner_in_use import RunnerInUse, said

Result = TypeVar("Result")

PATIENCE = 1.0
"""Seconds allowed for reading the last events of a run after it has been closed."""


class Runs:
    """Owns the run on the screen and its phase.  It reports events to its view by message."""

    view: RunView

    def __init__(
        self,
        session: Session,
        runners: Mapping[str, Runner],
        tell: Tell,
        ask_trust: AskTrust,
        prepare: Callable[[], object],
        look: Callable[[], object],
    ) -> None:
        """`prepare` saves the text in the editors before it runs; `look` shows in them what others have changed."""
        self.session = session
        self.in_use = RunnerInUse(session, runners, lambda message: self.view.post_message(message))
        self.phase: Phase = "ready"
        self.lab_run: LabRun | None = None
        """The run on the screen, until a lesson is opened again."""
        self._task: Worker[None] | None = None
        self._tell, self._ask_trust, self._prepare, self._look_at_files = tell, ask_trust, prepare, look

    def _turn(self, phase: Phase, problem: str = "") -> None:
        self.phase = phase
        self.view.show_phase(phase, problem)

    @property
    def busy(self) -> bool:
        """Whether a program is alive."""
        return self.phase in BUSY

    @property
    def _run(self) -> Run | None:
        return self.lab_run.run if self.lab_run is not None else None

    # ------------------------------------------------------------------------------------------- the runner

    def use_runner(self, name: str) -> None:
        """Run programs there from now on, and warm the runner up in the background."""
        problem, runner = self.in_use.change(name), self.in_use.runner
        if problem or runner is None:
            self._turn("unavailable", problem)
            return
        if self.phase in ("ready", "unavailable"):
            self._turn("ready" if self._asked(lambda: runner.ready) else "warming")
        self.view.run_worker(self.in_use.warm_up(name, runner), group="warm-up", exclusive=True)

    def warmed_up(self, event: WarmedUp) -> None:
        """Say that a runner is ready, or why it is not, and follow a run that an earlier front end left behind."""
        self.follow_left()
        if event.runner == self.in_use.name and self.phase == "warming":
            self._turn("unavailable" if event.problem else "ready", event.problem)

    def _asked(self, call: Callable[[], Result]) -> Result | None:
        """Return the runner's answer; a failure is told, and the window goes on without the answer."""
        try:
            return call()
        except Exception as error:
            self._failed(error)
            return None

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        """Have a run end; a failure is told, and the window goes on."""
        try:
            await end()
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._tell(self.session.catalog("notice.runner_failed", reason=self._said(error)), "error")

    def _said(self, error: Exception) -> str:
        return said(error, self.session.catalog)

    # ------------------------------------------------------------------------------------- start, and the end

    def follow_left(self) -> None:
        """Show a run of this lesson that an earlier front end left behind, unless another is on the screen."""
        folder = self.session.desk.folder()
        for program, run in self.in_use.left:
            if self.lab_run is None and program.folder == folder:
                self.in_use.left.remove((program, run))
                runner = self.in_use.name
                lab_run = LabRun(program, TerminalBuffer(), Recording(program, runner), run=run)
                self._show(lab_run)
                self._turn("running")
                self._task = self.view.run_worker(
                    self._follow(lab_run), group="run", name=f"run {lab_run.file}"
                )
                return

    def start(self, file: str, seconds: float = 0.0) -> None:
        """Run a lab file; `seconds` is the learner's time limit, 0 for the usual limit."""
        runner = self.in_use.runner
        if runner is None:
            return
        self._prepare()
        if self.session.permission.given:
            self._start(runner, file, seconds)
        else:
            # Examining a course of many files takes a while, and keys must not wait for that.
            self.view.run_worker(self._look_and_start(runner, file, seconds), group="trust", exclusive=True)

    def again(self, file: str) -> None:
        """Run a lab file from its beginning, also while a program runs: that one ends here, and is kept."""
        if self.busy:
            self.view.run_worker(self._leave_and_start(file), group="again", exclusive=True)
        else:
            self.start(file)

    async def _leave_and_start(self, file: str) -> None:
        await self.leave()
        self.start(file)

    async def _look_and_start(self, runner: Runner, file: str, seconds: float) -> None:
        try:
            await self.session.permission.look_ahead()
        except EvoClassError as error:
            self._cannot_run(error)
            return
        self._start(runner, file, seconds)

    def _start(self, runner: Runner, file: str, seconds: float) -> None:
        try:
            program = replace(self.session.desk.program(file), figure_size=self.view.figure_size())
            self._look_at_files()
        except NotTrustedError as error:
            self._ask_trust(error, partial(self.start, file, seconds))
            return
        except EvoClassError as error:
            self._cannot_run(error)
            return
        if self.busy:
            return  # asked for twice before it has started
        previous = self._run
        self._let_go()
        lab_run = LabRun(program, TerminalBuffer(), Recording(program, runner.name), seconds=seconds)
        columns, rows = self._show(lab_run)
        task = self._carry_out(lab_run, runner, previous, columns, rows)
        self._task = self.view.run_worker(task, group="run", name=f"run {file}")

    def _show(self, lab_run: LabRun) -> tuple[int, int]:
        """Put a run on the screen; return the columns and rows of its terminal."""
        self.lab_run = lab_run
        self._turn("starting")
        size = self.view.begin(lab_run)
        lab_run.subscribe(partial(self._happened, lab_run))
        return size

    async def _follow(self, lab_run: LabRun) -> None:
        try:
            await lab_run.follow()
        except Exception as error:
            self.view.post_message(RunFailed(lab_run, self._said(error)))

    def _cannot_run(self, error: EvoClassError) -> None:
        catalog = self.session.catalog
        self._tell(catalog("notice.cannot_run", reason=error.said(catalog)), "error")

    def _let_go(self) -> LabRun | None:
        """Take the run off the screen and return it."""
        lab_run, self.lab_run = self.lab_run, None
        if lab_run is not None:
            lab_run.release()
            self._keep_figures(lab_run)
        return lab_run

    async def _carry_out(
        self, lab_run: LabRun, runner: Runner, previous: Run | None, columns: int, rows: int
    ) -> None:
        """Run a program to its end, then its prompt to its end."""
        try:
            if previous is not None:
                await previous.close()
            limits = self.session.desk.limits(lab_run.file)
            if lab_run.seconds:
                limits = replace(limits, seconds=lab_run.seconds)
            lab_run.run = await runner.start(lab_run.program, limits, columns=columns, rows=rows)
            await lab_run.follow()
        except Exception as error:
            self.view.post_message(RunFailed(lab_run, self._said(error)))

    def _happened(self, lab_run: LabRun, event: RunEvent) -> None:
        # By message: a failure in the code that handles it must not count as the runner's.
        if not isinstance(event, Step):
            self.view.post_message(RunHappened(lab_run, event))

    def take(self, event: RunEvent) -> None:
        """Take an event of the run on the screen, if it changes the phase of the run."""
        assert self.lab_run is not None
        match event:
            case Started():
                if self.phase == "starting":
                    self._turn("running")
                self.in_use.waits(None)
            case Waiting():
                self.in_use.waits(event)
            case Exit():
                self._turn("ended")
                self._keep(self.lab_run)
            case Prompt():
                self._keep_figures(self.lab_run)
            case Closed():
                self.lab_run.run = None

    def _keep(self, lab_run: LabRun) -> None:
        had_values = bool(self.session.state.live)
        self.session.desk.record(lab_run.recording)
        lab_run.kept = True
        shown = self.session.state.live.keys() & set(self.session.lesson.live)
        self.view.post_message(RunKept(0 if had_values else len(shown)))

    def _keep_figures(self, lab_run: LabRun) -> None:
        """Keep what was drawn at the prompt with the run."""
        if lab_run.kept:
            self.session.desk.keep_figures(lab_run.recording)

    def failed(self, why: str) -> None:
        """Say why the runner itself could not run the program on the screen."""
        assert self.lab_run is not None
        self.lab_run.run = None
        self._turn("ready")
        self._tell(self.session.catalog("notice.cannot_run", reason=why), "error")

    def stop(self) -> None:
        """Stop the running program; a second call stops it sooner."""
        run = self._run
        if run is not None:
            self._turn("stopping")
            self.view.run_worker(self._end(run.stop), group="stop")
        elif self._let_go() is not None:
            if self._task is not None:
                self._task.cancel()
            self._turn("ready")
            self.view.clear()

    async def leave(self) -> None:
        """Let go of the run; a run that this cuts off is still kept."""
        lab_run, task, self._task = self._let_go(), self._task, None
        if lab_run is not None and lab_run.run is not None:
            await self._end(lab_run.run.close)
            await _last_events(task)
            if lab_run.exit is not None and not lab_run.kept:
                self.session.desk.record(lab_run.recording)
            self._keep_figures(lab_run)
        elif task is not None:
            task.cancel()
        self._turn("ready")

    # ------------------------------------------------------------------------------------- questions to a run

    def write(self, text: str) -> None:
        """Send keys to the running program."""
        if self._run is not None and self._run.running:
            self._asked(partial(self._run.write, text))

    def resize(self, columns: int, rows: int) -> None:
        """Send the running program the size of its terminal."""
        if self._run is not None and self._run.running:
            self._asked(partial(self._run.resize, columns, rows))

    def attend(self, names: tuple[str, ...]) -> None:
        """Tell the run which rows the learner is looking at."""
        if self._run is not None:
            self._asked(partial(self._run.attend, names))

    def evaluate(self, source: str) -> None:
        """Send a line to the prompt of the ended run; an error of the line before is no longer of interest."""
        if self.lab_run is not None:
            self.lab_run.prompt_error = None
            self.lab_run.entered.append(source)
        if self._run is not None and not self._run.running:
            self.view.run_worker(self._evaluate(self._run, source), group="prompt")

    async def _evaluate(self, run: Run, source: str) -> None:
        try:
            if (size := self.view.figure_size()) is not None:  # the window may be another one by now
                run.fit_figures(size)
            await run.evaluate(source)
        except Exception as error:  # the run has just gone away, or the runner has failed
            self._tell(self.session.catalog("notice.cannot_run", reason=self._said(error)), "warning")

    def interrupt(self) -> None:
        """Stop the prompt's current work; the run and its values stay."""
        if self._run is not None and not self._run.running:
            self.view.run_worker(self._end(self._run.stop), group="stop")

    def save_figure(self, figure: Figure) -> None:
        """Save a figure in the lesson's folder, and say where."""
        catalog = self.session.catalog
        folder = self.session.desk.folder()
        try:
            name = write_figure(folder, figure.png)
        except OSError as error:
            self._tell(
                catalog("figure.not_saved", number=figure.number, reason=printable(str(error))), "error"
            )
        else:
            self._tell(catalog("notice.figure_saved", file=printable(str(folder / name))))

    @property
    def elsewhere(self) -> Sequence[tuple[str, int]]:
        """Path and size of the files that the run on the screen has left where it ran."""
        return self._run.elsewhere if self._run is not None else ()

    def bring(self, path: str) -> None:
        """Bring one of these files into the lesson's folder."""
        if self._run is not None:
            self.view.run_worker(self._bring(self._run, path), group=f"bring {path}")

    async def _bring(self, run: Run, path: str) -> None:
        catalog = self.session.catalog
        try:
            await run.bring(path)
        except Exception as error:
            self._tell(catalog("notice.not_brought", file=printable(path), reason=self._said(error)), "error")
        else:
            self._tell(catalog("notice.brought", file=printable(path)))

    def look(
        self, who: str, show: Callable[[Detail], object], expression: str, axes: tuple[int, ...]
    ) -> None:
        """Have the run answer the latest question of a panel; without a run, do nothing."""
        if self._run is not None:
            task = self._look(self._run, show, expression, axes)
            self.view.run_worker(task, group=f"look {who}", exclusive=True)

    async def _look(
        self, run: Run, show: Callable[[Detail], object], expression: str, axes: tuple[int, ...]
    ) -> None:
        try:
            detail = await run.look(expression, axes)
        except Exception as error:
            detail = Detail(request=0, expression=expression, error=self._said(error))
        show(detail)

    # -------------------------------------------------------------------------------------------- the last run

    def forget(self) -> None:
        """Take the run off the screen, but keep the last run's record."""
        self._let_go()

    @property
    def last_file(self) -> str:
        """Name of the file that was run last; empty before the first run."""
        record = self.session.state.last_run
        return self.lab_run.file if self.lab_run is not None else record.file if record is not None else ""

    @property
    def explanation(self) -> Explanation | None:
        """The explanation of the last error in the learner's language, at the prompt or else in the run, if any."""
        if self.lab_run is not None:
            error = self.lab_run.prompt_error or self.lab_run.error
        else:
            record = self.session.state.last_run
            error = record.error if record is not None else None
        return self.session.plugins.explain(error, self.session.language) if error is not None else None

    def explain_warning(self, warning: Warned) -> Explanation | None:
        """Return the explanation of a warning, if a plugin has one and no error came earlier."""
        if self.lab_run is None or self.lab_run.error is not None:
            return None
        error = ErrorReport(type=warning.type, text=warning.text, file=self.lab_run.file, line=warning.line)
        return self.session.plugins.explain(error, self.session.language)


async def _last_events(task: Worker[None] | None) -> None:
    """Wait until the events of a closed run have been taken in; events that do not arrive in time are dropped."""
    if task is not None:
        with contextlib.suppress(WorkerError, TimeoutError):
            await asyncio.wait_for(task.wait(), PATIENCE)
