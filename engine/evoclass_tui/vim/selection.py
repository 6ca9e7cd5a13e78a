"""How much text is selected in vim's visual modes: the characters at both ends are part of it."""

from __future__ import annotations

from evoclass_tui.vim.motions import Lines, Place
from evoclass_tui.vim.objects import Region

Extent = tuple[int, int, bool]
"""Rows and columns that were selected, and whether in whole lines."""


def rows(anchor: Place, cursor: Place) -> Region:
    """Return the lines that are selected; commands leave the cursor at their start, or where it is in the first one."""
    start = cursor if cursor[0] < anchor[0] else (anchor[0], 0)
    return Region(start, max(anchor, cursor), linewise=True)


def characters(lines: Lines, start: Place, end: Place) -> Region:
    """Return the characters from one place to another one."""
    if end[1] < len(lines[end[0]]):
        return Region(start, (end[0], end[1] + 1))
    # The line break, too.
    return Region(start, (end[0] + 1, 0) if end[0] + 1 < len(lines) else (end[0], len(lines[end[0]])))


def extent(anchor: Place, cursor: Place, *, linewise: bool) -> Extent:
    """Return how much is selected."""
    (top, left), (bottom, right) = sorted((anchor, cursor))
    return bottom - top, right - left if top == bottom else right, linewise


def extended(lines: Lines, cursor: Place, size: Extent) -> Region:
    """Return as much text, from the cursor on, as was selected when a change was made."""
    height, columns, linewise = size
    row, column = cursor
    bottom = min(row + height, len(lines) - 1)
    if linewise:
        return Region((row, column), (bottom, 0), linewise=True)
    last = column + columns if not height else columns
    last = min(last, len(lines[bottom]) - 1)
    # Near the end of the text there may be less of it.
    return characters(lines, (row, column), (bottom, max(last, column) if bottom == row else last))


def last_row(part: Region) -> int:
    """Return the last row that a part has characters of."""
    whole = not part.linewise and part.end[1] == 0 and part.end[0] > part.start[0]
    return part.end[0] - 1 if whole else part.end[0]
