"""What click says of a command that is written wrongly, in the reader's language: click has it in English only."""

from __future__ import annotations

from functools import cache

import click

from evoclass.commands.options import CATALOG
from evoclass.wording.sentences import DEFAULT, own_sentences

NAMES = (
    *("try", "error", "aborted", "value", "value_for", "argument", "option", "command", "choices"),
    *("no_option", "no_command", "near", "near_several", "extra", "extra_several", "no_value", "flag"),
    *("number", "range", "choice", "choice_of", "file", "folder", "path", "missing"),
    *("is_file", "is_folder", "unreadable", "unwritable"),
)
"""Names of these sentences; the English ones are click's own, to the letter."""


def translate_click() -> None:
    """Have click use our sentences for its messages."""
    for module in (click.core, click.exceptions, click.parser, click.types):
        vars(module).update(_=_translated, ngettext=_of_two)


@cache
def _known() -> dict[str, str]:
    english = own_sentences("evoclass", DEFAULT)
    return {english[key]: CATALOG(key) for key in (f"cli.misuse.{name}" for name in NAMES)}


def _translated(words: str) -> str:
    return _known().get(words, words)


def _of_two(one: str, many: str, number: int) -> str:
    return _translated(one if number == 1 else many)
