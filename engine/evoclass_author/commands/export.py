"""`evoclass export LESSON --to FORMAT`."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from evoclass.commands.options import content_option, language_option, trust_option, workspace
from evoclass.commands.output import say
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError
from evoclass.exporter import Export, Losses
from evoclass.learner.openlesson import bundled_folders, make_catalog
from evoclass.learner.trust import Trust
from evoclass.learner.workspace import Workspace
from evoclass.model import Lesson
from evoclass.pluginhost.exchanging import written
from evoclass.reading.coursefiles import LARGEST
from evoclass.reading.filenames import course_folder
from evoclass.reading.supplies import modules
from evoclass.runner import Runner
from evoclass.running.bench import RunnerBench
from evoclass_author.asked import Question, questions, solve
from evoclass_author.commands.format import Format
from evoclass_author.output import whole
from evoclass_author.texts import CATALOG


@click.command(help=CATALOG("author.export.help"))
@click.argument("lesson")
@click.option("--to", "name", type=Format("exporters"), required=True, help=CATALOG("author.export.to"))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help=CATALOG("author.export.output")
)
@trust_option
@language_option
@content_option
@click.pass_context
def export(context: click.Context, lesson: str, name: str, output: Path | None, trust: bool) -> None:
    space = workspace(context)
    found = space.lesson(lesson)
    exporter = space.plugins.exporters[name]
    target = output or Path(f"{found.id}-{found.language}{exporter.suffix}")
    asked = questions(found)
    if exporter.runs_programs and (trust or _trusted(space, found)):
        asyncio.run(_solve(space, found, asked))
    losses = Losses(found)
    unsolved = {question.block.id: question.failure for question in asked if question.failure}
    going = Export(found, make_catalog(found.language, space.plugins), losses, unsolved)
    try:
        with whole(target) as file:
            count = written(space.plugins, exporter, going, file)
    except ConfigError as error:
        raise ConfigError(error.said(space.catalog)) from error
    except (OSError, sqlite3.Error) as error:  # the flash cards contain a database
        reason = error.strerror if isinstance(error, OSError) else None
        raise ConfigError(f"{target}: {reason or error}") from error
    finally:
        for sentence in losses.sentences(space.catalog):
            click.echo(sentence, err=True)
    say(space.catalog(exporter.done, file=target, count=count))
    for name, path in going.beside.items():
        say(space.catalog(_copied(path, target.parent / name), file=target.parent / name, source=path))


def _copied(path: Path, copy: Path) -> str:
    """Copy a file of the course and return the key of the sentence that says so; another file there stays."""
    try:
        content = read_bytes(path, LARGEST)
        if os.path.lexists(copy):
            same = copy.is_file() and read_bytes(copy, LARGEST) == content
            return "author.export.beside" if same else "author.export.beside_kept"
        with copy.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    return "author.export.beside"


def _trusted(space: Workspace, lesson: Lesson) -> bool:
    """Whether programs of the lesson, as it was read, may run here without a question to the learner."""
    if lesson.path is None:
        return False
    decisions = Trust([*bundled_folders(), *space.plugins.courses])
    place = course_folder(lesson.path)
    return decisions.always(place) or decisions.holds(
        place, decisions.digest(place, decisions.files_of(lesson))
    )


async def _solve(space: Workspace, lesson: Lesson, asked: Sequence[Question]) -> None:
    runners: list[Runner] = []

    async def ready() -> Runner:
        if not runners:
            runners.append(space.runner())
        return runners[0]

    try:
        shared = partial(modules, lesson.course)
        await solve(asked, RunnerBench(space.catalog, ready, space.settings.limits, shared))
    finally:
        for runner in runners:
            await runner.close()
