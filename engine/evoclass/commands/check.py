"""`evoclass check`: the problems of lessons, one a line."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from evoclass import lint
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
from evoclass.commands.output import say, say_json
from evoclass.disk.real import real
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ConfigError, NotFoundError, Problem
from evoclass.i18n import Catalog
from evoclass.installing import install_command, missing
from evoclass.learner.openlesson import bundled_folders
from evoclass.learner.trust import Trust
from evoclass.learner.workspace import Workspace
from evoclass.lint.labruns import Measured
from evoclass.lint.together import together
from evoclass.model import Lesson
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.reading.lessonfiles import course_around
from evoclass.reading.library import Library
from evoclass.reading.supplies import modules
from evoclass.runner import Runner
from evoclass.running.bench import RunnerBench
from evoclass.running.load import processors
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.check.help"), epilog=CATALOG("cli.check.examples"))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--run", "run_labs", is_flag=True, help=CATALOG("cli.check.run"))
@click.option("--runner", "runner_name", help=CATALOG("cli.option.runner"), metavar="NAME")
@click.option("--jobs", type=click.IntRange(1, 64), help=CATALOG("cli.check.jobs"))
@click.option("--seeds", type=click.IntRange(1, 100), default=1, help=CATALOG("cli.check.seeds"))
@click.option("--fix", "correct", is_flag=True, help=CATALOG("cli.check.fix"))
@click.option("--no-cache", is_flag=True, help=CATALOG("cli.check.no_cache"))
@trust_option
@json_option
@language_option
@content_option
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    run_labs: bool,
    runner_name: str | None,
    jobs: int | None,
    seeds: int,
    correct: bool,
    no_cache: bool,
    trust: bool,
    as_json: bool,
) -> None:
    space = workspace(context)
    given = [
        f"--{option}"
        for option, value in (("runner", runner_name), ("jobs", jobs), ("seeds", seeds > 1))
        if value and not run_labs
    ]
    if given:
        raise click.UsageError(space.catalog("cli.check.needs_run", options=", ".join(given)))
    for path in paths:
        if not path.exists():
            raise NotFoundError(space.catalog("cli.check.no_path", path=path))
    if not paths and space.content is None:
        here = course_around(Path.cwd())
        if here is not None and not any(here.samefile(folder) for folder in space.library.folders):
            paths = (here,)
            click.echo(space.catalog("cli.check.here", folder=here), err=True)
    cache = None if no_cache else lint.CheckCache(space.cache, lint.fingerprint(space.plugins))
    checker = lint.Checker(space.parser, cache)
    problems = _static(space, paths, checker)
    if correct and _corrected(space, problems):
        checker = lint.Checker(space.parser, cache)
        problems = _static(space, paths, checker)
    if run_labs:
        decisions = Trust([*bundled_folders(), *space.plugins.courses])
        lessons = [space.library.open(path) for path in checker.checked]
        for place in paths or space.library.folders:
            inside = [lesson for lesson in lessons if lesson.path is not None and _is_in(lesson.path, place)]
            used = {path: digest for lesson in inside for path, digest in decisions.files_of(lesson).items()}
            approve(decisions, place, space.catalog, trust, used)
        runner = space.runner(runner_name)
        found, measured = asyncio.run(_dynamic(space, lessons, runner, seeds, jobs or processors()))
        problems += found
        problems = list(dict.fromkeys(problems))
        told = seed_sentences if read_aloud(space) else seed_table
        for line in told(measured, space.catalog) if seeds > 1 else ():
            say(line, err=as_json)
        if seeds > 1 and not measured:
            say(space.catalog("cli.check.no_seed"), err=True)
    problems.sort(key=lambda problem: (str(problem.path), problem.line, problem.column, problem.code))
    if as_json:
        rows = [_row(problem, space) for problem in problems]
        say_json(rows)
    else:
        # In a pipe, an editor or a script reads one problem a line; a person reads repeated problems only once.
        for group in lint.grouped(problems, sys.stdout.isatty()):
            _say(group, space)
        count = len(checker.checked)
        if not problems:
            click.echo(space.catalog("cli.check.clean", count=count))
        else:
            click.echo(space.catalog("cli.check.found", count=len(problems), lessons=count), err=True)
    folders = dict.fromkeys(path.parent for path in checker.checked)
    needed = dict.fromkeys(
        item for folder in folders for item in space.library.requires(folder / COURSE_PAGE)
    )
    lacking = missing(needed)
    if lacking:
        fields = {"packages": ", ".join(lacking), "command": install_command(lacking)}
        click.echo(printable(space.catalog("session.requires", **fields)), err=True)
    if checker.paused:
        names = ", ".join(map(_short, checker.paused[:PAUSED_NAMED]))
        more = "" if len(checker.paused) <= PAUSED_NAMED else " …"
        click.echo(space.catalog("cli.check.paused", files=names + more), err=True)
    sys.exit(1 if problems else 0)


PAUSED_NAMED = 5
"""How many uncompared translations are named."""


def _say(group: list[Problem], space: Workspace) -> None:
    """Print a problem, and the other places in the file with the same one."""
    problem = group[0]
    message, fix = lint.describe(problem, space.catalog)
    aloud = read_aloud(space)
    if aloud:
        where = {"file": _short(problem.path), "line": problem.line, "column": problem.column}
        said = space.catalog("cli.check.problem", code=problem.code, message=message, **where)
        say(space.catalog("doctor.fix", said=said, fix=fix) if fix else said)
    else:
        say(f"{_short(problem.path)}:{problem.line}:{problem.column}: {problem.code} {message}")
        if fix:
            say(f"    → {fix}")
    if len(group) > 1:
        lines = ", ".join(str(other.line) for other in group[1 : LINES_NAMED + 1])
        more = " …" if len(group) > LINES_NAMED + 1 else ""
        same = space.catalog("cli.check.same", count=len(group) - 1, lines=lines + more)
        click.echo(same if aloud else f"    {same}")


LINES_NAMED = 12
"""How many lines with the same problem are named."""


def _static(space: Workspace, paths: tuple[Path, ...], checker: lint.Checker) -> list[Problem]:
    """Lint the lessons below `paths`, or all courses when there are none."""
    folders = [path for path in paths if path.is_dir()]
    libraries = [Library([folder], space.parser) for folder in folders] if paths else [space.library]
    problems = checker.libraries(libraries)
    for path in paths:
        if not path.is_dir() and path not in checker.checked:
            problems += checker.file(path)
    return problems


def _is_in(path: Path, place: Path) -> bool:
    return path.absolute().is_relative_to(place.absolute()) or real(path).is_relative_to(real(place))


ROUNDS = 10
"""How often a file is corrected and checked again: one correction may reveal the next problem."""


def _corrected(space: Workspace, problems: Iterable[Problem]) -> bool:
    """Correct the files with problems where that can be done mechanically; print the changes."""
    changed = False
    for path in dict.fromkeys(problem.path for problem in problems if problem.path is not None):
        try:
            text = before = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # the check itself reports it
        for _ in range(ROUNDS):
            lesson = lint.read(space.parser, text, path)
            wrong = [*lesson.problems, *lint.by_plugins(lesson, space.parser)]
            text, fixed = lint.apply_fixes(text, wrong, space.parser.rules)
            for problem in fixed:
                message, _fix = lint.describe(problem, space.catalog)
                where = f"{_short(path)}:{problem.line}"
                click.echo(
                    space.catalog("cli.check.fixed", where=where, code=problem.code, message=message),
                    err=True,
                )
            if not fixed:
                break
        if text != before:
            _replace(path, text)
            changed = True
    return changed


def _replace(path: Path, text: str) -> None:
    try:
        write_whole(real(path), text.encode("utf-8"), path.stat().st_mode & 0o777)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


async def _dynamic(
    space: Workspace, lessons: Sequence[Lesson], runner: Runner, seeds: int, jobs: int
) -> tuple[list[Problem], list[tuple[Lesson, Measured]]]:
    """Run the lessons' programs, as many at a time as there are jobs, each on one thread."""

    async def ready() -> Runner:
        return runner

    lessons_at_once, turns = asyncio.Semaphore(jobs), asyncio.Semaphore(jobs)
    measured: list[list[Measured]] = [[] for _ in lessons]

    async def checked(lesson: Lesson, measure: Callable[[Measured], object]) -> list[Problem]:
        async with lessons_at_once:
            click.echo(space.catalog("cli.check.running", lesson=lesson.path), err=True)
            shared = partial(modules, lesson.course)
            bench = RunnerBench(space.catalog, ready, space.settings.limits, shared, threads=1)
            return await lint.check_run(
                lesson, bench, runner, space.settings.limits, seeds=seeds, measure=measure, turns=turns
            )

    try:
        # Where there is no way to the runner, one sentence says so, not every lab.
        await runner.warm_up()
        found = await together(
            checked(lesson, kept.append) for lesson, kept in zip(lessons, measured, strict=True)
        )
    finally:
        await runner.close()
    every = [(lesson, each) for lesson, kept in zip(lessons, measured, strict=True) for each in kept]
    return [problem for problems in found for problem in problems], every


