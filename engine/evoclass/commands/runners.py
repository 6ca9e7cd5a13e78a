"""`evoclass runners`: the places where programs can run, and a check of one of them, step by step."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from evoclass.commands.options import CATALOG, json_option, language_option, read_aloud, workspace
from evoclass.commands.output import say_json
from evoclass.disk import paths
from evoclass.errors import EvoClassError, NotFoundError
from evoclass.i18n import Catalog
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.blame import reason
from evoclass.protocol import Closed, Exit, Output, Prompt, RunEvent, Waiting
from evoclass.runner import Limits, Program, Run, Runner
from evoclass.running import wait
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable

PROMPTS = 5
"""How often the prompt's answer is timed."""

WHAT = """\
import sys
print(sys.version.split()[0])
try:
    import torch
    print(torch.__version__)
    print(torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU")
except ImportError:
    print("-")
open("here.txt", "w").write("here")
"""
"""What the checked runner runs: it says what it finds there."""


@click.group(
    invoke_without_command=True, help=CATALOG("cli.runners.help"), epilog=CATALOG("cli.runners.examples")
)
@json_option
@language_option
@click.pass_context
def runners(context: click.Context, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    space = workspace(context)
    found = [_listed(space, name) for name in space.plugins.runners]
    problems = [printable(error.said(space.catalog)) for error in _problems(space)]
    if as_json:
        say_json({"runners": found, "problems": problems})
        return
    width = max((len(one.name) for one in found), default=0)
    kinds = max((len(one.kind) for one in found), default=0)
    aloud = read_aloud(space)
    for one in found:
        if aloud:
            key = "chosen" if one.chosen else "usable" if one.ok else "unusable"
            text = printable(one.text or one.kind).replace(" · ", ", ")
            click.echo(space.catalog(f"cli.runners.{key}", name=one.name, text=text))
            continue
        mark = click.style("✓", fg="green") if one.ok else "–"
        chosen = click.style("▸", bold=True) if one.chosen else " "
        click.echo(f"{chosen}{mark} {one.name:<{width}}  {one.kind:<{kinds}}  {printable(one.text)}".rstrip())
    for problem in problems:
        click.echo(problem, err=True)


class Listed(msgspec.Struct, frozen=True):
    """One line of the list."""

    name: str
    kind: str
    ok: bool
    text: str
    """The device if it is known, or why programs cannot run there."""
    chosen: bool


def _listed(space: Workspace, name: str) -> Listed:
    answer = space.plugins.available(space.plugins.runners[name])
    kind = str(space.settings.runners.get(name, {}).get("kind", ""))
    said = answer.said(space.catalog)
    return Listed(name, kind, answer.ok, "" if said == name else said, name == space.settings.runner)


def _problems(space: Workspace) -> Iterator[EvoClassError]:
    return space.plugins.made_runners.problems(paths.config_file())


@runners.command(help=CATALOG("cli.runners.check.help"))
@click.argument("name")
@json_option
@language_option
@click.pass_context
def check(context: click.Context, name: str, as_json: bool) -> None:
    space = workspace(context)
    steps: list[Step] = []
    aloud = read_aloud(space)

    async def go_through() -> None:
        def tell(waiting: Waiting | None) -> None:
            if waiting is not None and not as_json:
                said = wait.sentence(waiting, space.catalog)
                click.echo(said.replace(" · ", ", ") if aloud else f"  {said}", err=True)

        async with aclosing(_steps(space, name, tell)) as found:
            async for step in found:
                steps.append(step)
                if not as_json and aloud:
                    said = f"{step.topic}: {step.text.replace(' · ', ', ')}"
                    said = said if step.ok else space.catalog("doctor.wrong", said=said)
                    click.echo(printable(said))
                elif not as_json:
                    mark = click.style("✓", fg="green") if step.ok else click.style("✗", fg="red", bold=True)
                    click.echo(f"{mark} {printable(step.topic)}: {printable(step.text)}")

    asyncio.run(go_through())
    if as_json:
        say_json(steps)
    sys.exit(0 if all(step.ok for step in steps) else 1)


class Step(msgspec.Struct, frozen=True):
    """One step of a check."""

    topic: str
    text: str
    ok: bool = True


async def _steps(
    space: Workspace, name: str, tell: Callable[[Waiting | None], None]
) -> AsyncGenerator[Step, None]:
    """Yield step after step; the one that fails says why, and is the last.  `tell` hears what it waits for."""
    say = space.catalog
    if name not in space.plugins.runners:
        for error in _problems(space):
            if str(error.fields.get("name", "")).startswith(f"runners.{name}"):
                yield Step(say("cli.runners.settings"), error.said(say), False)
                return
        raise NotFoundError(say("cli.no_runner", name=name, names=", ".join(space.plugins.runners) or "-"))
    found = _listed(space, name)
    yield Step(say("cli.runners.settings"), found.text or found.kind or name, found.ok)
    if not found.ok:
        return
    runner = space.plugins.make_runner(name)
    runner.on_waiting = tell
    topic = say("cli.runners.reachable")
    try:
        begun = time.perf_counter()
        await runner.warm_up()
        took = _time(time.perf_counter() - begun, say)
        yield Step(topic, " · ".join(filter(None, (runner.place_said(say), took))))
        topic = say("cli.runners.runs")
        with tempfile.TemporaryDirectory(prefix="evoclass-") as folder:
            async for step in _runs(runner, Path(folder), say):
                yield step
    except EvoClassError as error:
        yield Step(topic, error.said(say), False)
    except Exception as error:
        yield Step(topic, reason(error), False)
    finally:
        await runner.close()


async def _runs(runner: Runner, folder: Path, say: Catalog) -> AsyncIterator[Step]:
    ended = await _run(runner, folder, WHAT)
    if ended.reason != "finished":
        yield Step(say("cli.runners.runs"), ended.output.strip() or say(f"exit.{ended.reason}"), False)
        return
    python, torch, *device = ended.output.split("\n")
    yield Step("Python", python.strip())
    yield Step("PyTorch", torch.strip(), torch.strip() != "-")
    if device:
        yield Step(say("cli.runners.device"), device[0].strip())
    if runner.features.same_files:
        way = "back" if (folder / "here.txt").exists() else "stay" if ended.elsewhere else "lost"
        yield Step(say("cli.runners.files"), say(f"cli.runners.files_{way}"), way != "lost")
    times = [(await _run(runner, folder, "print(1)")).seconds for _ in range(PROMPTS)]
    yield Step(say("cli.runners.first_output"), _time(statistics.median(times), say))
    yield Step(say("cli.runners.prompt"), _time(await _prompt(runner, folder), say))


@dataclass(frozen=True, slots=True)
class _Ended:
    """What came of a program."""

    output: str
    reason: str
    seconds: float
    """From its start to its first output."""
    elsewhere: bool
    """Whether files that it wrote stayed there."""


async def _run(runner: Runner, folder: Path, source: str) -> _Ended:
    begun, first, output, why = time.perf_counter(), 0.0, "", "lost"
    run = await _started(runner, folder, source, keep=False)
    async with aclosing(run.events()) as events:
        async for event in events:
            if isinstance(event, Output):
                first = first or time.perf_counter() - begun
                output += event.text
            elif isinstance(event, Exit):
                why = event.reason
            elif isinstance(event, Closed):
                break
    await run.close()
    return _Ended(output, why, first, bool(run.elsewhere))


async def _prompt(runner: Runner, folder: Path) -> float:
    """Return the seconds that the prompt takes to answer."""
    run = await _started(runner, folder, "x = 1", keep=True)
    times = []
    async with aclosing(run.events()) as events:
        await _until_prompt(events)
        for _ in range(PROMPTS):
            begun = time.perf_counter()
            await run.evaluate("x")
            await _until_prompt(events)
            times.append(time.perf_counter() - begun)
    await run.close()
    return statistics.median(times)


async def _until_prompt(events: AsyncIterator[RunEvent]) -> None:
    async for event in events:
        if isinstance(event, Prompt):
            return


async def _started(runner: Runner, folder: Path, source: str, *, keep: bool) -> Run:
    file = folder / "check.py"
    file.write_text(source, encoding="utf-8")
    return await runner.start(Program(source=source, file=file, folder=folder, keep=keep), Limits())


def _time(seconds: float, say: Catalog) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{localised(f'{seconds:.1f}', say.language)} s"
