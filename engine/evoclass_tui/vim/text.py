"""What vim's commands need of an editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evoclass_tui.finding import Match, Sought
from evoclass_tui.vim.motions import Lines, Place


class Tell(Protocol):
    """Takes the key and the fields of a sentence about a command that cannot be carried out."""

    def __call__(self, key: str, **fields: object) -> None: ...


class Text(Protocol):
    """The text that is edited, and what surrounds it."""

    @property
    def lines(self) -> Lines:
        """The text, line by line."""

    @property
    def page(self) -> int:
        """How many rows are in view."""

    @property
    def top(self) -> int:
        """The first row that is in view."""

    cursor: Place
    sought: Sought
    """What was searched for last, here or elsewhere."""
    clipboard: str
    """What was copied last, here or elsewhere."""

    def replace(self, start: Place, end: Place, text: str) -> None:
        """Replace a part of the text; the cursor may go anywhere."""

    def indent_after(self, line: str) -> str:
        """Return the indentation that is expected after a line."""

    def undo(self) -> None:
        """Take the last command back."""

    def redo(self) -> None:
        """Carry out again what was taken back."""

    def scroll(self, top: int) -> None:
        """Have a row as the first one in view, as far as the text reaches."""

    def mark(self, matches: Sequence[Match]) -> None:
        """Mark what a search has found."""

    def write(self) -> None:
        """Save the text."""

    def leave(self) -> None:
        """Give the keys back to the window."""
