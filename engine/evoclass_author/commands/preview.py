"""`evoclass preview FILE`: the lesson on the screen, drawn again at every save, with problems and figures in place."""

from __future__ import annotations

from pathlib import Path

import click

from evoclass.commands import screen
from evoclass.commands.options import at_terminal, language_option, workspace
from evoclass.errors import ConfigError
from evoclass.learner.session import Session
from evoclass.reading.filenames import course_folder, language_of
from evoclass.reading.library import Library
from evoclass_author.beside import Beside
from evoclass_author.commands.report import read_report, tell_left_out
from evoclass_author.texts import CATALOG


@click.command(help=CATALOG("author.preview.help"), epilog=CATALOG("author.preview.examples"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path),
    help=CATALOG("author.preview.report"),
    metavar="FILE",
)
@language_option
@click.pass_context
def preview(context: click.Context, file: Path, reports: tuple[Path, ...]) -> None:
    space = workspace(context)
    if not at_terminal():
        raise ConfigError(space.catalog("author.preview.no_terminal"))
    file = Path(screen.left_open() or file.absolute())
    language = space.asked_language or language_of(file)
    store = space.store_in("preview.db")
    try:
        library = Library([course_folder(file)], space.parser)
        beside = None
        if reports:
            found = read_report(space, library, language, reports)
            tell_left_out(found, space.catalog)
            beside = Beside(found, space.catalog)
        session = Session.preview(library, store, space.plugins, space.settings, file, language, beside)
        runners = space.plugins.make_runners()
        again = screen.show(space, session, runners)
    finally:
        store.close()
    if again:
        screen.begin_again(session)
