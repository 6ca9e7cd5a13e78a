"""Vim's searches: the same as those of the find bar."""

from __future__ import annotations

import re

from evoclass_tui.finding import Match, find, nearest
from evoclass_tui.vim.motions import Place
from evoclass_tui.vim.text import Text


class Search:
    """What is searched for, and in which direction."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._word = ""
        """The word that `*` or `#` searches for: only whole ones are found."""
        self._backwards = False

    @property
    def text(self) -> str:
        """What was searched for last."""
        return self._text.sought

    def preview(self, sought: str) -> None:
        """Mark what a text would find."""
        self._text.mark(find(self._text.lines, sought, exact=False))

    def go(self, command: str, count: int) -> Place | None:
        """Return where `n`, `N`, `*`, `#`, `/TEXT` or `?TEXT` leads."""
        if command[0] in "/?":
            self._backwards = command[0] == "?"
            if sought := command[1:].rstrip("\r"):
                self._text.sought, self._word = sought, ""
        elif command in ("*", "#"):
            self._backwards = command == "#"
            self._take_word()
        step = -1 if self._backwards != (command == "N") else 1
        matches = self._matches()
        self._text.mark(matches)
        if not matches:
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
                    self._text.sought = self._word = found[0]
                    return

    def _matches(self) -> list[Match]:
        sought, lines = self._text.sought, self._text.lines
        if not sought or self._word != sought:
            return find(lines, sought, exact=False)
        whole = re.compile(re.escape(sought) if not sought[0].isalnum() else rf"\b{re.escape(sought)}\b")
        return [
            match for match in find(lines, sought, exact=True) if whole.match(lines[match.row], match.start)
        ]
