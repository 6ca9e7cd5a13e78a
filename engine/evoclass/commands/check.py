"""`evoclass check`: what is wrong with lessons, a line a problem."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from evoclass import lint
from evoclass.bench import RunnerBench
from evoclass.commands.options import TEXT, content_option, json_option, language_option, workspace
from evoclass.errors import NotFoundError, Problem
from evoclass.library import Library
from evoclass.model import Lesson
from evoclass.runner import Runner
from evoclass.workspace import Workspace


@click.command(help=TEXT("cli.check.help"), epilog=TEXT("cli.check.examples"))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--run", "run_labs", is_flag=True, help=TEXT("cli.check.run"))
@json_option
@language_option
@content_option
@click.pass_context
def check(context: click.Context, paths: tuple[Path, ...], run_labs: bool, as_json: bool) -> None:
    space = workspace(context)
    lessons, problems = _static(space, paths)
    if run_labs:
        problems += asyncio.run(_dynamic(space, lessons))
    problems.sort(key=lambda problem: (str(problem.path), problem.line, problem.column, problem.code))
    if as_json:
        rows = [_row(problem, space) for problem in problems]
        click.echo(msgspec.json.format(msgspec.json.encode(rows)).decode())
    else:
        for problem in problems:
            message, fix = lint.describe(problem, space.catalog)
            click.echo(f"{_short(problem.path)}:{problem.line}:{problem.column}: {problem.code} {message}")
            if fix:
                click.echo(f"    → {fix}")
        if not problems:
            click.echo(space.catalog("cli.check.clean", count=len(lessons)))
        else:
            click.echo(space.catalog("cli.check.found", count=len(problems), lessons=len(lessons)), err=True)
    sys.exit(1 if problems else 0)


def _static(space: Workspace, paths: tuple[Path, ...]) -> tuple[list[Lesson], list[Problem]]:
    """Read the lessons below `paths` (all courses when there are none) and lint them."""
    lessons: list[Lesson] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            raise NotFoundError(space.catalog("cli.check.no_path", path=path))
    files = [path for path in paths if path.is_file()]
    folders = [path for path in paths if path.is_dir()]
    libraries = [Library([folder], space.parser) for folder in folders] if paths else [space.library]
    for library in libraries:
        problems += lint.check_course(library)
        for lesson in _lessons(library):
            lessons.append(lesson)
            problems += lint.check_lesson(lesson, space.parser)
    for file in files:
        lesson = space.parser.lesson(file.read_bytes(), file)
        lessons.append(lesson)
        problems += lint.check_lesson(lesson, space.parser)
    return lessons, list(dict.fromkeys(problems))


def _lessons(library: Library) -> Iterable[Lesson]:
    seen: set[Path] = set()
    for language in library.languages:
        for course in library.courses(language):
            for entry in course.lessons:
                if entry.path not in seen:
                    seen.add(entry.path)
                    yield library.lesson(entry.path, language, course)


async def _dynamic(space: Workspace, lessons: Iterable[Lesson]) -> list[Problem]:
    runner = space.runner()

    async def ready() -> Runner:
        return runner

    bench = RunnerBench(space.catalog, ready, space.settings.limits)
    problems: list[Problem] = []
    try:
        for lesson in lessons:
            click.echo(space.catalog("cli.check.running", lesson=lesson.path), err=True)
            problems += await lint.check_run(lesson, bench, runner)
    finally:
        await runner.close()
    return problems


def _row(problem: Problem, space: Workspace) -> dict[str, object]:
    message, fix = lint.describe(problem, space.catalog)
    return {
        "path": str(problem.path) if problem.path else None,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": message,
        "fix": fix,
        "error": problem.is_error,
    }


def _short(path: Path | None) -> str:
    """Return a path as short as it can be said from here."""
    if path is None:
        return "-"
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
