"""`evoclass import notebook.ipynb`: a notebook becomes a lesson."""

from __future__ import annotations

import warnings
from pathlib import Path

import click

from evoclass.commands.options import workspace
from evoclass.errors import ConfigError
from evoclass.inline import slug as slug_of
from evoclass.lint import apply_fixes, check_lesson
from evoclass.model import Heading, plain_text
from evoclass_author.notebook import escaped, from_notebook, without_dead_links
from evoclass_author.optional import optional
from evoclass_author.scaffold import slug
from evoclass_author.texts import TEXT


@click.command("import", help=TEXT("author.import.help"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path("."), help=TEXT("author.import.into")
)
@click.pass_context
def import_(context: click.Context, file: Path, folder: Path) -> None:
    space = workspace(context)
    nbformat = optional("nbformat", space.catalog)
    try:
        with warnings.catch_warnings(action="ignore"):  # about ids of cells, which a lesson does not keep
            notebook = nbformat.read(file, as_version=4)
        text, images = from_notebook(notebook, slug(file.stem))
    except Exception as error:
        # nbformat raises whatever its JSON and schema libraries raise; for the author it is all one.
        reason = str(error).split("\n", 1)[0]
        raise ConfigError(space.catalog("author.import.no_notebook", file=file, reason=reason)) from error
    lesson = space.parser.lesson(text)
    target = folder / f"{lesson.number:02}-{lesson.id}.md"
    if target.exists():
        raise ConfigError(f"{target} exists already; nothing was changed")
    anchors = {slug_of(plain_text(block.text)) for block in lesson.walk() if isinstance(block, Heading)}
    text = without_dead_links(text, folder, images, anchors)
    for _ in range(20):
        before = text
        text, _ = apply_fixes(text, space.parser.lesson(text, target).problems)
        text = escaped(text, space.parser.lesson(text, target).problems)
        if text == before:
            break
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in images.items():
            (folder / name).write_bytes(data)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder}: {error.strerror}") from error
    click.echo(space.catalog("author.import.done", file=target, cells=len(notebook.cells)))
    problems = check_lesson(space.parser.lesson(text, target), space.parser)
    if problems:
        click.echo(space.catalog("author.import.problems", count=len(problems)), err=True)
