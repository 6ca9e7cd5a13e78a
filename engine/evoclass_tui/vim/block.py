"""What vim's commands do to a block, that is, to the same columns of several lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from evoclass_tui.finding import Match
from evoclass_tui.indenting import STEP
from evoclass_tui.vim.motions import Lines, Place
from evoclass_tui.vim.text import Text

END = 1 << 30
"""The column behind the last character of each line."""


class Block(NamedTuple):
    """Rows and columns; the last row belongs to it, the right column does not."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.top, self.bottom + 1)


def between(anchor: Place, cursor: Place, *, to_end: bool) -> Block:
    """Return the block with two places at its corners; it may reach to the end of each line."""
    (top, bottom), (left, right) = sorted((anchor[0], cursor[0])), sorted((anchor[1], cursor[1]))
    return Block(top, bottom, left, END if to_end else right + 1)


def pieces(lines: Lines, block: Block) -> list[str]:
    """Return what the block covers of each line."""
    return [lines[row][block.left : block.right] for row in block.rows]


def shown(lines: Lines, block: Block) -> list[Match]:
    """Return the stretches of lines that the block covers."""
    ends = [(row, min(block.right, len(lines[row]))) for row in block.rows]
    return [Match(row, block.left, end) for row, end in ends if end > block.left]


def change(text: Text, block: Block, turn: Callable[[str], str]) -> None:
    """Put something else in place of what the block covers; lines that end before it stay as they are."""
    new = []
    for row in block.rows:
        line = text.lines[row]
        reaches = len(line) > block.left
        piece = line[block.left : block.right]
        new.append(line[: block.left] + turn(piece) + line[block.left + len(piece) :] if reaches else line)
    _put(text, block.top, block.bottom, new)
    text.cursor = block.top, block.left


def shift(text: Text, block: Block, steps: int) -> None:
    """Move what begins at the block's left edge, by levels of indentation."""
    new = []
    for row in block.rows:
        head, tail = text.lines[row][: block.left], text.lines[row][block.left :]
        if steps > 0:
            tail = STEP * steps + tail if tail else tail
        else:
            tail = tail[min(-steps * len(STEP), len(tail) - len(tail.lstrip(" "))) :]
        new.append(head + tail)
    _put(text, block.top, block.bottom, new)
    text.cursor = block.top, block.left


def type_into(text: Text, block: Block, typed: str, *, behind: bool) -> None:
    """Type in each of its other lines what was typed in the first one, at its left edge or `behind` it."""
    new = []
    for row in range(block.top + 1, block.bottom + 1):
        line = text.lines[row]
        column = (len(line) if block.right == END else block.right) if behind else block.left
        if len(line) < column and behind:
            line = line.ljust(column)
        new.append(line[:column] + typed + line[column:] if len(line) >= column else line)
    if new:
        _put(text, block.top + 1, block.bottom, new)


def put(text: Text, pieces: list[str], place: Place, times: int) -> None:
    """Put the lines of a block side by side with those of the text, from a place on."""
    row, column = place
    width = max(map(len, pieces))
    bottom = min(row + len(pieces), len(text.lines)) - 1
    new = []
    for number, piece in enumerate(pieces):
        line = text.lines[row + number] if row + number <= bottom else ""
        rest = line[column:]
        filled = piece.ljust(width) * times
        new.append(
            line[:column].ljust(column)
            + (filled + rest if rest else filled.rstrip(" ") if not piece.endswith(" ") else filled)
        )
    _put(text, row, bottom, new)
    text.cursor = place


def _put(text: Text, top: int, bottom: int, lines: list[str]) -> None:
    text.replace((top, 0), (bottom, len(text.lines[bottom])), "\n".join(lines))
