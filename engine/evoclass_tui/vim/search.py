"""Vim's searches: the same as those of the find bar, with vim's patterns."""

from __future__ import annotations

import re

from evoclass_tui.finding import Match, PatternError, Sought, find, nearest
from evoclass_tui.vim.motions import Place
from evoclass_tui.vim.pattern import sought_by
from evoclass_tui.vim.text import Tell, Text


class Search:
    """What is searched for, and in which direction."""

    def __init__(self, text: Text, tell: Tell) -> None:
        self._text, self._tell = text, tell
        self._exact = Sought()
        """The word that `*` or `#` searches for: capitals count."""
        self._backwards = False

    def preview(self, typed: str) -> None:
        """Mark what a pattern would find."""
        try:
            self._text.mark(find(self._text.lines, sought_by(typed), exact=False))
        except PatternError:
            self._text.mark(())  # it is not complete, perhaps

    def go(self, command: str, count: int) -> Place | None:
        """Return where `n`, `N`, `*`, `#`, `/PATTERN` or `?PATTERN` leads."""
        try:
            if command[0] in "/?":
                self._backwards = command[0] == "?"
                if typed := command[1:].rstrip("\r"):
                    self._text.sought = sought_by(typed)
            elif command in ("*", "#"):
                self._backwards = command == "#"
                self._take_word()
            return self._found(count, -1 if self._backwards != (command == "N") else 1)
        except PatternError as error:
            self._tell(error.key, **error.fields)
            return None

    def _found(self, count: int, step: int) -> Place | None:
        sought = self._text.sought
        matches: list[Match] = find(self._text.lines, sought, exact=sought == self._exact)
        self._text.mark(matches)
        if not matches:
            if sought.text:
                self._tell("vim.not_found", text=sought.text)
            return None
        row, column = self._text.cursor
        at = nearest(matches, (row, column + 1)) if step > 0 else nearest(matches, (row, column), -1)
        match = matches[(at + step * (count - 1)) % len(matches)]
        return match.row, match.start

    def _take_word(self) -> None:
        """Search for the word at the cursor, or else for the next one of the line, or else for other signs."""
        row, column = self._text.cursor
        for signs in (r"\w+", r"[^\w\s]+"):
            for found in re.finditer(signs, self._text.lines[row]):
                if found.end() > column:
                    self._text.cursor = row, found.start()
                    self._text.sought = self._exact = Sought(found[0], whole=signs == r"\w+")
                    return
