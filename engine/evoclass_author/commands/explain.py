"""`evoclass explain E012`: the meaning of a code of `evoclass check`, with an example."""

from __future__ import annotations

import click

from evoclass.commands.options import language_option, workspace
from evoclass.commands.output import say
from evoclass.errors import NotFoundError
from evoclass.lint.pages import headline, known, page
from evoclass_author.texts import CATALOG


@click.command(help=CATALOG("author.explain.help"))
@click.argument("code", required=False)
@language_option
@click.pass_context
def explain(context: click.Context, code: str | None) -> None:
    space = workspace(context)
    codes = sorted(known(space.parser))
    if code is None:
        for each in codes:
            say(f"{each}  {headline(each, space.catalog, space.parser)}")
        return
    wanted = code.strip().upper()
    if wanted not in codes:
        raise NotFoundError(space.catalog("problem.page.unknown", code=code, codes=", ".join(codes)))
    click.echo(page(wanted, space.catalog, space.parser).rstrip())
