"""Options that several commands take, and the language of `--help`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from evoclass.errors import ConfigError, NotTrustedError
from evoclass.i18n import LANGUAGES, Catalog, command_language
from evoclass.learner.trust import Trust
from evoclass.learner.workspace import Workspace
from evoclass.wording.languages import means
from evoclass.wording.printable import printable

CATALOG = Catalog(command_language())
"""Interface text for help pages and for errors before a workspace is open."""

LANGUAGE_HELP = CATALOG("cli.option.lang", names=", ".join(LANGUAGES))


def _language(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        raise click.BadParameter(CATALOG("cli.bad_language", name=value, names=", ".join(LANGUAGES)))
    if value is not None:
        workspace(context).asked_language = value
    return value


def _content(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    if value is not None:
        if not value.exists():
            raise click.BadParameter(CATALOG("cli.no_folder", folder=value))
        workspace(context).content = value
    return value


def workspace(context: click.Context) -> Workspace:
    """Return the workspace of this command line."""
    found: Workspace = context.ensure_object(Workspace)
    return found


language_option = click.option(
    "--lang", callback=_language, expose_value=False, help=LANGUAGE_HELP, metavar="LANGUAGE"
)
content_option = click.option(
    "--content",
    type=click.Path(path_type=Path),
    callback=_content,
    expose_value=False,
    help=CATALOG("cli.option.content"),
    metavar="FOLDER",
)
json_option = click.option("--json", "as_json", is_flag=True, help=CATALOG("cli.option.json"))
trust_option = click.option("--trust", is_flag=True, help=CATALOG("trust.option"))


def approve(trust: Trust, place: Path, catalog: Catalog, yes: bool, shown: Mapping[Path, str]) -> None:
    """Take `--trust`, or ask a person at the terminal; `shown` are digests of the lessons as they were read.

    Raises NotTrustedError when the answer is no.
    """
    if trust.always(place):
        return
    digest = trust.digest(place, shown)
    if trust.holds(place, digest):
        return
    if not yes and sys.stdin.isatty():
        click.echo(catalog("trust.ask", folder=place) + " ", nl=False, err=True)
        yes = means(sys.stdin.readline(), "yes", catalog.language)
    if not yes:
        raise NotTrustedError(place, catalog("trust.needed", folder=place), digest)
    try:
        trust.grant(place, digest)
    except ConfigError as error:
        click.echo(catalog("trust.not_kept", reason=printable(error.said(catalog))), err=True)


def at_terminal() -> bool:
    """Whether a person is here, able to see a screen and type."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def can_draw() -> bool:
    """Whether the terminal can move its cursor; the one in an editor's shell buffer cannot."""
    return os.environ.get("TERM", "") not in ("dumb", "unknown")


def read_aloud(space: Workspace) -> bool:
    """Whether output is made for a screen reader: words instead of signs, and no columns."""
    return space.settings.plain or not can_draw()
