"""`evoclass export LESSON --to notebook|html|anki|qti`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import click

from evoclass.commands.options import content_option, language_option, trust_option, workspace
from evoclass.errors import ConfigError
from evoclass.learner.openlesson import bundled_folders, make_catalog
from evoclass.learner.trust import Trust
from evoclass.learner.workspace import Workspace
from evoclass.model import Lesson
from evoclass.reading.markup import course_folder
from evoclass.runner import Runner
from evoclass.running.bench import RunnerBench
from evoclass_author import anki, qti
from evoclass_author.asked import Question, questions, solve
from evoclass_author.losses import Losses, note_structure
from evoclass_author.notebook import to_notebook
from evoclass_author.optional import optional
from evoclass_author.output import whole
from evoclass_author.page import page
from evoclass_author.texts import TEXT

SUFFIXES = {"notebook": ".ipynb", "html": ".html", "anki": ".apkg", "qti": ".zip"}


@click.command(help=TEXT("author.export.help"))
@click.argument("lesson")
@click.option("--to", "kind", type=click.Choice(list(SUFFIXES)), required=True, help=TEXT("author.export.to"))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help=TEXT("author.export.output")
)
@trust_option
@language_option
@content_option
@click.pass_context
def export(context: click.Context, lesson: str, kind: str, output: Path | None, trust: bool) -> None:
    space = workspace(context)
    found = space.lesson(lesson)
    target = output or Path(f"{found.id}-{found.language}{SUFFIXES[kind]}")
    asked = questions(found)
    if kind != "qti" and (trust or _trusted(space, found)):
        asyncio.run(_solve(space, asked))
    losses = Losses(found)
    note_structure(losses, found, kind)
    try:
        with whole(target) as file:
            count = _write(space, found, kind, asked, losses, file)
    except (OSError, sqlite3.Error) as error:  # the flash cards are a database inside
        reason = error.strerror if isinstance(error, OSError) else None
        raise ConfigError(f"{target}: {reason or error}") from error
    finally:
        for sentence in losses.sentences(space.catalog):
            click.echo(sentence, err=True)
    click.echo(space.catalog(f"author.export.done_{kind}", file=target, count=count))


def _trusted(space: Workspace, lesson: Lesson) -> bool:
    """Whether programs of the lesson may run here without being asked about."""
    if lesson.path is None:
        return False
    decisions = Trust([*bundled_folders(), *space.plugins.courses])
    return decisions.holds(course_folder(lesson.path))


async def _solve(space: Workspace, asked: Sequence[Question]) -> None:
    runners: list[Runner] = []

    async def ready() -> Runner:
        if not runners:
            runners.append(space.runner())
        return runners[0]

    try:
        await solve(asked, RunnerBench(space.catalog, ready, space.settings.limits))
    finally:
        for runner in runners:
            await runner.close()


def _write(
    space: Workspace, lesson: Lesson, kind: str, asked: Sequence[Question], losses: Losses, file: Path
) -> int:
    """Write the file and return how many cells, blocks or questions it has."""
    catalog = make_catalog(lesson.language, space.plugins)
    if kind == "notebook":
        notebook = to_notebook(lesson, space.parser, catalog, asked, losses)
        optional("nbformat", catalog).write(notebook, file)
        return len(notebook.cells)
    if kind == "html":
        file.write_text(page(lesson, catalog, asked, losses), encoding="utf-8")
        return len(lesson.blocks)
    count = (
        anki.write(lesson, catalog, asked, losses, file)
        if kind == "anki"
        else qti.write(lesson, asked, losses, file)
    )
    if not count:
        raise ConfigError(space.catalog("author.export.no_questions", lesson=lesson.id, format=kind))
    return count
