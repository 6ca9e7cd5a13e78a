"""How far vim's commands reach: where they lead the cursor, and what operators are applied to."""

from __future__ import annotations

from evoclass_tui.vim.command import Command, shown
from evoclass_tui.vim.marks import Marks
from evoclass_tui.vim.motions import MOTIONS, Motion, first_sign, in_line, word, word_end
from evoclass_tui.vim.objects import NAMES, Region, region
from evoclass_tui.vim.search import Search
from evoclass_tui.vim.text import Tell, Text

_PAGES = {"\x04": 0.5, "\x15": -0.5, "\x06": 1.0, "\x02": -1.0}
"""Keys that go down or up by so many pages."""

_SEARCHES = ("n", "N", "*", "#")


class Reach:
    """Finds the places that commands name, from the cursor on."""

    def __init__(self, text: Text, marks: Marks, tell: Tell) -> None:
        self.text, self.marks = text, marks
        self.search = Search(text, tell)
        self._tell = tell
        self._found = ("", "")
        """The last of `f`, `F`, `t` and `T`, and its character."""

    def motion(self, command: Command) -> Motion | None:
        """Return where a command leads; None if it leads nowhere."""
        lines, place, rest, times = self.text.lines, self.text.cursor, command.rest, command.times
        if rest == "%" and command.given is not None:
            row = min(len(lines), (command.given * len(lines) + 99) // 100) - 1
            return Motion((row, first_sign(lines[row])), "linewise") if command.given <= 100 else None
        if rest in MOTIONS:
            lead, kind = MOTIONS[rest]
            found = lead(lines, place, times)
            return Motion(found, kind) if found is not None else None
        if rest in ("gg", "G"):
            row = len(lines) if rest == "G" and command.given is None else times
            row = min(row, len(lines)) - 1
            return Motion((row, first_sign(lines[row])), "linewise")
        if rest[0] in "'`" and len(rest) > 1:
            return self._to_mark(rest)
        if rest in ("H", "M", "L"):
            row = self._in_view(rest, times)
            return Motion((row, first_sign(lines[row])), "linewise")
        if rest in _PAGES:
            rows = max(1, round(abs(_PAGES[rest]) * self.text.page)) * times
            row = max(0, min(len(lines) - 1, place[0] + (rows if _PAGES[rest] > 0 else -rows)))
            return Motion((row, first_sign(lines[row])), "linewise")
        if rest[0] in "fFtT;,":
            return self._in_line(rest, times)
        if rest in _SEARCHES or rest[0] in "/?":
            at = self.search.go(rest, times)
            return Motion(at) if at is not None else None
        if rest != "\t":
            self._tell("vim.unknown", command=shown(rest))
        return None

    def _in_view(self, rest: str, times: int) -> int:
        """Return the first, middle or last row that is in view, or the one so many rows from the edge."""
        last = len(self.text.lines) - 1
        top = min(self.text.top, last)
        bottom = min(self.text.top + self.text.page - 1, last)
        rows = {"H": top + times - 1, "M": (top + bottom) // 2, "L": bottom - times + 1}
        return max(top, min(rows[rest], bottom))

    def _to_mark(self, rest: str) -> Motion | None:
        """Return where a mark is: `'` leads to its line, and a backtick to its place."""
        place = self.marks.place(rest[1])
        if place is None:
            self._tell("vim.no_mark", mark=rest[1])
            return None
        if rest[0] == "'":
            return Motion((place[0], first_sign(self.text.lines[place[0]])), "linewise")
        return Motion(place)

    def _in_line(self, rest: str, times: int) -> Motion | None:
        again = rest[0] in ";,"
        if not again:
            self._found = rest[0], rest[1]
        way, sign = self._found
        if not way or sign in "\r\b":
            return None
        if rest[0] == ",":
            way = way.swapcase()
        row, column = self.text.cursor
        found = in_line(self.text.lines[row], column, way, sign, times, again=again)
        return (
            Motion((row, found), "inclusive" if way in "ft" else "exclusive") if found is not None else None
        )

    def part(self, command: Command) -> Region | None:
        """Return what an operator is applied to."""
        rest, lines, place = command.rest, self.text.lines, self.text.cursor
        row, column = place
        if rest == command.operator[-1:]:
            if row + 1 == len(lines) and command.times > 1:
                return None
            return Region(place, (min(row + command.times, len(lines)) - 1, 0), linewise=True)
        if rest[0] in "ia":
            if rest[1] not in NAMES:
                self._tell("vim.unknown", command=f"{command.operator}{rest}")
                return None
            found = region(lines, place, rest, command.times)
            return self._whole(found, command) if found is not None else None
        motion: Motion | None
        if rest in ("w", "W"):
            big, blank = rest == "W", not lines[row][column : column + 1].strip()
            if command.operator == "c" and not blank:
                motion = Motion(word_end(lines, (row, column - 1), command.times, big=big), "inclusive")
            else:
                motion = Motion(word(lines, place, command.times, big=big, within=True))
        else:
            motion = self.motion(command)
        if motion is None:
            return None
        start, end = sorted((place, motion.place))
        if motion.kind == "linewise":
            start = place if rest == "_" else start
            return Region(start, end, linewise=True)
        if motion.kind == "inclusive":
            return self._whole(Region(start, (end[0], end[1] + 1)), command)
        if end[1] == 0 and end[0] > start[0]:
            before, line = lines[start[0]][: start[1]], lines[start[0]]
            if not before.strip() and (line.strip() or not line):
                return Region(start, (end[0] - 1, 0), linewise=True)
            end = end[0] - 1, len(lines[end[0] - 1])
        return self._whole(Region(start, end), command)

    def _whole(self, part: Region, command: Command) -> Region:
        """Return whole lines where only blanks would be left of several lines."""
        (top, left), (bottom, right) = part.start, part.end
        lines = self.text.lines
        right = min(right, len(lines[bottom]))
        left_over = lines[top][:left] + lines[bottom][right:]
        if command.operator == "d" and top < bottom and not part.linewise and not left_over.strip():
            return Region(part.start, part.end, linewise=True)
        return part._replace(end=(bottom, right))
