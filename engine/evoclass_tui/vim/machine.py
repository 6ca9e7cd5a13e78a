"""Vim's modes: keys go in, changes of a text come out.  Nothing here knows a screen."""

from __future__ import annotations

from evoclass_tui.indenting import STEP
from evoclass_tui.vim import block, selection
from evoclass_tui.vim.command import NOT_HERE, Command, line_of, read, shown
from evoclass_tui.vim.insertion import Typed, opening, type_again
from evoclass_tui.vim.macros import Macros, Step
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.operators import is_register
from evoclass_tui.vim.state import Change
from evoclass_tui.vim.text import Text
from evoclass_tui.vim.visual import MODES, Visual

_NAMED = {
    **{"left": "h", "right": "l", "up": "k", "down": "j", "home": "0", "end": "$"},
    **{"delete": "x", "insert": "i", "enter": "\r", "backspace": "\b", "tab": "\t", "shift+tab": "\t"},
    **{"ctrl+d": "\x04", "ctrl+u": "\x15", "ctrl+f": "\x06", "ctrl+b": "\x02", "ctrl+r": "\x12"},
    **{"pagedown": "\x06", "pageup": "\x02", "ctrl+v": "\x16", "ctrl+a": "\x01", "ctrl+x": "\x18"},
    **{"ctrl+e": "\x05", "ctrl+y": "\x19", "ctrl+w": "\x17"},
}
"""Keys that are no characters, as commands have them."""

_IN_VISUAL = {"ctrl+c": "y", "ctrl+x": "d"}
"""Keys with which editors without modes copy and cut what is selected."""

_NOT_HERE = {
    **{"ctrl+k": "^K", "ctrl+backspace": "^⌫", "alt+backspace": "Alt ⌫"},
    **{"ctrl+delete": "^Del", "alt+delete": "Alt Del"},
}
"""Keys with which a text area without modes deletes."""

_ARROWS = ("left", "right", "up", "down", "home", "end")
"""Keys that select with Shift, as in other editors."""


class Machine(Visual):
    """Takes keys, and carries out the commands of normal mode and those of every mode."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self._macros = Macros(self._operators)

    @property
    def recording(self) -> str:
        """The register into which keys are recorded."""
        return self._macros.recording

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
        if self.mode == "replace":
            return self._type_over(key)
        self.told = None
        if self.asking is not None:
            return self._answer(key)
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
        named = {**_NAMED, **_IN_VISUAL} if self.visual else _NAMED
        sign = key if len(key) == 1 else named.get(key, "")
        if sign:
            self._take(sign)
        return bool(sign)

    @property
    def asking(self) -> str | None:
        """What is to be put in place of the match that one is asked about."""
        asking = self._colon.substitution.asking
        return asking.new if asking is not None else None

    def _answer(self, key: str) -> bool:
        """Take a key while one is asked about a match; return whether it has a meaning then."""
        if key in ("ctrl+e", "ctrl+y"):
            self._scroll(1 if key == "ctrl+e" else -1)
        elif len(key) > 1 and key not in _NAMED and key not in ("escape", "ctrl+c"):
            return False
        else:
            self._colon.substitution.answer("q" if key in ("escape", "ctrl+c") else key)
            self._stay_inside()
            self._marks.follow()
        return True

    def type_line(self, text: str) -> bool:
        """Add a text to the line that is being typed, or type it over what is there, if one does either."""
        if self.mode == "replace":
            self._paste_over(text)
            return True
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
            if command.rest in ("p", "P") and not self._operators.kept(command.register)[0]:
                self._tell("vim.empty", register=f'"{command.register}')
                return
            if not self.visual:
                self._do(command, goal)
            elif not self._do_visual(command, goal):
                self._other(command, goal)
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

    # ---------------------------------------------------------------------------------------------- normal mode

    def _do(self, command: Command, goal: int | None) -> None:
        rest, times = command.rest, command.times
        row, column = self.text.cursor
        line = self.text.lines[row]
        if command.operator:
            self._operate(command)
        elif rest in "iIaAoO":
            self._insert(command)
        elif rest == "R":
            self._note(command)
            self._begin_overtyping()
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
        elif rest in MODES:
            self.select(MODES[rest])
        elif rest == "gv":
            self._select_again()
        elif rest[0] == ":":
            self._colon.carry_out(rest[1:-1])
        elif rest in ("ZZ", "ZQ"):
            self._colon.carry_out("x" if rest == "ZZ" else "q!")
        else:
            self._other(command, goal)

    def _operate(self, command: Command) -> None:
        if command.operator in NOT_HERE:
            self._tell("vim.unknown", command=f"{command.operator}{shown(command.rest)}")
            return
        part = self._reach.part(command)
        if part is None:
            self._failed = True
            return
        if command.operator != "y":
            self._note(command)
        self._apply(command.operator, part, command)
        if command.operator == "d" and part.linewise is False:
            self._stay_inside()

    def _insert(self, command: Command) -> None:
        self._note(command)
        self._insertion, self.mode = opening(self.text, command), "insert"

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
        if self.mode == "replace":
            self._overtype_again(command, change.typed.text if change.typed is not None else "")
        if self.mode == "insert" and change.typed is not None:
            type_again(self.text, change.typed)
        if self.mode == "insert":
            self._end_insertion()
        self._change = Change(command, change.typed, change.extent, change.block)

    # ----------------------------------------------------------------------------- commands that change nothing

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
        if register == ":":
            self._colon.again(times)
        elif not self._macros.steps(register):
            self._tell("vim.no_macro", register=register)
        elif not self._macros.play(register, times, self._step):
            if self.mode == "insert":
                self._end_insertion()
            self._forget_pending()
            self._tell("vim.macro_stopped", register=register)

    def _step(self, step: Step) -> bool:
        """Carry out a step of a macro; return whether it had an effect."""
        if isinstance(step, Typed):
            if self.mode == "insert":
                type_again(self.text, step)
        elif self.mode == "insert" and step != "escape":
            typed = {"enter": "\n", "tab": STEP}.get(step, step if len(step) == 1 else "")
            type_again(self.text, Typed(int(step == "backspace"), int(step == "delete"), typed))
        else:
            self._failed = False
            self._press(step)
        return not self._failed
