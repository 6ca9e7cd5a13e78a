"""Output of commands: text and JSON in which no character acts on a terminal."""

from __future__ import annotations

import re
from typing import Any

import click
import msgspec

from evoclass.wording.printable import ACTING, printable


def say(text: object, err: bool = False) -> None:
    """Print a line that may hold foreign names and words."""
    click.echo(printable(str(text)), err=err)


def say_json(document: Any) -> None:
    """Print a document as JSON; characters that act on a terminal are written as escapes, so that nothing is lost."""
    import json

    text = json.dumps(msgspec.to_builtins(document), ensure_ascii=False, indent=2)
    click.echo(ACTING.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
