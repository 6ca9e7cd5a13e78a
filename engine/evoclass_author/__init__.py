"""Commands for authors and teachers: start a course, preview, translate, exchange with other formats, report, grade."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from evoclass import hookimpl

if TYPE_CHECKING:
    from evoclass.exporter import Exporter
    from evoclass.importer import Importer


@hookimpl
def register_commands(cli: click.Group) -> None:
    from evoclass_author.commands import COMMANDS

    for command in COMMANDS:
        cli.add_command(command)


@hookimpl
def register_exporters() -> Iterable[type[Exporter]]:
    from evoclass_author.exporters import EXPORTERS

    return EXPORTERS


@hookimpl
def register_importers() -> Iterable[type[Importer]]:
    from evoclass_author.importers import NotebookImporter

    return [NotebookImporter]
