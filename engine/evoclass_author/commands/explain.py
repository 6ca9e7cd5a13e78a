"""`evoclass explain E012`: what a code of `evoclass check` means, with an example."""

from __future__ import annotations

import click

from evoclass.commands.options import language_option, workspace
from evoclass.errors import NotFoundError
from evoclass.lint.pages import examples, headline, page
from evoclass_author.texts import TEXT


@click.command(help=TEXT("author.explain.help"))
@click.argument("code", required=False)
@language_option
@click.pass_context
def explain(context: click.Context, code: str | None) -> None:
    space = workspace(context)
    if code is None:
        for known in sorted(examples()):
            click.echo(f"{known}  {headline(known, space.catalog)}")
        return
    wanted = code.strip().upper()
    if wanted not in examples():
        raise NotFoundError(
            space.catalog("problem.page.unknown", code=code, codes=", ".join(sorted(examples())))
        )
    click.echo(page(wanted, space.catalog, space.parser).rstrip())
