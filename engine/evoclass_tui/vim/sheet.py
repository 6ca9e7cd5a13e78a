"""Lines on which many commands act one after the other, before the editor shows what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass_tui.finding import Match
from evoclass_tui.vim.motions import Place
from evoclass_tui.vim.text import Text


class Sheet:
    """A text that knows of each line whether it was there before, and which one it was."""

    def __init__(self, of: Text) -> None:
        self._of = of
        self.lines = list(of.lines)
        self.numbers: list[int | None] = list(range(len(self.lines)))
        """The row that each line had at first; None for a new one."""
        self.cursor = of.cursor
        self.sought, self.clipboard = of.sought, of.clipboard
        self.page, self.top = of.page, of.top

    def replace(self, start: Place, end: Place, text: str) -> None:
        """Replace a part; the line where it begins stays the same one, unless whole lines give way."""
        (top, left), (bottom, right) = start, end
        head, tail = self.lines[top][:left], self.lines[bottom][right:]
        new = f"{head}{text}{tail}".split("\n")
        numbers: list[int | None] = [None] * len(new)
        if not left and not right and (not text or text.endswith("\n")):
            numbers[-1] = self.numbers[bottom]
        else:
            numbers[0] = self.numbers[top]
        self.lines[top : bottom + 1], self.numbers[top : bottom + 1] = new, numbers

    def finish(self) -> None:
        """Have the text as the sheet is, in one change."""
        before, now, of = self._of.lines, self.lines, self._of
        if list(before) != now:
            most = min(len(before), len(now)) - 1
            same = next((row for row in range(most) if before[row] != now[row]), most)
            most -= same
            below = next((row for row in range(most) if before[-1 - row] != now[-1 - row]), most)
            last = len(before) - below - 1
            new = "\n".join(now[same : len(now) - below])
            of.replace((same, 0), (last, len(before[last])), new)
        of.cursor, of.sought = self.cursor, self.sought
        if of.clipboard != self.clipboard:
            of.clipboard = self.clipboard

    def indent_after(self, line: str) -> str:
        """Return the indentation that is expected after a line."""
        return self._of.indent_after(line)

    # What only the editor itself can do; no command that acts on a sheet asks for it.

    def undo(self) -> None: ...

    def redo(self) -> None: ...

    def scroll(self, top: int) -> None: ...

    def mark(self, matches: Sequence[Match]) -> None: ...

    def write(self) -> None: ...

    def leave(self) -> None: ...
