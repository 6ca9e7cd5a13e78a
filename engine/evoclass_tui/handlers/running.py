"""Runs of a lab: start, follow, stop, ask.  What happens is told to the screen by messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message

from evoclass.disk.faultlog import write_down
from evoclass.errors import EvoClassError, NotTrustedError, RunnerError
from evoclass.pluginhost.blame import reason
from evoclass.protocol import (
    Closed,
    Detail,
    ErrorReport,
    Exit,
    Frame,
    Prompt,
    RunEvent,
    Started,
    Warned,
)
from evoclass.runner import Run, Runner
from evoclass.running.recording import Recording
from evoclass.running.terminal import TerminalBuffer
from evoclass_tui.handlers import keeping, outside, trusting
from evoclass_tui.lab_run import LabRun
from evoclass_tui.widgets.panel_pane import PanelPane

if TYPE_CHECKING:
    from evoclass_tui.screens.lesson import LessonScreen


@dataclass
class WarmedUp(Message):
    """A runner is ready, or cannot be (with the reason)."""

    runner: str
    problem: str = ""


@dataclass
class RunStarted(Message):
    """The program's process is there."""

    job: LabRun


@dataclass
class RunHappened(Message):
    """An event of a run, other than output."""

    job: LabRun
    event: RunEvent


@dataclass
class RunFailed(Message):
    """The program could not be run, or its runner failed on the way."""

    job: LabRun
    reason: str


@dataclass
class LookDone(Message):
    """The answer to a panel's question."""

    pane: PanelPane
    detail: Detail


# ------------------------------------------------------------------------------- in workers: no widget here


async def warm_up(screen: LessonScreen, name: str, runner: Runner) -> None:
    """Get a runner ready in the background."""
    problem = ""
    try:
        await runner.warm_up()
    except Exception as error:
        problem = _told(screen, error)
    screen.post_message(WarmedUp(name, problem))


async def carry_out(
    screen: LessonScreen, job: LabRun, runner: Runner, previous: Run | None, columns: int, rows: int
) -> None:
    """Run a program to its end, and its prompt to its end."""
    try:
        if previous is not None:
            await previous.close()
        limits = screen.session.desk.limits(job.file)
        if job.seconds:
            limits = replace(limits, seconds=job.seconds)
        job.run = await runner.start(job.program, limits, columns=columns, rows=rows)
        screen.post_message(RunStarted(job))
        await job.follow(lambda event: screen.post_message(RunHappened(job, event)))
    except Exception as error:
        screen.post_message(RunFailed(job, _told(screen, error)))


async def look(
    screen: LessonScreen, run: Run, pane: PanelPane, expression: str, axes: tuple[int, ...]
) -> None:
    """Ask a run for a close look at a value."""
    try:
        detail = await run.look(expression, axes)
    except Exception as error:
        detail = Detail(request=0, expression=expression, error=_told(screen, error))
    screen.post_message(LookDone(pane, detail))


def _told(screen: LessonScreen, error: Exception) -> str:
    """Return what went wrong with a runner in words; what it did not mean to raise is written down."""
    if isinstance(error, EvoClassError):
        return error.said(screen.session.catalog)
    write_down(error)
    return reason(error)


# ---------------------------------------------------------------------------------------- on the screen side


def use_runner(screen: LessonScreen, name: str) -> None:
    """Run programs there from now on, and get ready for it in the background."""
    screen.runner_name = name
    runner, catalog, lab = screen.runner, screen.session.catalog, screen.lab
    if runner is None:
        problem = catalog("cli.no_runner", name=name, names=", ".join(screen.runners) or "-")
    else:
        availability = screen.session.plugins.available(type(runner))
        screen.header.device = availability.device or name
        problem = "" if availability.ok else catalog(availability.reason, **availability.fields)
    if problem or runner is None:
        lab.terminal.unavailable(problem)
        lab.phase = "unavailable"
        return
    if lab.phase in ("ready", "unavailable") and not runner.ready:
        lab.phase = "warming"
    screen.run_worker(warm_up(screen, name, runner), group="warm-up", exclusive=True)


