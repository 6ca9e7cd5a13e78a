"""Output of commands: text and JSON in which no character acts on a terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from evoclass.errors import ProgressError
from evoclass.i18n import Catalog
from evoclass.wording.languages import means
from evoclass.wording.printable import ACTING, printable


def say(text: object, err: bool = False) -> None:
    """Print a line that may hold foreign names and words."""
    click.echo(printable(str(text)), err=err)


def as_json_text(document: Any) -> str:
    """Return a document as JSON; characters that act on a terminal are written as escapes, so that nothing is lost."""
    import json

    return ACTING.sub(_escape, json.dumps(msgspec.to_builtins(document), ensure_ascii=False, indent=2))


def say_json(document: Any) -> None:
    """Print a document as JSON."""
    click.echo(as_json_text(document))


def keep_what_is_there(file: Path, catalog: Catalog) -> None:
    """Ask a person at the terminal whether a file may be replaced.  Raises ProgressError unless the answer is yes."""
    if not file.is_file():  # a pipe or a device loses nothing
        return
    if sys.stdin.isatty():
        click.echo(catalog("cli.replace", file=file) + " ", nl=False, err=True)
        if means(sys.stdin.readline(), "yes", catalog.language):
            return
    raise ProgressError(catalog("cli.kept", file=file))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
