"""Commands for authors: explain a problem, start a course, preview, translate, exchange with other formats."""

from __future__ import annotations

import click

from evoclass import hookimpl


@hookimpl
def register_commands(cli: click.Group) -> None:
    from evoclass_author.commands import COMMANDS

    for command in COMMANDS:
        cli.add_command(command)
