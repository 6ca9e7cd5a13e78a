"""`evoclass keys`: what every key does, as the settings have it."""

from __future__ import annotations

import contextlib
import re
import sys
from itertools import groupby
from typing import Any

import click

from evoclass.commands.options import CATALOG, json_option, language_option, read_aloud, workspace
from evoclass.commands.output import say_json
from evoclass.disk import paths
from evoclass.errors import PluginError
from evoclass.layout import cell_width
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.loading import HOOKS, installed
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.keys.help"), epilog=CATALOG("cli.keys.examples"))
@click.option("--preset", help=CATALOG("cli.keys.preset"), metavar="NAME")
@json_option
@language_option
@click.pass_context
def keys(context: click.Context, as_json: bool, preset: str | None) -> None:
    space = workspace(context)
    table = key_table(space, preset)
    if table is None:
        raise PluginError(space.catalog("cli.no_front_end"))
    if preset and preset != table["preset"]:
        known = ", ".join(table["presets"])
        raise click.BadParameter(CATALOG("cli.keys.no_preset", name=preset, names=known))
    if as_json:
        say_json(table)
    else:
        _print(space, table)
    sys.exit(1 if table["problems"] else 0)


def key_table(space: Workspace, preset: str | None = None) -> dict[str, Any] | None:
    """Return the front end's table of keys, with another preset if one is named; None without a front end."""
    wanted = {**space.settings.keys, **({"preset": preset} if preset else {})}
    for entry in installed(HOOKS):
        with contextlib.suppress(ImportError):  # a front end whose toolkit is missing has no keys
            ask = getattr(entry.point.load(), "key_table", None)
            if ask is not None:
                found: dict[str, Any] = ask(space.plugins, wanted, space.catalog, paths.config_file())
                return found
    return None


def _print(space: Workspace, table: dict[str, Any]) -> None:
    say = space.catalog
    rows = table["keys"]
    wide = max(cell_width("  ".join(row["shown"])) for row in rows)
    names = max(len(row["id"]) for row in rows)
    aloud = read_aloud(space)
    for where, inside in groupby(rows, lambda row: row["where"]):
        click.secho(printable(where), bold=True)
        if aloud:
            for row in inside:
                named = ", ".join(re.sub(r"[+_]", " ", key) for key in row["keys"]) or "-"
                click.echo(printable(f"{row['does']}: {named}. ({row['id']})"))
            continue
        for row in inside:
            shown = "  ".join(row["shown"])
            mark = "*" if row["own"] else "+" if row["changed"] else " "
            pad = " " * (wide - cell_width(shown))
            line = f"{mark} {shown}{pad}  {row['id']:<{names}}  {row['does']}"
            click.echo(printable(line) + (f"  ({say('cli.keys.fixed')})" if row["fixed"] else ""))
    click.echo()
    click.echo(say("cli.keys.legend", preset=table["preset"], file=paths.config_file()))
    for problem in table["problems"]:
        click.echo(printable(f"! {problem['said']}"), err=True)
