"""Vim's modes: keys go in, changes of a text come out.  Nothing here knows a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from evoclass_tui.indenting import own_indent
from evoclass_tui.vim.command import Command, line_of, read
from evoclass_tui.vim.motions import MOTIONS, Motion, Place, first_sign, in_line, word, word_end
from evoclass_tui.vim.objects import Region, region
from evoclass_tui.vim.operators import Operators
from evoclass_tui.vim.search import Search
from evoclass_tui.vim.text import Text

Mode = Literal["normal", "insert", "visual", "visual_line"]

_NAMED = {
    **{"left": "h", "right": "l", "up": "k", "down": "j", "home": "0", "end": "$"},
    **{"delete": "x", "insert": "i", "enter": "\r", "backspace": "\b", "tab": "\t", "shift+tab": "\t"},
    **{"ctrl+d": "\x04", "ctrl+u": "\x15", "ctrl+f": "\x06", "ctrl+b": "\x02", "ctrl+r": "\x12"},
    **{"pagedown": "\x06", "pageup": "\x02"},
}
"""Keys that are no characters, as commands have them."""

_IN_VISUAL = {"ctrl+c": "y", "ctrl+x": "d", "ctrl+v": "p"}
"""Keys with which editors without modes copy, cut and paste what is selected."""

_ARROWS = ("left", "right", "up", "down", "home", "end")
"""Keys that select with Shift, as in other editors."""

_PAGES = {"\x04": 0.5, "\x15": -0.5, "\x06": 1.0, "\x02": -1.0}
"""Keys that go down or up by so many pages."""

_END = 1 << 30
"""The column that `$` keeps to when the cursor goes up and down."""

_WRITE, _LEAVE = ("w", "write", "up", "update"), ("q", "quit", "clo", "close")

_SEARCHES = ("n", "N", "*", "#")

_TURNS = {"~": "~", "u": "u", "U": "U"}


class Typed(NamedTuple):
    """What was typed in insert mode: signs taken away before and behind its beginning, and the new text."""

    before: int
    after: int
    text: str


class Insertion(NamedTuple):
    """Insert mode, from its beginning."""

    command: Command
    text: str
    start: int
    """Where it began, in characters."""
    opened: str = ""
    """The line break and the indentation with which it began."""


class Change(NamedTuple):
    """What `.` repeats."""

    command: Command
    typed: Typed | None = None
    extent: tuple[int, int, bool] | None = None
    """Rows and columns that were selected, and whether in whole lines."""


class Machine:
    """Has a mode, the keys of a command that is not complete, and what later commands go back to."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.mode: Mode = "normal"
        self.pending = ""
        self.anchor: Place = (0, 0)
        """The other end of what is selected in visual mode."""
        self.told: tuple[str, Mapping[str, object]] | None = None
        """The key and the fields of a sentence about the last command, if it could not be carried out."""
        self._operators = Operators(text)
        self._search = Search(text)
        self._goal: int | None = None
        self._found = ("", "")
        """The last of `f`, `F`, `t` and `T`, and its character."""
        self._change: Change | None = None
        self._insertion: Insertion | None = None

    @property
    def visual(self) -> bool:
        """Whether something is being selected."""
        return self.mode.startswith("visual")

    # ----------------------------------------------------------------------------------------------------- keys

    def press(self, key: str) -> bool:
        """Take a key, a character or its name; return whether it has a meaning here."""
        if self.mode == "insert":
            if key == "escape":
                self._end_insertion()
            return key == "escape"
        self.told = None
        if key == "escape":
            used = bool(self.pending) or self.visual
            if not self.pending:
                self.select("normal")
            self._forget_pending()
            return used
        if key.startswith("shift+") and key[6:] in _ARROWS:
            if not self.visual:
                self.select("visual")
            key = key[6:]
        sign = key if len(key) == 1 else _NAMED.get(key, _IN_VISUAL.get(key, "") if self.visual else "")
        if sign:
            self._take(sign)
        return bool(sign)

    def select(self, mode: Mode, anchor: Place | None = None) -> None:
        """Go into a mode; `anchor` is where the selection begins."""
        self.mode, self.anchor = mode, anchor if anchor is not None else self.text.cursor
        self._stay_inside()

    def type_line(self, text: str) -> bool:
        """Add a text to the line that is being typed, if there is one."""
        typing = line_of(self.pending, visual=self.visual) is not None
        for sign in text if typing else "":
            self._take(sign if sign.isprintable() else " ")
        return typing

    def _forget_pending(self) -> None:
        self.pending = ""
        self.text.mark(())

    def _take(self, sign: str) -> None:
        if line_of(self.pending, visual=self.visual) is not None and sign != "\r":
            self.pending = self.pending[:-1] if sign == "\b" else self.pending + sign * sign.isprintable()
            line = line_of(self.pending, visual=self.visual)
            if line is None:
                self._forget_pending()
            elif line[0] != ":":
                self._search.preview(line[1:])
            return
        self.pending += sign
        command = read(self.pending, visual=self.visual)
        if command is not None:
            self._forget_pending()
            goal, self._goal = self._goal, None
            (self._do_visual if self.visual else self._do)(command, goal)
            self._stay_inside()

    def _stay_inside(self) -> None:
        """Put the cursor onto a character, where the mode has it."""
        row, column = self.text.cursor
        row = min(row, len(self.text.lines) - 1)
        length = len(self.text.lines[row])
        # Selecting, the cursor may be on the line break.
        most = max(0, length - 1) if self.mode == "normal" else length
        if (row, min(column, most)) != self.text.cursor:
            self.text.cursor = row, min(column, most)

    # ---------------------------------------------------------------------------------------------- normal mode

    def _do(self, command: Command, goal: int | None) -> None:
        rest, times = command.rest, command.times
        row, column = self.text.cursor
        line = self.text.lines[row]
        if command.operator:
            self._operate(command)
        elif rest in "iIaAoO":
            self._insert(command)
        elif rest in ("p", "P"):
            self._note(command)
            self._operators.put(command.register, times, behind=rest == "p")
        elif rest == "J":
            self._note(command)
            self._operators.join(row, max(2, times))
        elif rest == "~" and line:
            self._note(command)
            end = min(column + times, len(line))
            self._operators.recase(Region((row, column), (row, end)), "~")
            self.text.cursor = row, end
        elif rest[0] == "r" and column + times <= len(line) and rest[1:] != "\t":
            self._note(command)
            self._operators.overwrite(Region((row, column), (row, column + times)), rest[1])
            if rest[1] != "\r":
                self.text.cursor = row, column + times - 1
        elif rest == "u" or rest == "\x12":
            for _ in range(min(times, 500)):
                (self.text.undo if rest == "u" else self.text.redo)()
        elif rest == ".":
            self._repeat(command)
        elif rest in ("v", "V"):
            self.select("visual" if rest == "v" else "visual_line")
        elif rest[0] == ":":
            self._carry_out(rest[1:-1].strip())
        else:
            self._go(command, goal)

    def _note(self, command: Command, extent: tuple[int, int, bool] | None = None) -> None:
        self._change = Change(command, extent=extent)

    def _go(self, command: Command, goal: int | None) -> None:
        """Move the cursor; the column that it came from is kept on the way up and down."""
        if (motion := self._motion(command)) is None:
            return
        row, column = motion.place
        if command.rest in ("j", "k"):
            self._goal = goal if goal is not None else self.text.cursor[1]
            column = self._goal
        elif command.rest == "$":
            self._goal = _END
        self.text.cursor = row, min(column, len(self.text.lines[row]))
        if self.visual and self._goal == _END:
            self.text.cursor = row, len(self.text.lines[row])

    def _motion(self, command: Command) -> Motion | None:
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
        if rest in _PAGES:
            rows = max(1, round(abs(_PAGES[rest]) * self.text.page)) * times
            row = max(0, min(len(lines) - 1, place[0] + (rows if _PAGES[rest] > 0 else -rows)))
            return Motion((row, first_sign(lines[row])), "linewise")
        if rest[0] in "fFtT;,":
            return self._in_line(rest, times)
        if rest in _SEARCHES or rest[0] in "/?":
            at = self._search.go(rest, times)
            if at is None and self._search.text:
                self.told = "vim.not_found", {"text": self._search.text}
            return Motion(at) if at is not None else None
        self.told = ("vim.unknown", {"command": rest}) if rest.isprintable() else None
        return None

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

    # ------------------------------------------------------------------------------------------------- operators

    def _operate(self, command: Command) -> None:
        part = self._part(command)
        if part is None:
            return
        if command.operator != "y":
            self._note(command)
        self._apply(command.operator, part, command)
        if command.operator == "d" and part.linewise is False:
            self._stay_inside()

    def _part(self, command: Command) -> Region | None:
        """Return what an operator is applied to."""
        rest, lines, place = command.rest, self.text.lines, self.text.cursor
        row, column = place
        if rest == command.operator:
            if row + 1 == len(lines) and command.times > 1:
                return None
            return Region(place, (min(row + command.times, len(lines)) - 1, 0), linewise=True)
        if rest[0] in "ia":
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
            motion = self._motion(command)
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

    def _apply(self, operator: str, part: Region, command: Command) -> None:
        operators, top = self._operators, part.start[0]
        if operator == "d":
            operators.delete(part, command.register)
        elif operator == "y":
            operators.yank(part, command.register)
            self.text.cursor = part.start
        elif operator == "c":
            operators.yank(part, command.register)
            if part.linewise:
                operators.change_rows(part, [own_indent(self.text.lines[top])])
                self._begin(command, (top, len(self.text.lines[top])))
            else:
                self.text.replace(part.start, part.end, "")
                self._begin(command, part.start)
        elif operator == "=":
            operators.indent(part)
        else:
            steps = 1 if not self.visual else command.times
            operators.shift(part, steps if operator == ">" else -steps)

    # ------------------------------------------------------------------------------------------------ insert mode

    def _insert(self, command: Command) -> None:
        (row, column), lines, rest = self.text.cursor, self.text.lines, command.rest
        line = lines[row]
        self._note(command)
        if rest == "o":
            opened = "\n" + self.text.indent_after(line)
            self.text.replace((row, len(line)), (row, len(line)), opened)
            self._begin(command, (row + 1, len(opened) - 1), opened)
        elif rest == "O":
            opened = own_indent(line) + "\n"
            self.text.replace((row, 0), (row, 0), opened)
            self._begin(command, (row, len(opened) - 1), "\n" + opened[:-1])
        else:
            places = {"i": column, "I": first_sign(line) if line.strip() else len(line), "A": len(line)}
            self._begin(command, (row, places.get(rest, min(column + 1, len(line)))))

    def _begin(self, command: Command, place: Place, opened: str = "") -> None:
        self.mode, self.text.cursor = "insert", place
        lines = self.text.lines
        start = sum(len(line) + 1 for line in lines[: place[0]]) + place[1]
        self._insertion = Insertion(command, "\n".join(lines), start, opened)

    def _end_insertion(self) -> None:
        began, self._insertion, self.mode = self._insertion, None, "normal"
        row, column = self.text.cursor
        if began is not None:
            typed = _typed(began, "\n".join(self.text.lines))
            if self._change is not None:
                self._change = self._change._replace(typed=typed)
            times = 1 if began.command.operator or not (typed.text or began.opened) else began.command.times
            opened = began.opened
            if not typed.text and self.text.lines[row].isspace() and self._opened(began):
                # Nothing but the indentation that came by itself.
                self.text.replace((row, 0), (row, len(self.text.lines[row])), "")
                column, opened = 0, opened[:1]
            if times > 1:
                new = (opened + typed.text) * (times - 1)
                self.text.replace((row, column), (row, column), new)
                row += new.count("\n")
                column = len(new.rpartition("\n")[2]) + (0 if "\n" in new else column)
        self.text.cursor = row, max(0, column - 1)
        self._stay_inside()

    def _opened(self, began: Insertion) -> bool:
        return bool(began.opened) or (began.command.operator == "c" and began.command.rest in ("c", "S"))

    def _repeat(self, again: Command) -> None:
        """Carry out the last change again, here."""
        change = self._change
        if change is None:
            return
        command = change.command._replace(given=again.given or change.command.given)
        if change.extent is not None:
            self._do_to(command, self._extended(change.extent))
        else:
            self._do(command, None)
        if self.mode == "insert" and change.typed is not None:
            row, column = self.text.cursor
            before, after, new = change.typed
            start = max(0, column - before)
            self.text.replace((row, start), (row, min(len(self.text.lines[row]), column + after)), new)
            rows = new.count("\n")
            self.text.cursor = row + rows, len(new.rpartition("\n")[2]) + (0 if rows else start)
        if self.mode == "insert":
            self._end_insertion()
        self._change = Change(command, change.typed, change.extent)

    # ------------------------------------------------------------------------------------------------ visual mode

    @property
    def selected(self) -> Region:
        """What is selected: the characters at both ends are part of it."""
        start, end = sorted((self.anchor, self.text.cursor))
        return self._selected_rows if self.mode == "visual_line" else self._up_to(start, end)

    @property
    def _selected_rows(self) -> Region:
        """The lines that are selected; commands leave the cursor at their start, or where it is in the first one."""
        anchor, cursor = self.anchor, self.text.cursor
        start = cursor if cursor[0] < anchor[0] else (anchor[0], 0)
        return Region(start, max(anchor, cursor), linewise=True)

    def _up_to(self, start: Place, end: Place) -> Region:
        lines = self.text.lines
        if end[1] < len(lines[end[0]]):
            return Region(start, (end[0], end[1] + 1))
        # The line break, too.
        return Region(start, (end[0] + 1, 0) if end[0] + 1 < len(lines) else (end[0], len(lines[end[0]])))

    def _extended(self, extent: tuple[int, int, bool]) -> Region:
        """Return as much text, from the cursor on, as was selected when a change was made."""
        rows, columns, linewise = extent
        row, column = self.text.cursor
        bottom = min(row + rows, len(self.text.lines) - 1)
        if linewise:
            return Region((row, column), (bottom, 0), linewise=True)
        last = column + columns if not rows else columns
        return self._up_to((row, column), (bottom, min(last, len(self.text.lines[bottom]) - 1)))

    def _do_visual(self, command: Command, goal: int | None) -> None:
        rest, part = command.rest, self.selected
        if rest in ("v", "V"):
            wanted: Mode = "visual" if rest == "v" else "visual_line"
            self.select("normal" if self.mode == wanted else wanted, self.anchor)
        elif rest == "o":
            self.anchor, self.text.cursor = self.text.cursor, self.anchor
        elif rest[0] in "ia" and len(rest) > 1:
            self._select_object(command)
        elif rest[0] == ":":
            self.select("normal")
            self._carry_out(rest[1:-1].strip())
        elif rest in "dxycsDXYCSR><=~uUJpP" or rest[0] == "r":
            (top, left), (bottom, right) = sorted((self.anchor, self.text.cursor))
            extent = bottom - top, right - left if top == bottom else right, self.mode == "visual_line"
            if rest in "DXYCSR":
                part, rest = self._selected_rows, {"X": "d", "S": "c", "R": "c"}.get(rest, rest.lower())
                extent = (*extent[:2], True)
            command = command._replace(rest={"x": "d", "s": "c"}.get(rest, rest))
            if rest not in ("y", "p", "P"):
                self._note(command, extent)
            self._do_to(command, part)
            if self.visual:
                self.mode = "normal"
        else:
            self._go(command, goal)

    def _select_object(self, command: Command) -> None:
        found = region(self.text.lines, self.text.cursor, command.rest, command.times)
        if found is None or (found.start == found.end and not found.linewise):
            return
        row, column = found.end
        self.mode = "visual_line" if found.linewise else "visual"
        self.anchor = found.start
        self.text.cursor = (row, column) if found.linewise else (row, max(0, column - 1))

    def _do_to(self, command: Command, part: Region) -> None:
        """Carry out a command of visual mode."""
        rest, top = command.rest, part.start[0]
        if rest in _TURNS:
            self._operators.recase(part, rest)
        elif rest == "J":
            self.text.cursor = part.start
            self._operators.join(top, max(2, self._last_row(part) - top + 1))
        elif rest in ("p", "P"):
            self._operators.put_over(part, command.register, command.times)
        elif rest[0] == "r":
            self._operators.overwrite(part, rest[1])
        else:
            lines = part
            if rest in "><=":
                lines = Region(part.start, (self._last_row(part), 0), linewise=True)
            self._apply(rest, lines, command._replace(operator=rest))

    def _last_row(self, part: Region) -> int:
        whole = not part.linewise and part.end[1] == 0 and part.end[0] > part.start[0]
        return part.end[0] - 1 if whole else part.end[0]

    # ----------------------------------------------------------------------------------------- the line with `:`

    def _carry_out(self, line: str) -> None:
        name = line.rstrip("!")
        if line.isdecimal() or line == "$":
            row = min(int(line) if line != "$" else len(self.text.lines), len(self.text.lines)) - 1
            self.text.cursor = max(0, row), first_sign(self.text.lines[max(0, row)])
        elif name in ("wq", "x", "xit"):
            self.text.write()
            self.text.leave()
        elif name in _WRITE:
            self.text.write()
        elif name in _LEAVE:
            self.text.leave()
        elif line and name not in ("noh", "nohlsearch"):
            self.told = "vim.unknown", {"command": f":{line}"}


def _typed(began: Insertion, now: str) -> Typed:
    """Return what has become of a text in insert mode, seen from where that began."""
    before, start = began.text, began.start
    same = 0
    while same < min(start, len(now)) and before[same] == now[same]:
        same += 1
    tail, most = 0, min(len(before) - start, len(now) - same)
    while tail < most and before[-1 - tail] == now[-1 - tail]:
        tail += 1
    return Typed(start - same, len(before) - start - tail, now[same : len(now) - tail])