def seed_table(measured: Iterable[tuple[Lesson, Measured]], catalog: Catalog) -> Iterator[str]:
    """Yield lines that show what each condition compared, with one column for each seed."""
    for (path, line, file, expression), runs in _by_condition(measured).items():
        yield f"{_short(path)}:{line}: {file}: {expression}"
        names = dict.fromkeys(name for run in runs for name in run.result.values)
        rows = [[catalog("cli.check.seed"), *(str(run.seed) for run in runs)]]
        rows += [[name, *(run.result.values.get(name, "–") for run in runs)] for name in names]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield f"    {'  '.join(cells).rstrip()}"


def seed_sentences(measured: Iterable[tuple[Lesson, Measured]], catalog: Catalog) -> Iterator[str]:
    """Yield in words what each condition compared: a line for each seed."""
    for (path, line, file, expression), runs in _by_condition(measured).items():
        yield catalog("cli.check.condition", file=_short(path), line=line, lab=file, condition=expression)
        for run in runs:
            values = ", ".join(f"{name} {value}" for name, value in run.result.values.items())
            yield f"{catalog('cli.check.seed')} {run.seed}: {values or '-'}"


def _by_condition(
    measured: Iterable[tuple[Lesson, Measured]],
) -> dict[tuple[Path | None, int, str, str], list[Measured]]:
    """Return what was measured by the place of the condition: file, line, lab and expression."""
    groups: dict[tuple[Path | None, int, str, str], list[Measured]] = defaultdict(list)
    for lesson, each in measured:
        condition = next(e for e in each.lab.expect if e.expression == each.result.expression)
        groups[lesson.path, condition.line, each.lab.file, condition.expression].append(each)
    return groups


def _row(problem: Problem, space: Workspace) -> dict[str, object]:
    message, fix = lint.describe(problem, space.catalog)
    return {
        "path": printable(str(problem.path)) if problem.path else None,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": message,
        "fix": fix,
        "error": problem.is_error,
    }


def _short(path: Path | None) -> str:
    """Return the shortest form of a path from the current folder."""
    if path is None:
        return "-"
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
