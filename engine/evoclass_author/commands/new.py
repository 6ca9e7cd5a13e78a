"""`evoclass new`: a course or a lesson that passes `evoclass check`, or a plugin whose tests pass."""

from __future__ import annotations

from pathlib import Path

import click

from evoclass.commands.options import workspace
from evoclass.commands.output import say
from evoclass.i18n import LANGUAGES
from evoclass_author.scaffold import add_lesson, make_course, put_in_step
from evoclass_author.texts import CATALOG
from evoclass_author.workshop import KINDS, make_plugin


def _languages(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name not in LANGUAGES:
            raise click.BadParameter(CATALOG("cli.bad_language", name=name, names=", ".join(LANGUAGES)))
    if not names:
        raise click.BadParameter(CATALOG("cli.bad_language", name=value, names=", ".join(LANGUAGES)))
    return names


@click.group(help=CATALOG("author.new.help"))
def new() -> None:
    """Group of `course`, `lesson` and `plugin`."""


@new.command(help=CATALOG("author.new.course_help"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help=CATALOG("author.new.title"), metavar="TEXT")
@click.option("--code", default="", help=CATALOG("author.new.code"), metavar="CODE")
@click.option(
    "--languages", default="en", callback=_languages, help=CATALOG("author.new.languages"), metavar="en,it"
)
@click.pass_context
def course(
    context: click.Context, folder: Path, title: str | None, code: str, languages: tuple[str, ...]
) -> None:
    space = workspace(context)
    name = title or folder.absolute().name.replace("-", " ").replace("_", " ").capitalize()
    made = make_course(folder, name, code, languages)
    put_in_step(made, space.parser)
    for path in made:
        say(path)
    click.echo(space.catalog("author.new.next", folder=folder, language=languages[0]), err=True)


@new.command(help=CATALOG("author.new.lesson_help"))
@click.argument("title")
@click.option(
    "--in", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path(".")
)
@click.option("--number", type=click.IntRange(1, 999), help=CATALOG("author.new.number"), metavar="N")
@click.option(
    "--lang", "language", default="en", type=click.Choice(list(LANGUAGES)), help=CATALOG("author.new.lang")
)
@click.pass_context
def lesson(context: click.Context, title: str, folder: Path, number: int | None, language: str) -> None:
    space = workspace(context)
    for path in add_lesson(folder, title, space.parser, number, language):
        say(path)


@new.command(help=CATALOG("author.new.plugin_help"), epilog=CATALOG("author.new.plugin_examples"))
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True, help=CATALOG("author.new.kind")
)
@click.option(
    "--in", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path(".")
)
@click.pass_context
def plugin(context: click.Context, name: str, kind: str, folder: Path) -> None:
    made = make_plugin(name, kind, folder)
    for path in made:
        say(path)
    space = workspace(context)
    place, package = made[0].parent, made[3].parent.name
    click.echo(space.catalog("author.new.plugin_next", folder=place, package=package), err=True)
