"""`evoclass plugins`: what is plugged in, what it offers, what is broken."""

from __future__ import annotations

import click
import msgspec

from evoclass.commands.options import TEXT, json_option, language_option, workspace


@click.command(help=TEXT("cli.plugins.help"))
@json_option
@language_option
@click.pass_context
def plugins(context: click.Context, as_json: bool) -> None:
    space = workspace(context)
    found = space.plugins
    clashes = found.clashes()
    # The commands were made by other reports, which nobody reads: ask again, for faults.
    found.each("register_commands", cli=click.Group())
    if as_json:
        listed = [
            {
                "name": report.name,
                "package": report.package,
                "version": report.version,
                "ok": not report.error,
                "error": report.error or None,
                "offers": {hook.removeprefix("register_"): names for hook, names in report.offers.items()},
            }
            for report in found.reports.values()
        ]
        click.echo(msgspec.json.format(msgspec.json.encode({"plugins": listed, "clashes": clashes})).decode())
        return
    for report in found.reports.values():
        mark = click.style("✗", fg="red") if report.error else click.style("✓", fg="green")
        offers = "  ".join(
            f"{hook.removeprefix('register_')}: {', '.join(names)}" for hook, names in report.offers.items()
        )
        name = f"{report.name:<12} {report.version:<8}"
        click.echo(
            f"{mark} {name} "
            + (space.catalog("cli.plugins.off", reason=report.error) if report.error else offers)
        )
    for clash in clashes:
        click.echo(click.style("✗ ", fg="red") + clash)
