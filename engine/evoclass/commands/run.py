"""`evoclass run`: run a lesson's lab, or any Python file, as the lab does."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import math
import os
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from evoclass.commands.options import (
    CATALOG,
    approve,
    content_option,
    json_option,
    language_option,
    read_aloud,
    trust_option,
    workspace,
)
from evoclass.commands.output import say_json
from evoclass.errors import ConfigError, NotFoundError, RunnerError, RunnerUnavailable
from evoclass.explanation import Explanation
from evoclass.i18n import Catalog
from evoclass.learner.session import Session
from evoclass.learner.workspace import Workspace
from evoclass.plain.retelling import Retelling
from evoclass.protocol import Exit, Figure, Output, RunEvent, Waiting
from evoclass.reading.filenames import is_lesson
from evoclass.runner import Limits, Program, Run, Runner
from evoclass.running import ending, programtext, wait
from evoclass.running.escapes import EscapeFilter, SequenceFilter
from evoclass.running.figurefile import told
from evoclass.running.record import record
from evoclass.running.recording import Recording
from evoclass.wording.printable import printable

START_SECONDS = 120.0
"""Seconds in which a runner has to be ready; a program's own time starts only then."""
END_AGAIN = 0.25
"""Seconds after which the end of the input is sent again."""

_DASHED = "evoclass.run.dashed"
"""Where the context has the number of words after `--`."""

TENSOR_KINDS = ("tensor", "parameter", "buffer", "gradient")


class _Run(click.Command):
    """Knows which words stand before a `--`, which Click itself takes away."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_DASHED] = len(args) - args.index("--") - 1 if "--" in args else 0
        return super().parse_args(ctx, args)


@click.command(cls=_Run, help=CATALOG("cli.run.help"), epilog=CATALOG("cli.run.examples"))
@click.argument("target")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--file", "file", help=CATALOG("cli.run.file"), metavar="NAME")
@click.option("--runner", "runner_name", help=CATALOG("cli.option.runner"), metavar="NAME")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help=CATALOG("cli.run.timeout"),
    metavar="SECONDS",
)
@trust_option
@json_option
@language_option
@content_option
@click.pass_context
def run(
    context: click.Context,
    target: str,
    arguments: tuple[str, ...],
    file: str | None,
    runner_name: str | None,
    timeout: float | None,
    trust: bool,
    as_json: bool,
) -> None:
    space = workspace(context)
    if file is not None and _is_program(target):
        raise click.UsageError(CATALOG("cli.run.file_of_program", target=target))
    word = ""
    if file is None and len(arguments) > context.meta[_DASHED] and not _is_program(target):
        word, *others = arguments
        arguments = tuple(others)
    program, limits, first = _program(space, target, file, word, trust)
    program = replace(program, echo=sys.stdin.isatty())
    if arguments:
        program = replace(program, arguments=arguments)
    # One run needs only the slowest import in advance, and that only if the program imports it.
    ahead = "torch" if programtext.wants_torch(program.source, program.file.parent) else ""
    os.environ.setdefault("EVOCLASS_PRELOAD", ahead)
    if timeout is not None:
        if not math.isfinite(timeout):
            raise click.BadParameter(CATALOG("cli.run.no_time", value=timeout), param_hint="--timeout")
        limits = replace(limits, seconds=timeout)
    runner = space.runner(runner_name)
    availability = space.plugins.available(type(runner))
    if not availability.ok:
        raise RunnerUnavailable(availability.said(space.catalog))
    recording = asyncio.run(_run(runner, program, limits, space.catalog, as_json, read_aloud(space)))
    ended = recording.exit
    if ended is None:
        raise RunnerUnavailable(space.catalog("exit.lost"))
    space.plugins.listeners.run(recording.ended())
    explanation = _explanation(space, recording)
    figures = list(told(recording.figures, program.folder, space.catalog))
    if as_json:
        document = _document(recording, ended, explanation)
        document["figures"] = [_figure_document(figure, file) for figure, file, _ in figures]
        say_json(document)
    else:
        sys.stdout.flush()
        for _, _, said in figures:
            click.echo(said, err=True)
        if ended.reason not in ("finished", "error"):
            advice = ending.advice(ended, space.catalog, "command")
            click.echo(f"{ending.sentence(ended, space.catalog)} {advice}".rstrip(), err=True)
        _explain(explanation)
        if first and ended.code:
            fields = {"file": program.file.name, "first": first, "lesson": shlex.quote(target)}
            click.echo(printable(space.catalog("cli.run.after", **fields)), err=True)
        if left_out := ending.dropped(ended, space.catalog):
            click.echo(left_out, err=True)
    sys.stdout.flush()
    sys.exit(ended.code)


def _is_program(target: str) -> bool:
    """Whether a Python file is to run, and no lesson."""
    path = Path(target)
    return path.suffix == ".py" or (path.is_file() and not is_lesson(path.name))


def _program(
    space: Workspace, target: str, file: str | None, word: str, trust: bool
) -> tuple[Program, Limits, str]:
    """Return the program, its limits, and the lab that may have to run before it.

    A word after a lesson chooses one of its files.
    """
    settings = space.settings
    if _is_program(target):
        path = Path(target)
        try:
            source = programtext.read(path)
        except FileNotFoundError:
            raise NotFoundError(space.catalog("cli.run.no_file", file=target)) from None
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            raise ConfigError(f"{target}: {error}") from error
        return (
            Program(source=source, file=path.absolute(), folder=Path.cwd(), keep=False),
            settings.limits,
            "",
        )
    session = Session.look(space.library, space.store, space.plugins, settings, target, space.language)
    labs = session.lesson.labs
    if not labs:
        raise NotFoundError(space.catalog("cli.run.no_lab", lesson=session.lesson.title))
    files = [lab.file for lab in labs]
    if word and word not in files:
        fields = {"word": word, "files": ", ".join(files)}
        raise NotFoundError(printable(space.catalog("cli.run.no_word", **fields)))
    name = file or word or files[0]
    session.desk.lab(name)
    session.on_notice = partial(click.echo, err=True)
    approve(session.trust, session.place, space.catalog, trust, session.trust.files_of(session.lesson))
    program = replace(session.desk.program(name), keep=False)
    return program, session.desk.limits(name), session.lab_order.waits_for(name)


async def _run(
    runner: Runner, program: Program, limits: Limits, catalog: Catalog, as_json: bool, aloud: bool
) -> Recording:
    recording = Recording(program, runner.name, output_limit=None if as_json else 1)
    escapes = EscapeFilter() if sys.stdout.isatty() else SequenceFilter()
    retelling = Retelling(lambda text: _write(escapes.feed(text))) if aloud and not as_json else None
    pass_on = retelling.feed if retelling is not None else lambda text: _write(escapes.feed(text))
    size = shutil.get_terminal_size()
    try:
        try:
            async with asyncio.timeout(START_SECONDS):
                running = await runner.start(program, limits, columns=size.columns, rows=size.lines)
        except TimeoutError as error:
            seconds = f"{START_SECONDS:g}"
            raise RunnerError(f"not ready after {seconds} s", "runner.slow_start", seconds=seconds) from error
        loop = asyncio.get_running_loop()
        stops: set[asyncio.Task[None]] = set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: stops.add(asyncio.ensure_future(running.stop())))
        _forward_input(running, loop)
        tell = None if as_json else partial(_print, pass_on=pass_on, catalog=catalog)
        await record(running, recording, tell)
        if retelling is not None:
            retelling.finish()
    finally:
        await runner.close()
    return recording


def _explanation(space: Workspace, recording: Recording) -> Explanation | None:
    return space.plugins.explain(recording.error, space.language) if recording.error is not None else None


def _explain(explanation: Explanation | None) -> None:
    """Print the explanation of the error below the traceback; without a terminal, `echo` leaves the colours out."""
    if explanation is None:
        return
    title, *others = map(printable, (explanation.title, explanation.what, explanation.try_this))
    lines = [click.style(title, bold=True), *others]
    sys.stdout.flush()
    click.echo("\n" + "\n".join(line for line in lines if line), err=True)


def _write(text: str) -> None:
    sys.stdout.write(text)


def _print(event: RunEvent, pass_on: Callable[[str], None], catalog: Catalog) -> None:
    """Pass the program's output on: harmless output to a terminal, text without colours to a pipe or a file.

    The program itself sees a terminal in either case, so it colours its output.
    """
    if isinstance(event, Output):
        pass_on(event.text)
        sys.stdout.flush()
    elif isinstance(event, Waiting):
        click.echo(wait.sentence(event, catalog), err=True)


def _forward_input(running: Run, loop: asyncio.AbstractEventLoop) -> None:
    """Send data from our standard input to the program's terminal, line by line."""

    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: the program has ended
            while data := os.read(0, 4096):  # may end inside a letter
                loop.call_soon_threadsafe(running.write, decoder.decode(data))
            while True:  # a program that reads in its own way misses earlier input
                loop.call_soon_threadsafe(running.write, "\x04")
                time.sleep(END_AGAIN)

    # A daemon, because a read from a terminal cannot be cancelled.
    threading.Thread(target=read, name="stdin", daemon=True).start()


