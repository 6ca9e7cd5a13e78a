"""Vim's replace mode: what is typed takes the place of what is there, and Backspace brings that back."""

from __future__ import annotations

from typing import NamedTuple

from evoclass_tui.indenting import STEP, own_indent
from evoclass_tui.vim.text import Text


class _Typed(NamedTuple):
    sign: str
    new: str
    old: str
    """What it has replaced."""


class Overtyping:
    """Types over a text, from the cursor on."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._done: list[_Typed] = []
        self._indent = ""
        """The indentation of the line before, if that has nothing else any more."""

    @property
    def signs(self) -> str:
        """What was typed; a tab and the end of a line are one sign each."""
        return "".join(typed.sign for typed in self._done)

    def type(self, sign: str) -> None:
        r"""Type a character, `\t` or `\n`."""
        if sign == "\n":
            self.drop_indent()
        row, column = self._text.cursor
        line = self._text.lines[row]
        new = {"\t": STEP[column % len(STEP) :], "\n": "\n" + (self._indent or own_indent(line))}.get(
            sign, sign
        )
        old = "" if sign == "\n" else line[column : column + 1]
        self._text.replace((row, column), (row, column + len(old)), new)
        self._text.cursor = (row + 1, len(new) - 1) if sign == "\n" else (row, column + len(new))
        self._done.append(_Typed(sign, new, old))
        self._indent = ""

    def drop_indent(self) -> None:
        """Take away the indentation that came by itself, if nothing was typed behind it."""
        if self._done and self._done[-1].sign == "\n" and len(self._done[-1].new) > 1:
            row, column = self._text.cursor
            self._indent = self._text.lines[row][:column]
            self._text.replace((row, 0), (row, column), "")
            self._text.cursor = row, 0
            self._done[-1] = self._done[-1]._replace(new="\n")

    def back(self) -> None:
        """Bring back what the last character has replaced; before the first one only the cursor goes back."""
        row, column = self._text.cursor
        if self._done and not self._stands(self._done[-1]):
            self._done.clear()  # the text was changed by something else
        if not self._done:
            before = (row - 1, len(self._text.lines[row - 1])) if row else (0, 0)
            self._text.cursor = (row, column - 1) if column else before
            return
        typed = self._done.pop()
        start = row, column - len(typed.new)
        if typed.sign == "\n":
            start = row - 1, len(self._text.lines[row - 1])
        self._text.replace(start, (row, column), typed.old)
        self._text.cursor = start

    def _stands(self, typed: _Typed) -> bool:
        """Whether the cursor is behind what was typed last."""
        row, column = self._text.cursor
        before = self._text.lines[row][:column]
        return row > 0 and typed.new == f"\n{before}" if typed.sign == "\n" else before.endswith(typed.new)
