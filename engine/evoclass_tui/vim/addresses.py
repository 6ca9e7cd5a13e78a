"""The lines that a line after `:` acts on: `%`, `2,5`, `.,$`, `'a`, `/text/+1`."""

from __future__ import annotations

import re

from evoclass_tui.finding import PatternError, find
from evoclass_tui.vim.marks import Marks
from evoclass_tui.vim.pattern import sought_by
from evoclass_tui.vim.text import Text

Rows = tuple[int, int]
"""The first row and the last one."""

_ADDRESS = re.compile(r"(?:(\d+)|(\.)|(\$)|'(.)|/((?:\\.|[^\\/])*)/?|\?((?:\\.|[^\\?])*)\??)?((?:[+-]\d*)*)")


class Addresses:
    """Finds the lines that are named, from the cursor on."""

    def __init__(self, text: Text, marks: Marks) -> None:
        self._text, self._marks = text, marks

    @property
    def here(self) -> Rows:
        """The line with the cursor."""
        return self._text.cursor[0], self._text.cursor[0]

    def range(self, line: str) -> tuple[Rows | None, str]:
        """Return the rows that a line begins with, and the rest of it.

        Raises PatternError for lines that do not exist.
        """
        last = len(self._text.lines) - 1
        if line.startswith("%"):
            return (0, last), line[1:].lstrip()
        rows: list[int] = []
        here = self._text.cursor[0]
        while True:
            row, line = self._one(line, here)
            if row is not None or rows or line[:1] in (",", ";"):
                rows.append(here if row is None else row)
            if line[:1] not in (",", ";"):
                break
            here = rows[-1] if line[0] == ";" else here
            line = line[1:].lstrip()
        if not rows:
            return None, line
        if min(rows) < -1 or max(rows) > last:
            if not line and len(rows) == 1:  # a number beyond the end leads to the last line
                return (max(0, min(rows[0], last)),) * 2, line
            raise PatternError("vim.no_line", line=max(rows) + 1 if max(rows) > last else min(rows) + 1)
        top, bottom = sorted(max(0, row) for row in rows[-2:]) if len(rows) > 1 else [max(0, rows[0])] * 2
        return (top, bottom), line

    def below(self, address: str) -> int | None:
        """Return the row below the one that is named; None if nothing is named, or more than one line.

        Raises PatternError for a line that does not exist.
        """
        row, rest = self._one(address, self._text.cursor[0])
        if row is None or rest:
            return None
        if not -1 <= row < len(self._text.lines):
            raise PatternError("vim.no_line", line=row + 1)
        return row + 1

    def _one(self, line: str, here: int) -> tuple[int | None, str]:
        found = _ADDRESS.match(line)
        assert found is not None
        number, dot, end, mark, forwards, backwards, steps = found.groups()
        row: int | None = here if dot or steps else None
        if number:
            row = int(number[:9]) - 1
        elif end:
            row = len(self._text.lines) - 1
        elif mark:
            place = self._marks.place(mark)
            if place is None:
                raise PatternError("vim.no_mark", mark=mark)
            row = place[0]
        elif forwards is not None or backwards is not None:
            row = self._searched(forwards if forwards is not None else backwards, here, backwards is not None)
        for step in re.findall(r"[+-]\d*", steps):
            row = (row or 0) + int(f"{step}1" if len(step) == 1 else step[:9])
        return row, line[found.end() :].lstrip()

    def _searched(self, pattern: str, here: int, backwards: bool) -> int:
        sought = sought_by(pattern) if pattern else self._text.sought
        rows = sorted({match.row for match in find(self._text.lines, sought, exact=False)})
        if not rows:
            raise PatternError("vim.not_found", text=sought.text)
        self._text.sought = sought
        if backwards:
            return next((row for row in reversed(rows) if row < here), rows[-1])
        return next((row for row in rows if row > here), rows[0])
