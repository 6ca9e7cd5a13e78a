"""Vim's modes: keys go in, changes of a text come out.  Nothing here knows a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from evoclass_tui.indenting import own_indent
from evoclass_tui.vim import selection
from evoclass_tui.vim.command import Command, line_of, read
from evoclass_tui.vim.insertion import Insertion, Typed, begun, ended, opening, type_again
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.objects import Region, region
from evoclass_tui.vim.operators import Operators
from evoclass_tui.vim.reach import Reach
from evoclass_tui.vim.selection import Extent
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

_END = 1 << 30
"""The column that `$` keeps to when the cursor goes up and down."""

_WRITE, _LEAVE = ("w", "write", "up", "update"), ("q", "quit", "clo", "close")

_TURNS = {"~": "~", "u": "u", "U": "U"}


class Change(NamedTuple):
    """What `.` repeats."""

    command: Command
    typed: Typed | None = None
    extent: Extent | None = None
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
        self._reach = Reach(text, self._tell)
        self._goal: int | None = None
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
                self._reach.search.preview(line[1:])
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

    def _note(self, command: Command, extent: Extent | None = None) -> None:
        self._change = Change(command, extent=extent)

    def _go(self, command: Command, goal: int | None) -> None:
        """Move the cursor; the column that it came from is kept on the way up and down."""
        if (motion := self._reach.motion(command)) is None:
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

    # ------------------------------------------------------------------------------------------------- operators

    def _operate(self, command: Command) -> None:
        part = self._reach.part(command)
        if part is None:
            return
        if command.operator != "y":
            self._note(command)
        self._apply(command.operator, part, command)
        if command.operator == "d" and part.linewise is False:
            self._stay_inside()

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
        self._note(command)
        self._insertion, self.mode = opening(self.text, command), "insert"

    def _begin(self, command: Command, place: Place) -> None:
        self._insertion, self.mode = begun(self.text, command, place), "insert"

    def _end_insertion(self) -> None:
        began, self._insertion, self.mode = self._insertion, None, "normal"
        if began is not None:
            typed = ended(self.text, began)
            if self._change is not None:
                self._change = self._change._replace(typed=typed)
        row, column = self.text.cursor
        self.text.cursor = row, max(0, column - 1)
        self._stay_inside()

    def _repeat(self, again: Command) -> None:
        """Carry out the last change again, here."""
        change = self._change
        if change is None:
            return
        command = change.command._replace(given=again.given or change.command.given)
        if change.extent is not None:
            self._do_to(command, selection.extended(self.text.lines, self.text.cursor, change.extent))
        else:
            self._do(command, None)
        if self.mode == "insert" and change.typed is not None:
            type_again(self.text, change.typed)
        if self.mode == "insert":
            self._end_insertion()
        self._change = Change(command, change.typed, change.extent)

    # ------------------------------------------------------------------------------------------------ visual mode

    @property
    def selected(self) -> Region:
        """What is selected: the characters at both ends are part of it."""
        if self.mode == "visual_line":
            return selection.rows(self.anchor, self.text.cursor)
        return selection.characters(self.text.lines, *sorted((self.anchor, self.text.cursor)))

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
            linewise = self.mode == "visual_line"
            extent = selection.extent(self.anchor, self.text.cursor, linewise=linewise)
            if rest in "DXYCSR":
                part = selection.rows(self.anchor, self.text.cursor)
                rest = {"X": "d", "S": "c", "R": "c"}.get(rest, rest.lower())
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
            self._operators.join(top, max(2, selection.last_row(part) - top + 1))
        elif rest in ("p", "P"):
            self._operators.put_over(part, command.register, command.times)
        elif rest[0] == "r":
            self._operators.overwrite(part, rest[1])
        else:
            lines = part
            if rest in "><=":
                lines = Region(part.start, (selection.last_row(part), 0), linewise=True)
            self._apply(rest, lines, command._replace(operator=rest))

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
            self._tell("vim.unknown", command=f":{line}")

    def _tell(self, key: str, **fields: object) -> None:
        self.told = key, fields
