"""The command line, `evoclass …`: it runs commands and reports their errors."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from evoclass.commands.helppage import HelpPage
from evoclass.commands.options import CATALOG, language_option
from evoclass.commands.output import say
from evoclass.disk import log, paths
from evoclass.disk.crashlog import write_down
from evoclass.disk.log import logger_of
from evoclass.errors import ConfigError, EvoClassError, LessonError
from evoclass.i18n import Catalog
from evoclass.learner import config
from evoclass.learner.openlesson import make_catalog
from evoclass.learner.workspace import Workspace
from evoclass.pluginhost import loading
from evoclass.pluginhost.commanding import plugin_commands
from evoclass.pluginhost.current import latest
from evoclass.pluginhost.plugins import Plugins
from evoclass.wording.asciifold import fold
from evoclass.wording.printable import ACTING, printable
from evoclass.wording.sentences import DEFAULT

BUNDLED = (
    *("learn", "review", "recap", "notes", "search", "run", "check", "lessons", "progress", "submit"),
    *("plugins", "runners", "keys", "doctor"),
)
"""The engine's own commands.  Each is imported only when it is needed, so that no command waits for others' imports."""


logger = logger_of(__name__)

click.Context.formatter_class = HelpPage  # for every command, including plugins'


class Commands(click.Group):
    """The top-level command group: `evoclass` alone is `evoclass learn`, and plugins' commands are loaded on demand."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        # These may appear anywhere: the set of plugins decides which commands exist, and which options they take.
        names, rest = taken_out("--no-plugin", args)
        paths, rest = taken_out("--plugin", rest)
        context.ensure_object(Workspace).no_plugins += names
        if paths:  # in the environment, because the processes that run programs load plugins too
            known = os.environ.get(loading.PLUGINS, "").split(os.pathsep)
            os.environ[loading.PLUGINS] = os.pathsep.join(
                dict.fromkeys(filter(None, [*known, *map(os.path.abspath, paths)]))
            )
        return super().parse_args(context, rest)

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in BUNDLED:
            command: click.Command = getattr(import_module(f"evoclass.commands.{cmd_name}"), cmd_name)
            return command
        return _more_commands(context).get(cmd_name)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Read a lesson's number or file, given instead of a command, as `learn` with that lesson."""
        first = args[0]
        if self.get_command(context, first) is None and (first.isdecimal() or Path(first).is_file()):
            args = ["learn", *args]
        return super().resolve_command(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return [*BUNDLED, *sorted(_more_commands(context))]


def _more_commands(context: click.Context) -> dict[str, click.Command]:
    return plugin_commands(context.find_root().ensure_object(Workspace).plugins, BUNDLED)


def taken_out(option: str, arguments: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the values of an option that may appear anywhere, and the other words; `--` ends the search."""
    names: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word.startswith(f"{option}="):
            names.append(word.partition("=")[2])
        elif word == option and (name := next(words, None)) is not None:
            names.append(name)
        else:
            rest.append(word)
    return tuple(names), rest


@click.group(
    cls=Commands, invoke_without_command=True, help=CATALOG("cli.help"), epilog=CATALOG("cli.examples")
)
@click.version_option(package_name="evoclass", prog_name="evoclass")
@language_option
@click.option(
    "--content", type=click.Path(path_type=Path), help=CATALOG("cli.option.content"), metavar="FOLDER"
)
@click.option("--plugin", expose_value=False, help=CATALOG("cli.option.plugin"), metavar="PATH")
@click.option("--no-plugin", expose_value=False, help=CATALOG("cli.option.no_plugin"), metavar="NAME")
@click.pass_context
def cli(context: click.Context, content: Path | None) -> None:
    space = context.ensure_object(Workspace)
    space.content = content
    context.call_on_close(lambda: _let_listeners_end(space))
    _tell_of_unknown_names(space)
    _pass_on(space)
    if context.invoked_subcommand not in (None, "learn"):
        gc.enable()
    if context.invoked_subcommand is None:
        from evoclass.commands.learn import learn

        context.invoke(learn)


def _tell_of_unknown_names(space: Workspace) -> None:
    """Report unknown names, and go on: a setting may belong to a plugin, and a typo must not stop the command."""
    try:
        unknown = space.settings.unknown
        tables = bool(space.settings.plugins or space.settings.runners)
    except ConfigError:
        unknown, tables = (), False  # the code that needs the settings reports it
    if tables:
        for error in space.plugins.setting_problems(paths.config_file()):
            click.echo(printable(error.said(CATALOG)), err=True)
    for name in unknown:
        near = next(iter(get_close_matches(name, config.names(), 1)), "")
        key = "config.unknown_near" if near else "config.unknown"
        click.echo(CATALOG(key, path=paths.config_file(), name=printable(name), near=near), err=True)
    if space.no_plugins:
        for name in space.plugins.unknown(space.no_plugins):
            click.echo(CATALOG("plugin.unknown", name=printable(name)), err=True)


def _let_listeners_end(space: Workspace) -> None:
    """Let the plugins' listeners hear the remaining events, and report failures; the wait is short."""
    if "plugins" not in vars(space):
        return
    space.plugins.listeners.close()
    for plugin, reason in space.plugins.listeners.news():
        say(CATALOG("plugin.deaf", plugin=plugin, reason=reason), err=True)


def _complete_streams() -> None:
    """Open standard streams that were closed at the start (`<&-`), so that no other file takes their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            mode = "r" if number == 0 else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _pass_on(space: Workspace) -> None:
    """Make the processes that run programs leave out the same plugins."""
    try:
        names = [*space.settings.disabled_plugins, *space.no_plugins]
    except ConfigError:
        names = [*space.no_plugins]
    if names:
        known = os.environ.get(loading.NO_PLUGINS, "")
        os.environ[loading.NO_PLUGINS] = ",".join(filter(None, [known, *names]))


def main() -> NoReturn:
    """Run the command that the command line names, and end the process."""
    begun = time.perf_counter()
    try:
        run(sys.argv[1:])
        code: object = 0
    except SystemExit as leaving:
        code = leaving.code
    if not isinstance(code, int | None):
        click.echo(str(code), err=True)
        code = 1
    logger.info("ended with %s after %.3f s", code or 0, time.perf_counter() - begun)
    if loading.strangers:
        from evoclass.pluginhost.parting import part

        part(code or 0)
    sys.exit(code)


def run(arguments: Sequence[str]) -> Any:
    """Run a command; an error that EvoClass knows gives one message and exit code 2, never a traceback."""
    _complete_streams()
    fold(sys.stdout, sys.stderr)
    words = list(arguments)
    try:
        log.begin()
    except OSError as error:
        click.echo(CATALOG("log.cannot_write", reason=str(error)), err=True)
    logger.info("evoclass %s", " ".join(words))
    if CATALOG.language != DEFAULT:
        from evoclass.commands.misuse import translate_click

        translate_click()
    try:
        if any(map(ACTING.search, words)):
            return _with_odd_words(words)
        return cli.main(args=words, prog_name="evoclass", standalone_mode=True)
    except LessonError as error:
        from evoclass.lint.describe import describe

        for problem in error.problems:
            message, fix = describe(problem, CATALOG)
            place = f"{problem.path}:{problem.line}: " if problem.path is not None else f"{problem.line}: "
            say(f"{place}{problem.code} {message}" + (f"\n    {fix}" if fix else ""), err=True)
    except EvoClassError as error:
        click.echo(CATALOG("cli.error", reason=error.said(_catalog_for(error))), err=True)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        click.echo(
            CATALOG("cli.crash", file=write_down(error), reason=f"{type(error).__name__}: {error}"), err=True
        )
        sys.exit(70)
    sys.exit(2)


def _catalog_for(error: EvoClassError) -> Catalog:
    """Return the sentences for an error: with those of plugins, if it has a sentence of theirs."""
    found = latest()
    if error.key and not CATALOG.has(error.key) and isinstance(found, Plugins):
        return make_catalog(CATALOG.language, found)
    return CATALOG


def _with_odd_words(words: list[str]) -> Any:
    """Run a command line with control characters in it: click's messages about it must not act on the terminal."""
    try:
        code = cli.main(args=words, prog_name="evoclass", standalone_mode=False)
    except click.ClickException as error:
        say(error.format_message(), err=True)
        code = error.exit_code
    except click.Abort:
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
