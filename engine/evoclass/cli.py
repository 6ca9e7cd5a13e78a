"""`evoclass …`: the commands, and what happens when one goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from evoclass.commands.options import TEXT
from evoclass.errors import EvoClassError, LessonError
from evoclass.faultlog import write_down
from evoclass.lint.describe import describe
from evoclass.plugins import Plugins
from evoclass.workspace import Workspace

BUNDLED = ("learn", "run", "check", "lessons", "progress", "plugins", "doctor")
"""Commands of the engine; each is loaded when it is asked for, so that none waits for what it does not need."""


class Commands(click.Group):
    """The group; `evoclass` alone is `evoclass learn`, and plugins' commands join when one is asked for."""

    _extended = False

    def _extend(self) -> None:
        if not self._extended:
            self._extended = True
            Plugins().each("register_commands", cli=self)

    def get_command(self, context: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in BUNDLED:
            command: click.Command = getattr(import_module(f"evoclass.commands.{cmd_name}"), cmd_name)
            return command
        self._extend()
        return super().get_command(context, cmd_name)

    def list_commands(self, context: click.Context) -> list[str]:
        self._extend()
        return [*BUNDLED, *super().list_commands(context)]


@click.group(cls=Commands, invoke_without_command=True, help=TEXT("cli.help"), epilog=TEXT("cli.examples"))
@click.version_option(package_name="evoclass", prog_name="evoclass")
@click.option("--lang", help=TEXT("cli.option.lang"), metavar="LANGUAGE")
@click.option("--content", type=click.Path(path_type=Path), help=TEXT("cli.option.content"), metavar="FOLDER")
@click.pass_context
def cli(context: click.Context, lang: str | None, content: Path | None) -> None:
    context.obj = Workspace(content=content, asked_language=lang)
    if context.invoked_subcommand is None:
        from evoclass.commands.learn import learn

        context.invoke(learn)


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run a command; an error that EvoClass knows is one message and exit code 2, never a traceback."""
    try:
        return cli.main(args=arguments, prog_name="evoclass", standalone_mode=True)
    except LessonError as error:
        for problem in error.problems:
            message, fix = describe(problem, TEXT)
            place = f"{problem.path}:{problem.line}: " if problem.path is not None else f"{problem.line}: "
            click.echo(f"{place}{problem.code} {message}" + (f"\n    {fix}" if fix else ""), err=True)
    except EvoClassError as error:
        click.echo(TEXT("cli.error", reason=error.said(TEXT)), err=True)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        click.echo(
            TEXT("cli.crash", file=write_down(error), reason=f"{type(error).__name__}: {error}"), err=True
        )
        sys.exit(70)
    sys.exit(2)


if __name__ == "__main__":
    main()
