"""Vim's marks: places that stay with their lines while the text around them changes."""

from __future__ import annotations

from evoclass_tui.vim.motions import Lines, Place
from evoclass_tui.vim.text import Text

BEFORE_JUMP = "'"
"""Where the cursor was before the last jump."""

CHANGED = "."
"""Where the text was changed last."""

SELECTED = ("<", ">")
"""Both ends of what was selected last."""


class Marks:
    """Places by the sign that names them."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._places: dict[str, Place] = {BEFORE_JUMP: (0, 0)}
        self._lines: Lines = ()
        """The text as the places have it."""

    def on(self, text: Text) -> Marks:
        """Return the same marks in another text, which is like this one so far."""
        marks = Marks(text)
        marks._places, marks._lines = dict(self._places), tuple(text.lines)
        return marks

    def set(self, name: str, place: Place) -> None:
        """Mark a place."""
        self.follow()
        self._places["'" if name == "`" else name] = place

    def place(self, name: str) -> Place | None:
        """Return a marked place; None if there is none, or if its line is gone."""
        self.follow()
        found = self._places.get("'" if name == "`" else name)
        if found is None or found[0] >= len(self._text.lines):
            return None
        return found[0], min(found[1], max(0, len(self._text.lines[found[0]]) - 1))

    def follow(self) -> None:
        """Move the marks along with their lines, after a change of the text."""
        before, now = self._lines, self._text.lines
        self._lines = tuple(now)
        added = len(now) - len(before)
        if not before or not added:
            return
        same = 0
        while same < min(len(before), len(now)) and before[same] == now[same]:
            same += 1
        below, most = 0, min(len(before), len(now)) - same
        while below < most and before[-1 - below] == now[-1 - below]:
            below += 1
        end = len(before) - below
        """The first row below the change, as it was counted before."""
        for name, (row, column) in list(self._places.items()):
            if row >= end:
                self._places[name] = row + added, column
            elif row >= end + min(added, 0) and added < 0 and name not in (BEFORE_JUMP, CHANGED):
                del self._places[name]
