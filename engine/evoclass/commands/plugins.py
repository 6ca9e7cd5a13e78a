"""`evoclass plugins`: the installed plugins, their contributions and their faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from evoclass.commands.options import CATALOG, json_option, language_option, read_aloud, workspace
from evoclass.commands.output import say_json
from evoclass.disk import paths
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost.commanding import plugin_commands
from evoclass.pluginhost.loading import output_aside
from evoclass.pluginhost.plugins import Plugins
from evoclass.pluginhost.registry import PluginReport
from evoclass.pluginhost.trial import offers, try_all
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.plugins.help"))
@click.option("--trace", is_flag=True, help=CATALOG("cli.plugins.trace"))
@json_option
@language_option
@click.pass_context
def plugins(context: click.Context, as_json: bool, trace: bool) -> None:
    from evoclass.cli import BUNDLED

    space = workspace(context)
    with output_aside():
        found = space.plugins
        try_all(found, lambda plugins: plugin_commands(plugins, BUNDLED))
    if as_json:
        say_json(_document(found) | ({"trace": list(map(asdict, found.trace))} if trace else {}))
    else:
        click.echo("\n".join((*_lines(space), *(_trace(space) if trace else ()))))
    sys.stdout.flush()
    sys.exit(1 if found.damaged or any(report.trouble for report in found.reports.values()) else 0)


def _document(found: Plugins) -> dict[str, object]:
    listed = [
        {
            "name": report.name,
            "package": report.package,
            "version": report.version,
            "bundled": report.bundled,
            "ok": not report.trouble,
            "loaded": not report.error and not report.disabled,
            "error": report.trouble or None,
            "disabled": report.disabled or None,
            "offers": dict(offers(report.offers)),
        }
        for report in found.reports.values()
    ]
    return {"plugins": listed, "damaged": found.damaged}


def _lines(space: Workspace) -> Iterator[str]:
    say, found = space.catalog, space.plugins
    groups = [
        [report for report in found.reports.values() if report.bundled is mine] for mine in (True, False)
    ]
    for title, reports in zip((say("cli.plugins.bundled"), say("cli.plugins.others")), groups, strict=True):
        if reports and all(groups):
            yield click.style(title, bold=True)
        for report in reports:
            yield from _report(space, report)
    for why in found.damaged:
        mark = "" if read_aloud(space) else click.style("✗ ", fg="red")
        yield mark + printable(say("cli.plugins.damaged", reason=why))
    if groups[1]:
        yield say("cli.plugins.advice", file=paths.config_file())


def _report(space: Workspace, report: PluginReport) -> Iterator[str]:
    say = space.catalog
    mark = click.style("✗", fg="red") if report.trouble else click.style("✓", fg="green")
    if report.disabled:
        mark = click.style("–", dim=True)
    known = [f"{hook}: {', '.join(names)}" if names else hook for hook, names in offers(report.offers)]
    aloud = read_aloud(space)
    words = ("; " if aloud else "  ").join(known)
    if report.disabled:
        words = say("cli.plugins.disabled", where=report.disabled)
    elif report.error:
        words = say("cli.plugins.off", reason=report.trouble)
    faulty = say("cli.plugins.faulty", reason="; ".join(report.failures))
    if aloud:
        named = f"{report.name} {report.version}"
        yield printable(f"{named}: {words}" if words else named)
    else:
        yield f"{mark} " + printable(f"{report.name:<12} {report.version:<8} {words}".rstrip())
    if report.failures and not report.error:
        yield printable(faulty if aloud else f"  {'':<21} {faulty}")


def _trace(space: Workspace) -> Iterator[str]:
    """Yield a line for each call, in the order of the calls."""
    say = space.catalog
    yield "\n" + click.style(say("cli.plugins.calls"), bold=True)
    for call in space.plugins.trace:
        time = say("cli.plugins.milliseconds", number=localised(f"{call.seconds * 1000:.1f}", say.language))
        result = say(f"cli.plugins.{call.result}")
        if read_aloud(space):
            yield printable(f"{call.hook}, {call.plugin}: {time}, {result}")
        else:
            yield printable(f"  {call.hook:<20} {call.plugin:<12} {time:>12}  {result}")