def _document(recording: Recording, ended: Exit, explanation: Explanation | None) -> dict[str, Any]:
    tensors = [
        {
            "name": row.name,
            "kind": row.kind,
            "shape": list(row.shape) if row.shape is not None else None,
            "dtype": row.dtype,
            "device": row.device,
            "requires_grad": row.requires_grad,
            "trainable": row.trainable,
            "min": row.min,
            "max": row.max,
            "mean": row.mean,
            "std": row.std,
            "nan": row.nan,
            "inf": row.inf,
            "sampled": row.sampled,
            "bytes": row.bytes,
        }
        for row in recording.rows.values()
        if row.kind in TENSOR_KINDS
    ]
    counts = recording.parameters
    return {
        "exit": {"reason": ended.reason, "code": ended.code},
        "seconds": round(ended.seconds, 3),
        "output": recording.output.replace("\r\n", "\n"),
        "dropped_bytes": ended.dropped_bytes,
        "steps": recording.steps,
        "error": None if recording.error is None else msgspec.structs.asdict(recording.error),
        "explanation": None if explanation is None else _explanation_document(explanation),
        "tensors": tensors,
        "parameters": {
            "trainable": counts.trainable if counts else 0,
            "frozen": counts.frozen if counts else 0,
            "nameless": counts.nameless if counts else 0,
        },
    }


def _figure_document(figure: Figure, file: str) -> dict[str, Any]:
    width, height = figure.size
    fields = {"number": figure.number, "title": figure.title, "file": file or None, "line": figure.line}
    axes = [{"label": label, "low": low, "high": high} for label, low, high in figure.axes]
    legend = [{"label": label, "colour": colour or None} for label, colour in figure.legend]
    return fields | {"width": width, "height": height, "axes": axes, "legend": legend}


def _explanation_document(explanation: Explanation) -> dict[str, Any]:
    return {
        "title": explanation.title,
        "text": explanation.what,
        "advice": explanation.try_this,
        "line": explanation.line,
    }
