"""Rows as CSV that a spreadsheet reads as text and numbers, and never as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from evoclass.wording.printable import printable

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


def csv_rows(rows: Iterable[Iterable[object]]) -> str:
    """Return lines of CSV; a text that looks like a formula gets an apostrophe before it."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return made.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = " ".join(printable(value).split("\n"))
    return f"'{text}" if text.lstrip().startswith(FORMULAS) else text
