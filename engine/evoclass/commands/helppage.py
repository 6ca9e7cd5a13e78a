"""Help pages whose fixed words, which click has only in English, are also in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

import click

from evoclass.commands.options import CATALOG

FIXED = {
    "Options": "cli.page.options",
    "Commands": "cli.page.commands",
    "Show this message and exit.": "cli.page.help",
    "Show the version and exit.": "cli.page.version",
}
"""click's own words, and our key for each."""

ARGUMENTS = {
    "[OPTIONS]": "cli.page.any_options",
    "COMMAND [ARGS]...": "cli.page.any_command",
    "[COMMAND] [ARGS]...": "cli.page.any_optional_command",
}
"""The same for the line that shows how a command is written."""


class HelpPage(click.HelpFormatter):
    """Writes a help page as click does, with its fixed words translated."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for words, key in ARGUMENTS.items():
            args = args.replace(words, CATALOG(key))
        super().write_usage(prog, args, f"{CATALOG('cli.page.usage')} " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_translated(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(first, _translated(second)) for first, second in rows], col_max, col_spacing)


def _translated(words: str) -> str:
    return CATALOG(FIXED[words]) if words in FIXED else words