def warmed_up(screen: LessonScreen, event: WarmedUp) -> None:
    """Say that a runner is ready, or why it is not."""
    if event.runner == screen.runner_name and screen.lab.phase == "warming":
        if event.problem:
            screen.lab.terminal.unavailable(event.problem)
        screen.lab.phase = "unavailable" if event.problem else "ready"


def again(screen: LessonScreen, seconds: float) -> None:
    """Run the file of the last run once more, with so much time."""
    record = screen.session.state.last_run
    file = screen.job.file if screen.job is not None else record.file if record is not None else ""
    if file in screen.lab.sources():
        screen.lab.file = file
        start(screen, seconds)


def start(screen: LessonScreen, seconds: float = 0.0) -> None:
    """Run the file whose tab is open; `seconds` is the time that the learner gives it, 0 for the usual limit."""
    file = screen.lab.file
    if not file:
        screen.tell(screen.session.catalog("lab.no_lab"))
        return
    runner = screen.runner
    if runner is None:
        return
    keeping.keep_all(screen)
    outside.look(screen)
    if screen.session.trusted:
        _start(screen, runner, file, seconds)
    else:
        # A course of many files takes a while to look at, and keys must not wait for that.
        screen.run_worker(_look_and_start(screen, runner, file, seconds), group="trust", exclusive=True)


async def _look_and_start(screen: LessonScreen, runner: Runner, file: str, seconds: float) -> None:
    try:
        await screen.session.look_ahead()
    except EvoClassError as error:
        catalog = screen.session.catalog
        screen.tell(catalog("notice.cannot_run", reason=error.said(catalog)), "error")
        return
    _start(screen, runner, file, seconds)


def _start(screen: LessonScreen, runner: Runner, file: str, seconds: float) -> None:
    lab = screen.lab
    try:
        program = screen.session.desk.program(file)
    except NotTrustedError as error:
        trusting.ask(screen, error, lambda: start(screen, seconds))
        return
    except EvoClassError as error:
        screen.tell(
            screen.session.catalog("notice.cannot_run", reason=error.said(screen.session.catalog)), "error"
        )
        return
    previous = screen.job.run if screen.job is not None else None
    job = screen.job = LabRun(program, TerminalBuffer(), Recording(program, runner.name), seconds=seconds)
    lab.phase = "starting"
    lab.begin(job, program.watch)
    size = lab.terminal.view.scrollable_content_region.size
    columns, rows = (size.width, size.height) if size.width > 20 else (80, 24)
    screen.run_task = screen.run_worker(
        carry_out(screen, job, runner, previous, columns, rows), group="run", name=f"run {file}"
    )


def stop(screen: LessonScreen) -> None:
    """Stop the running program; once more skips ahead."""
    job = screen.job
    if job is None:
        return
    if job.run is None:
        if screen.run_task is not None:
            screen.run_task.cancel()
        screen.job = None
        screen.lab.phase = "ready"
        screen.lab.terminal.clear()
    else:
        screen.lab.phase = "stopping"
        screen.run_worker(job.run.stop(), group="stop")


def happened(screen: LessonScreen, job: LabRun, event: RunEvent) -> None:
    """Show one event of the run that is on the screen."""
    if job is not screen.job:
        return
    lab = screen.lab
    lab.take(job, event)
    match event:
        case Started():
            if lab.phase == "starting":
                lab.phase = "running"
        case Frame(live=live) if live:
            screen.reader.live = {**screen.reader.live, **live}
        case ErrorReport():
            explain(screen)
        case Warned():
            explain_warning(screen, event)
        case Exit():
            ended(screen, job, event)
        case Prompt(more=more):
            lab.terminal.prompt_ready(more)
        case Closed():
            job.run = None
            lab.terminal.prompt = False
            lab.terminal.rest()


def ended(screen: LessonScreen, job: LabRun, exit: Exit) -> None:
    """Say how the run ended, and remember it."""
    screen.lab.end_marks()
    screen.lab.phase = "ended"
    screen.lab.terminal.end(exit, job.recording.rows)
    had_values = bool(screen.session.state.live)
    screen.session.desk.record(job.recording)
    job.kept = True
    screen.show_progress()
    if not had_values and (count := len(screen.session.state.live)):
        screen.tell(screen.session.catalog("notice.values_yours", count=count))


