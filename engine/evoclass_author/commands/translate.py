"""`evoclass translate LESSON it`: make or update a lesson's file in another language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from evoclass.commands.options import content_option, workspace
from evoclass.disk.regularfile import read_bytes
from evoclass.errors import ConfigError, LessonError
from evoclass.i18n import LANGUAGES
from evoclass.learner.workspace import Workspace
from evoclass.lint import read as read_lesson
from evoclass.lint.drift import drift
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.reading.source import MAX_BYTES, read
from evoclass_author.output import whole
from evoclass_author.texts import CATALOG
from evoclass_author.translation import Translated, confirm, start, update


@click.command(help=CATALOG("author.translate.help"))
@click.argument("lesson")
@click.argument("language")
@click.option(
    "--from",
    "origin",
    default="en",
    type=click.Choice(list(LANGUAGES)),
    help=CATALOG("author.translate.from"),
)
@click.option("--confirm", "confirmed", is_flag=True, help=CATALOG("author.translate.confirm"))
@content_option
@click.pass_context
def translate(context: click.Context, lesson: str, language: str, origin: str, confirmed: bool) -> None:
    space = workspace(context)
    source = _source(context, lesson, origin)
    if language == origin or not language.isascii() or not language.isalpha() or len(language) not in (2, 3):
        raise click.BadParameter(space.catalog("author.translate.bad_language", language=language))
    if source.parent.name != origin:
        raise ConfigError(space.catalog("author.translate.no_folder", file=source, language=origin))
    target = source.parent.parent / language / source.name
    text = _read(source)
    try:
        if not target.exists():
            outcome = start(text, language, origin, space.parser, source)
        else:
            step = confirm if confirmed else update
            outcome = step(text, _read(target), origin, space.parser, target)
    except LessonError as error:
        at = target if target.exists() else source
        raise LessonError(
            [replace(problem, path=problem.path or at) for problem in error.problems]
        ) from error
    if confirmed and target.exists():
        _look(space, text, source, outcome.text, target)
    _write(target, outcome)
    fields = {
        "new": outcome.new,
        "changed": outcome.changed,
        "gone": outcome.gone,
        "waiting": outcome.waiting,
    }
    key = "author.translate.done" if outcome.waiting else "author.translate.in_step"
    click.echo(space.catalog(key, file=target, **fields))


BUILT_OTHERWISE = ("E083", "E084", "W091", "W092", "W095")
"""Problems of a translation that lacks blocks of its source, or has others."""


def _look(space: Workspace, text: str, source: Path, translated: str, target: Path) -> None:
    """Raise ConfigError when a translation to be confirmed does not have the blocks of its source."""
    lessons = read_lesson(space.parser, text, source), read_lesson(space.parser, translated, target)
    found = [problem for problem in drift(*lessons) if problem.code in BUILT_OTHERWISE]
    if found:
        raise ConfigError(
            space.catalog(
                "author.translate.built_otherwise",
                file=target,
                count=len(found),
                line=lessons[1].own_line(found[0].line),
            )
        )


def _source(context: click.Context, lesson: str, origin: str) -> Path:
    space = workspace(context)
    path = Path(lesson)
    if path.name == COURSE_PAGE and path.is_file():
        return path.absolute()
    found = space.library.lesson(lesson, origin).path
    assert found is not None
    return found.absolute()


def _read(path: Path) -> str:
    try:
        return read(read_bytes(path, MAX_BYTES)).text
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except LessonError as error:
        raise LessonError([replace(problem, path=path) for problem in error.problems]) from error


def _write(path: Path, outcome: Translated) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as written:
            written.write_text(outcome.text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
