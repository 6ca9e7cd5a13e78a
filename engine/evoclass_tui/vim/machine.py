"""Vim's modes: keys go in, changes of a text come out.  Nothing here knows a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from evoclass_tui.indenting import own_indent
from evoclass_tui.vim import block, selection
from evoclass_tui.vim.block import Block
from evoclass_tui.vim.colon import Colon
from evoclass_tui.vim.command import Command, line_of, read
from evoclass_tui.vim.insertion import Insertion, Typed, begun, ended, opening, type_again
from evoclass_tui.vim.macros import Macros, Step
from evoclass_tui.vim.marks import BEFORE_JUMP, CHANGED, SELECTED, Marks
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.objects import Region, region
from evoclass_tui.vim.operators import Operators, is_register
from evoclass_tui.vim.reach import Reach
from evoclass_tui.vim.selection import Extent
from evoclass_tui.vim.text import Text

Mode = Literal["normal", "insert", "visual", "visual_line", "visual_block"]

_NAMED = {
    **{"left": "h", "right": "l", "up": "k", "down": "j", "home": "0", "end": "$"},
    **{"delete": "x", "insert": "i", "enter": "\r", "backspace": "\b", "tab": "\t", "shift+tab": "\t"},
    **{"ctrl+d": "\x04", "ctrl+u": "\x15", "ctrl+f": "\x06", "ctrl+b": "\x02", "ctrl+r": "\x12"},
    **{"pagedown": "\x06", "pageup": "\x02", "ctrl+v": "\x16", "ctrl+a": "\x01", "ctrl+x": "\x18"},
    **{"ctrl+e": "\x05", "ctrl+y": "\x19"},
}
"""Keys that are no characters, as commands have them."""

_IN_VISUAL = {"ctrl+c": "y", "ctrl+x": "d"}
"""Keys with which editors without modes copy and cut what is selected."""

_NOT_HERE = {
    **{"ctrl+w": "^W", "ctrl+k": "^K", "ctrl+backspace": "^⌫", "alt+backspace": "Alt ⌫"},
    **{"ctrl+delete": "^Del", "alt+delete": "Alt Del"},
}
"""Keys with which a text area without modes deletes."""

_ARROWS = ("left", "right", "up", "down", "home", "end")
"""Keys that select with Shift, as in other editors."""

_VISUAL: dict[str, Mode] = {"v": "visual", "V": "visual_line", "\x16": "visual_block"}

_JUMPS = ("gg", "G", "%", "{", "}", "n", "N", "*", "#", "H", "M", "L")
"""Motions from which two quotes lead back."""

_STUCK = ("h", "l", " ", "\b", "w", "W", "b", "B")
"""Motions that have failed where the cursor stays in its place."""

_TURNS = {"~": "~", "u": "u", "U": "U"}

_CASES = {"gu": "u", "gU": "U", "g~": "~"}
"""Operators that turn letters into the other case, small or capital ones."""


class Change(NamedTuple):
    """What `.` repeats."""

    command: Command
    typed: Typed | None = None
    extent: Extent | None = None
    """Rows and columns that were selected, and whether in whole lines."""
    block: bool = False
    """Whether a block was selected."""


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
        self._failed = False
        """Whether the last key had no effect: a macro ends there."""
        self._operators = Operators(text)
        self._marks = Marks(text)
        self._macros = Macros()
        self._reach = Reach(text, self._marks, self._tell)
        self._colon = Colon(text, self._operators, self._marks, self._tell)
        self._goal: int | None = None
        self._change: Change | None = None
        self._insertion: Insertion | None = None
        self._last_typed: Typed | None = None
        """What was typed in insert mode last."""
        self._typed_into: tuple[Block, bool] | None = None
        """The block into whose lines goes what is typed now, and whether behind it."""
        self._selected: tuple[Mode, Place, Place] | None = None
        """What was selected last."""

    @property
    def recording(self) -> str:
        """The register into which keys are recorded."""
        return self._macros.recording

    @property
    def block(self) -> Block | None:
        """The block that is selected."""
        return self._block(self._goal) if self.mode == "visual_block" else None

    def _block(self, goal: int | None) -> Block:
        return block.between(self.anchor, self.text.cursor, to_end=goal == block.END)

    @property
    def visual(self) -> bool:
        """Whether something is being selected."""
        return self.mode.startswith("visual")

    # ----------------------------------------------------------------------------------------------------- keys

    def press(self, key: str) -> bool:
        """Take a key, a character or its name; return whether it has a meaning here."""
        began, self._failed = self._insertion, False
        before = self.recording
        used = self._press(key)
        if used and before == self.recording:
            if began is not None and self._insertion is None and self._last_typed is not None:
                self._macros.note(self._last_typed)
            self._macros.note(key)
        return used

    def _press(self, key: str) -> bool:
        if self.mode == "insert":
            if key == "escape":
                self._end_insertion()
            return key == "escape"
        self.told = None
        if key in _NOT_HERE:
            self._tell("vim.unknown", command=_NOT_HERE[key])
            return True
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
        self._note_selected()
        self.mode, self.anchor = mode, anchor if anchor is not None else self.text.cursor
        self._stay_inside()

    def _note_selected(self) -> None:
        if self.visual:
            self._selected = self.mode, self.anchor, self.text.cursor
            for name, place in zip(SELECTED, sorted((self.anchor, self.text.cursor)), strict=True):
                self._marks.set(name, place)

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
        if sign == ":" and line_of(self.pending, visual=self.visual) == ":":
            self._begin_line()
        command = read(self.pending, visual=self.visual, recording=bool(self.recording))
        if command is not None:
            self._forget_pending()
            goal, self._goal = self._goal, None
            if not is_register(command.register):
                self._tell("vim.unknown", command=f'"{command.register}')
                return
            (self._do_visual if self.visual else self._do)(command, goal)
            self._stay_inside()
            self._marks.follow()

    def _begin_line(self) -> None:
        """Let a line act on what is selected, or on as many lines as a count says."""
        count = self.pending[:-1]
        if self.visual:
            self.select("normal")
            self.pending = ":'<,'>"
        else:
            self.pending = f":.,.+{int(count) - 1}" if count.isdecimal() else ":"

    def _stay_inside(self) -> None:
        """Put the cursor onto a character, where the mode has it."""
        row, column = self.text.cursor
        row = min(row, len(self.text.lines) - 1)
        length = len(self.text.lines[row])
        # Selecting, the cursor may be on the line break.
        most = max(0, length - 1) if self.mode in ("normal", "visual_block") else length
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
        elif rest in ("J", "gJ"):
            self._note(command)
            self._operators.join(row, max(2, times), as_is=rest == "gJ")
        elif rest in ("\x01", "\x18"):
            self._note(command)
            self._failed = not self._operators.add(times if rest == "\x01" else -times)
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
        elif rest in _VISUAL:
            self.select(_VISUAL[rest])
        elif rest == "gv":
            self._select_again()
        elif rest[0] == ":":
            self._colon.carry_out(rest[1:-1])
        elif rest in ("ZZ", "ZQ"):
            self._colon.carry_out("x" if rest == "ZZ" else "q!")
        else:
            self._other(command, goal)

    def _other(self, command: Command, goal: int | None) -> None:
        """Carry out a command that changes nothing, in normal or visual mode."""
        rest = command.rest
        if rest[0] == "m" and len(rest) > 1:
            if rest[1].isalpha() or rest[1] in "'`<>":
                self._marks.set(rest[1], self.text.cursor)
            else:
                self._tell("vim.unknown", command=rest)
        elif rest[0] == "q":
            self._record(rest[1:])
        elif rest[0] == "@" and len(rest) > 1:
            self._play(rest[1], command.times)
        elif rest[0] == "z" and rest[1:] in ("t", "\r", "z", ".", "b", "-"):
            room = {"t": 0, "\r": 0, "z": self.text.page // 2, ".": self.text.page // 2}
            self.text.scroll(self.text.cursor[0] - room.get(rest[1], self.text.page - 1))
        elif rest in ("\x05", "\x19"):
            self._scroll(command.times if rest == "\x05" else -command.times)
        else:
            self._go(command, goal)

    def _scroll(self, rows: int) -> None:
        top = max(0, min(self.text.top + rows, len(self.text.lines) - 1))
        row, column = self.text.cursor
        row = max(top, min(row, top + self.text.page - 1))
        self.text.cursor = row, min(column, len(self.text.lines[row]))
        self.text.scroll(top)

    def _record(self, register: str) -> None:
        """Begin to record keys, or end it."""
        if self.recording:
            self._macros.end()
        elif len(register) == 1 and register.isalnum():
            self._macros.begin(register)
        else:
            self._tell("vim.unknown", command=f"q{register}")

    def _play(self, register: str, times: int) -> None:
        """Press the keys of a macro again."""
        if not self._macros.steps(register):
            self._tell("vim.no_macro", register=register)
        elif not self._macros.play(register, times, self._step):
            self._tell("vim.macro_stopped", register=register)

    def _step(self, step: Step) -> bool:
        """Carry out a step of a macro; return whether it had an effect."""
        if isinstance(step, Typed):
            if self.mode == "insert":
                type_again(self.text, step)
        else:
            self._failed = False
            self._press(step)
        return not self._failed

    def _select_again(self) -> None:
        """Select what was selected last."""
        if self._selected is None:
            return
        mode, *places = self._selected
        rows = self.text.lines
        inside = [(row, min(column, len(rows[row]))) for row, column in places if row < len(rows)]
        if len(inside) == 2:
            self.text.cursor = inside[1]
            self.select(mode, inside[0])

    def _note(self, command: Command, extent: Extent | None = None, *, block: bool = False) -> None:
        self._marks.set(CHANGED, self.text.cursor)
        self._change = Change(command, extent=extent, block=block)

    def _go(self, command: Command, goal: int | None) -> None:
        """Move the cursor; the column that it came from is kept on the way up and down."""
        motion = self._reach.motion(command) if command.rest[0] not in "r~" else None
        if motion is None:
            self._failed = True
            return
        self._failed = motion.place == self.text.cursor and command.rest in _STUCK
        if command.rest in _JUMPS or command.rest[0] in "/?'`":
            self._marks.set(BEFORE_JUMP, self.text.cursor)
        row, column = motion.place
        if command.rest in ("j", "k"):
            self._goal = goal if goal is not None else self.text.cursor[1]
            column = self._goal
        elif command.rest == "$":
            self._goal = block.END
        self.text.cursor = row, min(column, len(self.text.lines[row]))
        if self.visual and self._goal == block.END:
            self.text.cursor = row, len(self.text.lines[row])

    # ------------------------------------------------------------------------------------------------- operators

    def _operate(self, command: Command) -> None:
        part = self._reach.part(command)
        if part is None:
            self._failed = True
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
            operators.cut(part, command.register)
            if part.linewise:
                operators.change_rows(part, [own_indent(self.text.lines[top])])
                self._begin(command, (top, len(self.text.lines[top])))
            else:
                self.text.replace(part.start, part.end, "")
                self._begin(command, part.start)
        elif operator == "=":
            operators.indent(part)
        elif operator in _CASES:
            operators.recase(part, _CASES[operator])
            self.text.cursor = (top, first_sign(self.text.lines[top])) if part.linewise else part.start
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
        into, self._typed_into = self._typed_into, None
        if began is not None:
            self._last_typed = typed = ended(self.text, began)
            if into is not None and "\n" not in typed.text:
                block.type_into(self.text, into[0], typed.text, behind=into[1])
                self.text.cursor = into[0].top, into[0].left + 1
            if self._change is not None:
                self._change = self._change._replace(typed=typed)
            self._marks.follow()
        row, column = self.text.cursor
        self.text.cursor = row, max(0, column - 1)
        self._stay_inside()

    def _repeat(self, again: Command) -> None:
        """Carry out the last change again, here."""
        change = self._change
        if change is None:
            return
        command = change.command._replace(given=again.given or change.command.given)
        if change.extent is not None and change.block:
            (row, column), (height, width, _) = self.text.cursor, change.extent
            self.mode, self.anchor = "visual_block", (row, column)
            self.text.cursor = min(row + height, len(self.text.lines) - 1), column + width
            self._do_block(command, block.END if column + width >= block.END - 1 else None)
        elif change.extent is not None:
            self._do_to(command, selection.extended(self.text.lines, self.text.cursor, change.extent))
        else:
            self._do(command, None)
        if self.mode == "insert" and change.typed is not None:
            type_again(self.text, change.typed)
        if self.mode == "insert":
            self._end_insertion()
        self._change = Change(command, change.typed, change.extent, change.block)

    # ------------------------------------------------------------------------------------------------ visual mode

    @property
    def selected(self) -> Region:
        """What is selected: the characters at both ends are part of it."""
        if self.mode == "visual_line":
            return selection.rows(self.anchor, self.text.cursor)
        return selection.characters(self.text.lines, *sorted((self.anchor, self.text.cursor)))

    def _do_visual(self, command: Command, goal: int | None) -> None:
        rest, part = command.rest, self.selected
        if rest in _VISUAL:
            wanted = _VISUAL[rest]
            self.select("normal" if self.mode == wanted else wanted, self.anchor)
        elif rest == "o":
            self.anchor, self.text.cursor = self.text.cursor, self.anchor
        elif rest == "gv":
            self._select_again()
        elif self.mode == "visual_block" and self._do_block(command, goal):
            pass
        elif rest[0] in "ia" and len(rest) > 1:
            self._select_object(command)
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
            self._other(command, goal)

    def _do_block(self, command: Command, goal: int | None) -> bool:
        """Carry out a command on a block; return whether it is one for blocks."""
        rest, text = command.rest, self.text
        part = self._block(goal)
        if rest == "O":
            self.anchor, text.cursor = (self.anchor[0], text.cursor[1]), (text.cursor[0], self.anchor[1])
            return True
        if rest[0] not in "dxycsrIADC~uU><pPJ" or (rest[0] == "r" and len(rest) < 2) or rest == "J":
            return False
        if rest in ("p", "P"):
            self._tell("vim.unknown", command=f"^V {rest}")
            return True
        if rest in ("D", "C"):
            part = part._replace(right=block.END)
        kept = "\n".join(block.pieces(text.lines, part))
        self.select("normal")
        if rest == "y":
            self._operators.keep(kept, command.register, "block", yanked=True)
            text.cursor = part.top, part.left
            return True
        height, width = part.bottom - part.top, min(part.right, block.END) - part.left - 1
        self._note(command, (height, width, False), block=True)
        if rest[0] in "dxDcsC":
            self._operators.keep(kept, command.register, "block")
            block.change(text, part, lambda piece: "")
        elif rest[0] == "r":
            block.change(text, part, lambda piece: rest[1] * len(piece))
        elif rest[0] in "~uU":
            turn = {"~": str.swapcase, "u": str.lower, "U": str.upper}[rest]
            block.change(text, part, turn)
        elif rest[0] in "<>":
            block.shift(text, part, command.times if rest == ">" else -command.times)
        if rest[0] in "csCIA":
            self._type_into(command, part)
        return True

    def _type_into(self, command: Command, part: Block) -> None:
        """Go into insert mode in the first line of a block; at its end, the others get the same."""
        behind, line = command.rest == "A", self.text.lines[part.top]
        column = min(part.right, len(line)) if behind else part.left
        if behind and len(line) < part.right < block.END:
            end = part.top, len(line)
            self.text.replace(end, end, " " * (part.right - len(line)))
            column = part.right
        self._typed_into = part, behind
        self._begin(command, (part.top, min(column, len(self.text.lines[part.top]))))

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
        self._note_selected()
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

    def _tell(self, key: str, **fields: object) -> None:
        self.told = key, fields
        self._failed = self._failed or key not in ("find.replaced", "find.total")