def failed(screen: LessonScreen, job: LabRun, reason: str) -> None:
    """Say that the runner itself could not do it."""
    if job is screen.job:
        job.run = None
        screen.lab.end_marks()
        screen.lab.phase = "ready"
        screen.lab.terminal.prompt = False
        screen.lab.terminal.rest()
        screen.tell(screen.session.catalog("notice.cannot_run", reason=reason), "error")


def explain(screen: LessonScreen) -> None:
    """Show the explanation of the run's error in the learner's language, if a plugin has one."""
    session = screen.session
    shown = screen.job or session.state.last_run
    error = shown.error if shown is not None else None
    screen.lab.terminal.explain(
        session.plugins.explain(error, session.language) if error is not None else None
    )


def explain_warning(screen: LessonScreen, warning: Warned) -> None:
    """Show the explanation of a warning, if a plugin has one and no error came before."""
    if screen.job is None or screen.job.error is not None:
        return
    session = screen.session
    error = ErrorReport(type=warning.type, text=warning.text, file=screen.job.file, line=warning.line)
    explanation = session.plugins.explain(error, session.language)
    if explanation is not None:
        screen.lab.terminal.explain(explanation)


def evaluate(screen: LessonScreen, source: str) -> None:
    """Send a line to the prompt of the ended run."""
    job = screen.job
    if job is not None and job.run is not None and not job.run.running:
        screen.run_worker(_evaluate(screen, job.run, source), group="prompt")


async def _evaluate(screen: LessonScreen, run: Run, source: str) -> None:
    try:
        await run.evaluate(source)
    except RunnerError as error:  # the run has just gone away
        catalog = screen.session.catalog
        screen.tell(catalog("notice.cannot_run", reason=error.said(catalog)), "warning")


def interrupt(screen: LessonScreen) -> None:
    """Stop what the prompt is working on; the run and its values stay."""
    job = screen.job
    if job is not None and job.run is not None and not job.run.running:
        screen.run_worker(job.run.stop(), group="stop")


def ask(screen: LessonScreen, event: PanelPane.LookWanted) -> None:
    """Have a panel's question answered by the run; without one there is nothing to look at."""
    run = screen.job.run if screen.job is not None else None
    if run is not None:
        task = look(screen, run, event.pane, event.expression, event.slice)
        screen.run_worker(task, group=f"look {event.pane.id}", exclusive=True)


def show_moment(screen: LessonScreen, values: Mapping[str, str], line: int) -> None:
    """Let prose and editor follow a panel to another moment of the run."""
    screen.reader.live = dict(values)
    record = screen.session.state.last_run
    file = screen.job.file if screen.job is not None else record.file if record is not None else ""
    if screen.job is None or screen.job.exit is not None:
        screen.lab.follow_line(file, line)


def drop_panel(screen: LessonScreen, pane: PanelPane, error: Exception) -> None:
    """Do without a panel that had a fault, and say so."""
    session, why, name = screen.session, reason(error), pane.panel.panel_name
    session.plugins.switch_off(pane.plugin, why)
    screen.tell(session.catalog("notice.plugin_off", panel=name, plugin=pane.plugin, reason=why), "error")
    screen.lab.drop(pane)


def replay(screen: LessonScreen) -> None:
    """Show the last run of an earlier visit as it was."""
    record = screen.session.state.last_run
    screen.job = None
    if record is None:
        screen.lab.terminal.forget()
        screen.reader.live = {}
        return
    buffer = TerminalBuffer()
    buffer.feed(record.output)
    screen.reader.live = screen.session.state.live
    lab = next((lab for lab in screen.session.lesson.labs if lab.file == record.file), None)
    if not screen.session.state.file and lab is not None and record.file in screen.lab.sources():
        screen.lab.file = record.file
    screen.lab.terminal.replay(buffer, record.exit, record.time)
    screen.lab.replay(record.frame, record.exit, lab.watch if lab is not None else ())
    explain(screen)
