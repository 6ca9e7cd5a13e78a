"""Vim's `:s///c`: each match is asked about before it is replaced."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass_tui.finding import Match
from evoclass_tui.vim.motions import first_sign
from evoclass_tui.vim.text import Text


class Confirmation:
    """Goes from match to match; those that are still to come move along with what is put before them."""

    def __init__(self, text: Text, wanted: Sequence[tuple[Match, str]]) -> None:
        """Take the matches, and what is to be put in place of each."""
        self._old = [text.lines[match.row][match.start : match.end] for match, _ in wanted]
        self._text, self._wanted = text, list(wanted)
        self._rows = 0
        """How many rows lower than at first the next match is."""
        self._columns = (-1, 0)
        """The row, as it was counted at first, in which matches have moved, and by how many columns."""
        self.count = 0
        """How many have been replaced."""
        self._show()

    @property
    def new(self) -> str | None:
        """What is to be put in place of the next match; None once nothing is to be asked."""
        return self._wanted[0][1] if self._wanted else None

    def answer(self, sign: str) -> None:
        """Take `y`, `n`, `a`, `l` or `q`; anything else leaves the question as it is."""
        if self._wanted and not self._is_there():
            self._wanted.clear()  # the text was changed by something else
            return
        if sign in ("y", "l"):
            self._replace()
        if sign == "n":
            del self._wanted[0]
        while sign == "a" and self._wanted:
            self._replace()
            row = self._text.cursor[0]
            self._text.cursor = row, first_sign(self._text.lines[row])
        if sign in ("q", "l"):
            self._wanted.clear()
        self._show()

    def _place(self, match: Match) -> Match:
        by = self._columns[1] if self._columns[0] == match.row else 0
        return Match(match.row + self._rows, match.start + by, match.end + by)

    def _is_there(self) -> bool:
        now = self._place(self._wanted[0][0])
        lines = self._text.lines
        return now.row < len(lines) and lines[now.row][now.start : now.end] == self._old[-len(self._wanted)]

    def _replace(self) -> None:
        match, new = self._wanted.pop(0)
        now = self._place(match)
        self._text.replace((now.row, now.start), (now.row, now.end), new)
        *before, last = new.split("\n")
        start = 0 if before else now.start
        self._columns = match.row, start + len(last) - match.end
        self._rows += len(before)
        self.count += 1
        self._text.cursor = now.row + len(before), 0

    def _show(self) -> None:
        """Mark the match that is asked about, and put the cursor there."""
        now = [self._place(match) for match, _ in self._wanted[:1]]
        self._text.mark(now)
        for match in now:
            self._text.cursor = match.row, match.start
