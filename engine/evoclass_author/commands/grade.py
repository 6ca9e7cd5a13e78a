"""`evoclass grade FILE…`: submissions graded again by the course's own checks, as a table for a spreadsheet."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

from evoclass.commands.options import (
    approve,
    content_option,
    json_option,
    language_option,
    trust_option,
    workspace,
)
from evoclass.commands.output import say_json
from evoclass.errors import NotFoundError, ProgressError, RunnerUnavailable
from evoclass.learner import submission
from evoclass.learner.openlesson import bundled_folders, make_catalog
from evoclass.learner.submission import SUFFIX
from evoclass.learner.trust import Trust
from evoclass.learner.workspace import Workspace
from evoclass.model import Lesson
from evoclass.reading.filenames import course_folder
from evoclass.running import programtext
from evoclass.running.load import processors
from evoclass_author.grading import Grade, Graded, Grading, Lessons, on_one_line
from evoclass_author.handedin import files_in
from evoclass_author.spreadsheet import csv_rows
from evoclass_author.texts import CATALOG

SANDBOX = "local-sandboxed"

HEADER = (
    *("file", "learner", "course", "lesson", "question", "score", "passed", "claimed"),
    *("tries", "hints", "solution_seen", "seconds", "note"),
)


@click.command(help=CATALOG("author.grade.help"), epilog=CATALOG("author.grade.examples"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--runner", "runner_name", default=SANDBOX, help=CATALOG("author.grade.runner"), metavar="NAME")
@click.option("--jobs", type=click.IntRange(1, 64), help=CATALOG("author.grade.jobs"))
@trust_option
@json_option
@language_option
@content_option
@click.pass_context
def grade(
    context: click.Context,
    files: tuple[Path, ...],
    runner_name: str,
    jobs: int | None,
    trust: bool,
    as_json: bool,
) -> None:
    space = workspace(context)
    every = files_in(files, (SUFFIX,))
    if not every:
        raise NotFoundError(space.catalog("author.grade.no_files"))
    lessons = Lessons(space.library)
    _prepare(space, _lessons_of(every, lessons), runner_name, trust)
    grading = Grading(
        lessons,
        partial(space.runner, runner_name),
        space.settings.limits,
        space.catalog,
        cache(partial(make_catalog, plugins=space.plugins)),
    )
    found: list[Graded] = []

    def take(one: Graded) -> None:
        found.append(one)
        click.echo(_told(one, len(found), len(every), space), err=True)
        if not as_json:
            click.echo(csv_rows(_rows(one)), nl=False)
            sys.stdout.flush()

    if not as_json:
        click.echo(csv_rows([HEADER]), nl=False)
    try:
        asyncio.run(_all(grading, every, jobs or processors(), take))
    finally:  # what has been graded is not lost when the teacher stops
        if as_json:
            say_json([_document(one) for one in found])
    sys.exit(1 if any(one.problem for one in found) else 0)


async def _all(grading: Grading, files: Sequence[Path], jobs: int, take: Callable[[Graded], None]) -> None:
    """Grade files, so many at a time, and hand over each in its turn as soon as it is there."""
    turns = asyncio.Semaphore(jobs)

    async def one(file: Path) -> Graded:
        async with turns:
            return await grading.grade(file)

    tasks = [asyncio.create_task(one(file)) for file in files]
    try:
        for task in tasks:
            take(await task)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _lessons_of(files: Iterable[Path], lessons: Lessons) -> list[Lesson]:
    """Return the lessons here that files are of; what is wrong with a file is told when its turn comes."""
    found: dict[Path | None, Lesson] = {}
    for file in files:
        with suppress(ProgressError):
            head = submission.read(file).head
            lesson = lessons.find(head, head.language)
            if lesson is not None:
                found[lesson.path] = lesson
    return list(found.values())


def _prepare(space: Workspace, lessons: Iterable[Lesson], runner: str, trust: bool) -> None:
    """Make sure that programs can run, and that the course's own may.

    Raises NotFoundError, RunnerUnavailable, NotTrustedError.
    """
    running = [lesson for lesson in lessons if any(block.exercise.runs_code for block in lesson.exercises)]
    classes = space.plugins.runners
    if runner not in classes:
        raise NotFoundError(space.catalog("cli.no_runner", name=runner, names=", ".join(classes) or "-"))
    if not running:
        return
    availability = space.plugins.available(classes[runner])
    if not availability.ok:
        said = availability.said(space.catalog)
        if runner == SANDBOX:
            said = space.catalog("author.grade.no_sandbox", reason=said)
        raise RunnerUnavailable(said)
    # Each file has a runner of its own, so what no program needs must not be loaded again and again.
    wanted = any(
        programtext.wants_torch(text, Path())
        for lesson in running
        for block in lesson.exercises
        for text in block.exercise.programs()
    )
    os.environ.setdefault("EVOCLASS_PRELOAD", "torch" if wanted else "")
    decisions = Trust([*bundled_folders(), *space.plugins.courses])
    used: dict[Path, dict[Path, str]] = {}
    for lesson in running:
        if lesson.path is not None:
            place = course_folder(lesson.path)
            used.setdefault(place, {}).update(decisions.files_of(lesson))
    for place, files in used.items():
        approve(decisions, place, space.catalog, trust, files)


def _told(one: Graded, done: int, total: int, space: Workspace) -> str:
    """Return in a sentence what became of a file."""
    fields: dict[str, object] = {"file": on_one_line(one.file.name), "done": done, "total": total}
    if one.head is None or one.problem:
        return space.catalog("author.grade.told_problem", problem=one.problem, **fields)
    fields |= {"learner": on_one_line(one.head.learner), "lesson": on_one_line(one.head.title)}
    fields |= {"passed": sum(grade.passed for grade in one.grades), "count": len(one.grades)}
    said = [space.catalog("author.grade.told", **fields)]
    if differing := sum(grade.differs for grade in one.grades):
        said.append(space.catalog("author.grade.differ", count=differing))
    if one.changed:
        said.append(space.catalog("author.grade.changed"))
    return " ".join(said)


def _rows(one: Graded) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a file, with the columns of `HEADER`; a file without grades has one that says why."""
    head = one.head
    named = [on_one_line(text) for text in (head.learner, head.course, head.lesson)] if head else [""] * 3
    if one.problem:
        yield (one.file.name, *named, *("",) * 8, one.problem)
    for grade in one.grades:
        yield (one.file.name, *named, *_cells(grade))


def _cells(grade: Grade) -> tuple[object, ...]:
    return (
        grade.question,
        "" if grade.score is None else round(grade.score, 3),
        int(grade.passed),
        round(grade.claimed, 3) if grade.differs and grade.claimed is not None else "",
        grade.trail.tries,
        grade.trail.hints,
        int(grade.trail.seen),
        round(grade.trail.seconds),
        grade.note,
    )


def _document(one: Graded) -> dict[str, Any]:
    head = one.head
    return {
        "file": str(one.file),
        "learner": head.learner if head else None,
        "course": head.course if head else None,
        "lesson": head.lesson if head else None,
        "problem": one.problem or None,
        "lesson_changed": one.changed,
        "questions": [
            {
                "question": grade.question,
                "score": grade.score,
                "passed": grade.passed,
                "claimed_score": grade.claimed,
                "differs": grade.differs,
                "tries": grade.trail.tries,
                "hints": grade.trail.hints,
                "solution_seen": grade.trail.seen,
                "seconds": round(grade.trail.seconds, 1),
                "note": grade.note,
                "answer": None if grade.answer is None else dict(grade.answer),
            }
            for grade in one.grades
        ],
        "programs": dict(one.programs),
    }
