"""`evoclass report FILE…`: how the questions of a course went, over the files of many learners."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from evoclass.commands.options import content_option, json_option, language_option, read_aloud, workspace
from evoclass.commands.output import say, say_json
from evoclass.errors import NotFoundError
from evoclass.i18n import Catalog
from evoclass.learner.workspace import Workspace
from evoclass.reading.library import Library
from evoclass_author import reporttext
from evoclass_author.handedin import files_in
from evoclass_author.report import Report
from evoclass_author.spreadsheet import csv_rows
from evoclass_author.texts import CATALOG

OFTEN = 5.0
"""Seconds between two sentences on how far the work is."""


@click.command(help=CATALOG("author.report.help"), epilog=CATALOG("author.report.examples"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--hardest", is_flag=True, help=CATALOG("author.report.hardest"))
@click.option("--plain", is_flag=True, help=CATALOG("author.report.plain"))
@click.option("--csv", "as_csv", is_flag=True, help=CATALOG("author.report.csv"))
@json_option
@language_option
@content_option
@click.pass_context
def report(
    context: click.Context,
    files: tuple[Path, ...],
    hardest: bool,
    plain: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    if as_csv and as_json:
        raise click.UsageError(CATALOG("author.report.csv_or_json"))
    space = workspace(context)
    found = read_report(space, space.library, space.language, files)
    if as_json:
        say_json(reporttext.document(found, space.catalog, hardest=hardest))
    elif as_csv:
        click.echo(csv_rows([reporttext.HEADER, *reporttext.rows(found, hardest=hardest)]), nl=False)
    else:
        _show(found, space, hardest=hardest, plain=plain or read_aloud(space))
    tell_left_out(found, space.catalog)
    sys.exit(1 if found.left_out else 0)


def _show(found: Report, space: Workspace, *, hardest: bool, plain: bool) -> None:
    form = reporttext.sentences if plain else reporttext.table
    lines = list(form(found, space.catalog, hardest=hardest))
    for line in lines:
        click.echo(line)
    if not lines:
        say(space.catalog("author.report.nothing", count=found.learners))
    notes = list(reporttext.remarks(found, space.catalog))
    if lines and notes:
        click.echo()
    for note in notes:
        say(note)


def read_report(space: Workspace, library: Library, language: str, files: Iterable[Path]) -> Report:
    """Return the report over files and folders.  Raises NotFoundError when there is no file."""
    every = files_in(files)
    if not every:
        raise NotFoundError(space.catalog("author.report.no_files"))
    found = Report(library, language)
    found.read(every, _telling(space.catalog))
    return found


def tell_left_out(found: Report, catalog: Catalog) -> None:
    """Say which files could not be used, and why."""
    for one in found.left_out:
        say(catalog("author.report.left_out", reason=one.error.said(catalog)), err=True)


def _telling(catalog: Catalog) -> Callable[[int, int], None]:
    """Return what says now and then how far the work is."""
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > OFTEN and done < total:
            last = time.monotonic()
            click.echo(catalog("author.report.reading", share=f"{done / total:.0%}"), err=True)

    return tell
