"""`evoclass learn`: open a lesson in the terminal interface, or in plain mode."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import click

from evoclass.commands import screen
from evoclass.commands.options import (
    CATALOG,
    at_terminal,
    can_draw,
    content_option,
    language_option,
    trust_option,
    workspace,
)
from evoclass.errors import ConfigError
from evoclass.learner.session import Session
from evoclass.pluginhost.laterrunners import LaterRunners
from evoclass.pluginhost.loading import PLUGINS
from evoclass.wording.printable import printable


@click.command(help=CATALOG("cli.learn.help"), epilog=CATALOG("cli.learn.examples"))
@click.argument("lesson", required=False)
@language_option
@content_option
@click.option("--plain", is_flag=True, help=CATALOG("cli.learn.plain"))
@click.option("--runner", "runner_name", help=CATALOG("cli.option.runner"), metavar="NAME")
@trust_option
@click.pass_context
def learn(
    context: click.Context,
    lesson: str | None = None,
    plain: bool = False,
    runner_name: str | None = None,
    trust: bool = False,
) -> None:
    space = workspace(context)
    plain = plain or space.settings.plain
    if not plain and not at_terminal():
        raise ConfigError(space.catalog("cli.learn.no_terminal"))
    if not plain and not can_draw():
        click.echo(space.catalog("cli.learn.dumb"), err=True)
        plain = True
    if lesson is not None and Path(lesson).is_dir():
        space.content, lesson = Path(lesson), None
    if not plain and os.environ.get(PLUGINS) and hasattr(os, "fork"):
        screen.go_on_in_child()
    lesson = screen.left_open() or lesson
    settings = space.settings.changed(runner=runner_name) if runner_name else space.settings
    if plain:
        space.syncing.bring()  # the window looks once it is drawn
    if runner_name:
        space.runner(runner_name)  # a name that does not exist is an error now, not at the first run
    session = Session.open(space.library, space.store, space.plugins, settings, lesson, space.asked_language)
    session.syncing = space.syncing
    if trust:
        try:
            session.permission.give()
        except ConfigError as error:
            click.echo(space.catalog("trust.not_kept", reason=printable(error.said(space.catalog))), err=True)
    runners = LaterRunners(space.plugins.make_runners)
    try:
        if plain:
            for report in space.plugins.reports.values():
                if report.trouble:
                    reason = space.catalog("plugin.trouble", plugin=report.name, reason=report.trouble)
                    click.echo(reason, err=True)
            from evoclass.plain import PlainFrontEnd

            gc.enable()
            PlainFrontEnd(session, runners).run()
            return
        again = screen.show(space, session, runners)
    finally:
        space.store.close()
        space.syncing.close()
    if again:
        screen.begin_again(session)
