"""A program's terminal output as styled lines: colours, carriage returns and erasing work; the rest is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from wcwidth import wcwidth

from evoclass.running.escapes import EscapeReader
from evoclass.running.sgr import PLAIN, Style, styled

Segment = tuple[str, Style]
TerminalLine = tuple[Segment, ...]
Cell = tuple[str, Style]
"""One column: a character with its combining marks; the second column of a wide character is empty."""

_BLANK = (" ", PLAIN)
_MARKS = 16
"""Characters of one cell: a base and its combining marks; no script needs more."""
_REACH = 200
"""Lines above the last one that the cursor can go back to."""


class TerminalBuffer:
    """The last lines of a terminal without a screen: text only grows at its end, or changes near it."""

    def __init__(self, max_lines: int = 10_000, max_columns: int = 10_000) -> None:
        self.lines: deque[TerminalLine] = deque([()], maxlen=max_lines)
        """Lines from old to new; the last one is being written, and may be empty."""
        self.version = 0
        """Grows whenever the text may look different."""
        self.dropped = 0
        """Lines that have fallen out at the top."""
        self._max_columns = max_columns
        self._style = PLAIN
        self._segments: list[Segment] = []
        """The current line while it only grows."""
        self._length = 0
        self._cells: list[Cell] | None = None
        """The current line while the cursor moves about in it."""
        self._column = 0
        self._below = 0
        """How many lines there are below the current one."""
        self._escapes = EscapeReader()

    def feed(self, text: str) -> None:
        """Take output, cut anywhere."""
        if not text:
            return
        for kind, value, parameters in self._escapes.feed(text):
            if kind == "text":
                self._write(value)
            elif kind == "sequence":
                self._obey(value, parameters)
            else:
                self._control(value)
        self._store()
        self.version += 1

    def plain(self) -> str:
        """Return the text without styles."""
        return "\n".join("".join(text for text, _ in line) for line in self.lines)

    def clear(self) -> None:
        """Forget all lines."""
        self.lines.clear()
        self.lines.append(())
        self._below = 0
        self._begin(())
        self.version += 1

    # ------------------------------------------------------------------------------------------------- text

    def _write(self, text: str) -> None:
        first, *others = text.split("\n")
        if first:
            self._put(first)
        if not others:
            return
        if self._below:
            for line in others:
                self._line_feed()
                if line:
                    self._put(line)
            return
        self._store()
        last = others.pop()
        room = self.lines.maxlen or 0
        self.dropped += max(len(self.lines) + len(others) + 1 - room, 0)
        if len(others) > room:
            del others[:-room]
        style = self._style
        if any(len(line) > self._max_columns for line in others):
            others = [self._cut(line) for line in others]
        self.lines.extend([((line, style),) if line else () for line in others])
        self.lines.append(())
        self._begin(())
        if last:
            self._put(last)

    def _cut(self, line: str) -> str:
        return line if len(line) <= self._max_columns else line[: self._max_columns - 1] + "…"

    def _put(self, text: str) -> None:
        if self._cells is not None:
            self._put_cells(text)
            return
        room = self._max_columns - self._length
        if room <= 0:
            return
        if len(text) > room:
            text = text[: room - 1] + "…"
        self._length += len(text)
        if self._segments and self._segments[-1][1] is self._style:
            text = self._segments.pop()[0] + text
        self._segments.append((text, self._style))

    def _put_cells(self, text: str) -> None:
        assert self._cells is not None
        cells = _cells([(text[: self._max_columns], self._style)])
        if cells and not cells[0][0].isascii() and wcwidth(cells[0][0][0]) == 0 and self._column:
            before = self._cells[self._column - 1]
            self._cells[self._column - 1] = ((before[0] + cells.pop(0)[0])[:_MARKS], before[1])
        if self._column > len(self._cells):
            self._cells += [_BLANK] * (self._column - len(self._cells))
        cells = cells[: max(self._max_columns - self._column, 0)]
        self._cells[self._column : self._column + len(cells)] = cells
        self._column += len(cells)

    def _line_feed(self) -> None:
        self._store()
        if self._below:
            self._below -= 1
            self._begin(self.lines[-1 - self._below])
            return
        if len(self.lines) == self.lines.maxlen:
            self.dropped += 1
        self.lines.append(())
        self._begin(())

    def _begin(self, line: TerminalLine) -> None:
        """Take `line` as the current one, with the cursor at its start."""
        self._segments = list(line)
        self._length = sum(len(text) for text, _ in line)
        self._cells = _cells(line) if line else None
        self._column = 0

    def _store(self) -> None:
        """Store the current line where readers see it."""
        if self._cells is not None:
            self.lines[-1 - self._below] = _joined(self._cells)
        else:
            self.lines[-1 - self._below] = tuple(self._segments)

    def _move(self, column: int) -> None:
        """Set the cursor to a column of the current line."""
        if self._cells is None:
            self._cells = _cells(self._segments)
        self._column = min(max(column, 0), self._max_columns - 1)

    @property
    def _cursor(self) -> int:
        if self._cells is not None:
            return self._column
        if all(text.isascii() for text, _ in self._segments):
            return self._length
        return len(_cells(self._segments))

    # --------------------------------------------------------------------------------------------- controls

    def _control(self, character: str) -> None:
        if character == "\r":
            if self._segments or self._cells:
                self._move(0)
        elif character == "\b":
            self._move(self._cursor - 1)
        elif character == "\t":
            spaces = 8 - self._cursor % 8
            if self._cells is None:
                self._put(" " * spaces)
            else:
                self._move(self._column + spaces)
        elif character in "\x0b\x0c\x85":
            self._line_feed()

    def _obey(self, final: str, parameters: str) -> None:
        if final == "m":
            if not parameters or parameters[0].isdigit() or parameters[0] in ";:":
                self._style = styled(self._style, parameters)
            return
        if final not in "ABCDEFGKJPX@" or (parameters and not parameters.replace(";", "").isdecimal()):
            return
        first = parameters.split(";")[0][:5]
        number = int(first) if first else 0
        count = max(number, 1)
        if final in "CDG":
            self._move({"C": self._cursor + count, "D": self._cursor - count, "G": count - 1}[final])
        elif final in "ABEF":
            self._move_lines(-count if final in "AF" else count, keep_column=final in "AB")
        elif final == "J":
            self._erase_display(number)
        else:
            self._edit(final, number, count)

    def _move_lines(self, distance: int, keep_column: bool) -> None:
        column = self._cursor if keep_column else 0
        self._store()
        highest = min(len(self.lines) - 1, _REACH)
        self._below = min(max(self._below - distance, 0), highest)
        self._begin(self.lines[-1 - self._below])
        self._move(column)

    def _erase_display(self, number: int) -> None:
        if number in (2, 3):
            self.clear()
        elif number == 0:
            self._edit("K", 0, 1)
            self._store()
            for _ in range(self._below):
                self.lines.pop()
            self._below = 0

    def _edit(self, final: str, number: int, count: int) -> None:
        """Erase or shift characters of the current line, as `K`, `X`, `P` and `@` say."""
        column = self._cursor
        self._move(column)
        cells = self._cells
        assert cells is not None
        if final == "K" and number == 0:
            del cells[column:]
        elif final == "K" and number == 1:
            cells[: column + 1] = [_BLANK] * min(column + 1, max(len(cells), column))
        elif final == "K" and number == 2:
            cells.clear()
        elif final == "X":
            cells[column : column + count] = [_BLANK] * len(cells[column : column + count])
        elif final == "P":
            del cells[column : column + count]
        elif final == "@":
            cells[column:column] = [_BLANK] * min(count, self._max_columns)
            del cells[self._max_columns :]


def _cells(line: Iterable[Segment]) -> list[Cell]:
    cells: list[Cell] = []
    for text, style in line:
        if text.isascii():
            cells += [(character, style) for character in text]
            continue
        for character in text:
            width = wcwidth(character)
            if width == 0 and cells:
                before, its_style = cells[-1]
                if len(before) < _MARKS:
                    cells[-1] = (before + character, its_style)
                continue
            cells.append((character, style))
            if width == 2:
                cells.append(("", style))
    return cells


def _joined(cells: list[Cell]) -> TerminalLine:
    segments: list[Segment] = []
    characters: list[str] = []
    style = PLAIN
    for character, its_style in cells:
        if its_style is not style and its_style != style:
            if characters:
                segments.append(("".join(characters), style))
                characters = []
            style = its_style
        characters.append(character)
    if characters:
        segments.append(("".join(characters), style))
    return tuple(segment for segment in segments if segment[0])
