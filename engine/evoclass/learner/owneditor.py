"""The learner's own editor."""

from __future__ import annotations

import os
from pathlib import Path

import click

from evoclass.errors import ConfigError, EvoClassError
from evoclass.i18n import Catalog


def edit(file: Path, say: Catalog) -> None:
    """Open the learner's editor (`$VISUAL`, `$EDITOR`) on a file, and wait until it ends.

    Raises ConfigError if it cannot be started, EvoClassError if it fails; what it has saved by then is in the file.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "$EDITOR"
    try:
        click.edit(filename=str(file))
    except (OSError, ValueError) as error:  # a quotation mark in the variable is never closed
        raise ConfigError(say("editor.missing", editor=editor, problem=error)) from error
    except click.ClickException as error:
        cause = error.__cause__
        if isinstance(cause, OSError):
            problem = cause.strerror or str(cause)
            raise ConfigError(say("editor.missing", editor=editor, problem=problem)) from error
        raise EvoClassError(say("editor.failed", editor=editor)) from error
