"""Vim's replace mode, from `R` to Escape."""

from __future__ import annotations

from evoclass_tui.vim.command import Command
from evoclass_tui.vim.insertion import Typed
from evoclass_tui.vim.overtyping import Overtyping
from evoclass_tui.vim.state import State
from evoclass_tui.vim.text import Text

_MOVES = {"left": "h", "right": " ", "up": "k", "down": "j", "home": "0", "end": "$"}


class ReplaceMode(State):
    """Types over the text."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self._overtyping = Overtyping(text)

    def _begin_overtyping(self) -> None:
        self.mode, self._overtyping = "replace", Overtyping(self.text)

    def _type_over(self, key: str) -> bool:
        """Take a key in replace mode; return whether it has a meaning there."""
        sign = key if len(key) == 1 else {"enter": "\n", "tab": "\t"}.get(key, "")
        if sign:
            self._overtyping.type(sign)
        elif key == "backspace":
            self._overtyping.back()
        elif key in ("escape", "insert"):
            self._end_overtyping(self._change.command.times if self._change is not None else 1)
        elif key in _MOVES:
            # What is typed at another place is a change of its own.
            self._overtyping = Overtyping(self.text)
            found = self._reach.motion(Command(_MOVES[key]))
            if found is not None:
                row, column = found.place
                self.text.cursor = row, min(column + (key == "end"), len(self.text.lines[row]))
        else:
            return False
        return True

    def _paste_over(self, text: str) -> None:
        for sign in text:
            self._type_over("enter" if sign == "\n" else sign if sign.isprintable() else " ")

    def _overtype_again(self, command: Command, signs: str) -> None:
        """Type again, at another place, what was typed before."""
        self._overtype(signs)
        self._end_overtyping(command.times)

    def _overtype(self, signs: str) -> None:
        self._overtyping = Overtyping(self.text)
        for sign in signs:
            self._overtyping.type(sign)

    def _end_overtyping(self, times: int) -> None:
        """Have it typed as often as the command says, and go back to normal mode."""
        signs = self._overtyping.signs
        self._overtyping.drop_indent()
        self.mode = "normal"
        if signs:
            self._overtype(signs * (times - 1))
            self._overtyping.drop_indent()
            if self._change is not None:
                self._change = self._change._replace(typed=Typed(0, 0, signs))
        self._leave_typing()
