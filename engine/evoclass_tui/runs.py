"""Runs of the open lesson's programs: the run on the screen, and its phase."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from textual.worker import Worker, WorkerError

from evoclass.errors import EvoClassError, NotTrustedError
from evoclass.explanation import Explanation
from evoclass.learner.session import Session
from evoclass.protocol import (
    Closed,
    ErrorReport,
    Exit,
    Prompt,
    RunEvent,
    Started,
    Step,
    Waiting,
    Warned,
)
from evoclass.runner import Run, Runner
from evoclass.running.recording import Recording
from evoclass.running.terminal import TerminalBuffer
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
from evoclass_tui.runner_failures import RunnerFailures
from evoclass_tui.runner_in_use import RunnerInUse

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
        self.failures = RunnerFailures(session, tell)

    def _turn(self, phase: Phase, problem: str = "") -> None:
        self.phase = phase
        self.view.show_phase(phase, problem)

    @property
    def busy(self) -> bool:
        """Whether a program is alive."""
        return self.phase in BUSY

    @property
    def run(self) -> Run | None:
        """The run on the screen, as its runner knows it; None without a process."""
        return self.lab_run.run if self.lab_run is not None else None

    # ------------------------------------------------------------------------------------------- the runner

    def use_runner(self, name: str) -> None:
        """Run programs there from now on, and warm the runner up in the background."""
        problem, runner = self.in_use.change(name), self.in_use.runner
        if problem or runner is None:
            self._turn("unavailable", problem)
            return
        if self.phase in ("ready", "unavailable"):
            self._turn("ready" if self.failures.asked(lambda: runner.ready) else "warming")
        self.view.run_worker(self.in_use.warm_up(name, runner), group="warm-up", exclusive=True)

    def warmed_up(self, event: WarmedUp) -> None:
        """Say that a runner is ready, or why it is not, and follow a run that an earlier front end left behind."""
        self.follow_left()
        if event.runner == self.in_use.name and self.phase == "warming":
            self._turn("unavailable" if event.problem else "ready", event.problem)

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
        previous = self.run
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
            self.view.post_message(RunFailed(lab_run, self.failures.said(error)))

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
            self.view.post_message(RunFailed(lab_run, self.failures.said(error)))

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
        run = self.run
        if run is not None:
            self._turn("stopping")
            self.view.run_worker(self.failures.awaited(run.stop), group="stop")
        elif self._let_go() is not None:
            if self._task is not None:
                self._task.cancel()
            self._turn("ready")
            self.view.clear()

    async def leave(self) -> None:
        """Let go of the run; a run that this cuts off is still kept."""
        lab_run, task, self._task = self._let_go(), self._task, None
        if lab_run is not None and lab_run.run is not None:
            await self.failures.awaited(lab_run.run.close)
            await _last_events(task)
            if lab_run.exit is not None and not lab_run.kept:
                self.session.desk.record(lab_run.recording)
            self._keep_figures(lab_run)
        elif task is not None:
            task.cancel()
        self._turn("ready")

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
