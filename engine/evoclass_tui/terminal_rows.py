"""Which row of the terminal panel shows which line of the buffer, when long lines wrap into further rows."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice, repeat

from rich.cells import cell_len

from evoclass.running.terminal import TerminalBuffer, TerminalLine

REACH = 256
"""Lines above the end that a program can still change; those further up keep their rows."""


class TerminalRows:
    """Updated line by line, so that a flood costs only as much as the lines it adds."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int]] = []
        """Number of the line since the program's start, and part of it, for each row."""
        self.width = 0
        """Columns of the panel when the rows were laid out."""
        self._dropped = 0
        self.end = 0
        """Number of the line after the last one."""

    def __len__(self) -> int:
        return len(self._rows)

    def line_at(self, row: int, buffer: TerminalBuffer) -> tuple[TerminalLine, int]:
        """Return the line that a row shows, and which part of it; an empty line if it has been dropped meanwhile."""
        number, part = self._rows[row]
        at = number - buffer.dropped
        return (buffer.lines[at], part) if 0 <= at < len(buffer.lines) else ((), 0)

    def update(self, buffer: TerminalBuffer, width: int, waiting: bool) -> int:
        """Apply the buffer's changes, and return how many rows have been dropped at the top.

        `waiting` gives an empty last line a row, for the cursor.
        """
        end = buffer.dropped + len(buffer.lines)
        fallen = bisect_left(self._rows, (buffer.dropped, 0))
        del self._rows[:fallen]
        if width != self.width or end < self.end or buffer.dropped < self._dropped:
            self._rows.clear()
            self.end = buffer.dropped
        first = max(buffer.dropped, self.end - REACH)
        del self._rows[bisect_left(self._rows, (first, 0)) :]
        lines = list(islice(buffer.lines, first - buffer.dropped, None))
        # A character is at most two columns wide, so most lines need no further measuring.
        long = [at for at, line in enumerate(lines) if _characters(line) * 2 > width]
        done = 0
        for at in long:
            self._rows.extend(zip(range(first + done, first + at), repeat(0)))
            columns = sum(cell_len(text) for text, _ in lines[at])
            self._rows.extend((first + at, part) for part in range(max(1, -(-columns // width))))
            done = at + 1
        self._rows.extend(zip(range(first + done, end), repeat(0)))
        if not waiting and buffer.lines and not any(text for text, _ in buffer.lines[-1]):
            self._rows.pop()
        self.width, self._dropped, self.end = width, buffer.dropped, end
        return fallen


def _characters(line: TerminalLine) -> int:
    return len(line[0][0]) if len(line) == 1 else sum([len(text) for text, _ in line])
