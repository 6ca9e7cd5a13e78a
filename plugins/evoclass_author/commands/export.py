"""`evoclass export LESSON --to notebook|html|anki|qti`."""

from __future__ import annotations

from pathlib import Path

import click

from evoclass.commands.options import content_option, language_option, workspace
from evoclass.errors import ConfigError
from evoclass.model import Lesson
from evoclass.openlesson import make_catalog
from evoclass.source import read
from evoclass.workspace import Workspace
from evoclass_author import anki, html, qti
from evoclass_author.losses import losses
from evoclass_author.notebook import to_notebook
from evoclass_author.optional import optional
from evoclass_author.texts import TEXT

SUFFIXES = {"notebook": ".ipynb", "html": ".html", "anki": ".apkg", "qti": ".zip"}


@click.command(help=TEXT("author.export.help"))
@click.argument("lesson")
@click.option("--to", "kind", type=click.Choice(list(SUFFIXES)), required=True, help=TEXT("author.export.to"))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help=TEXT("author.export.output")
)
@language_option
@content_option
@click.pass_context
def export(context: click.Context, lesson: str, kind: str, output: Path | None) -> None:
    space = workspace(context)
    found = space.lesson(lesson)
    target = output or Path(f"{found.id}-{found.language}{SUFFIXES[kind]}")
    try:
        count = _write(space, found, kind, target)
    except OSError as error:
        raise ConfigError(f"{target}: {error.strerror}") from error
    for sentence in losses(found, kind, space.catalog):
        click.echo(sentence, err=True)
    click.echo(space.catalog(f"author.export.done_{kind}", file=target, count=count))


def _write(space: Workspace, lesson: Lesson, kind: str, target: Path) -> int:
    """Write the file and return how many cells, blocks or questions it has."""
    catalog = make_catalog(lesson.language, space.plugins)
    if kind == "notebook":
        assert lesson.path is not None
        text = read(lesson.path.read_bytes()).text
        notebook = to_notebook(text, lesson, space.parser, catalog)
        optional("nbformat", catalog).write(notebook, target)
        return len(notebook.cells)
    if kind == "html":
        html.write(lesson, catalog, target)
        return len(lesson.blocks)
    count, left_out = (anki if kind == "anki" else qti).write(lesson, catalog, target)
    if left_out:
        names = ", ".join(block.id for block in left_out)
        click.echo(space.catalog("author.export.left_out", questions=names), err=True)
    if not count:
        target.unlink(missing_ok=True)
        raise ConfigError(space.catalog("author.export.no_questions", lesson=lesson.id, format=kind))
    return count
