"""What vim's modes share: the text, what is selected, and what later commands go back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from evoclass_tui.indenting import own_indent
from evoclass_tui.vim import block
from evoclass_tui.vim.block import Block
from evoclass_tui.vim.colon import Colon
from evoclass_tui.vim.command import Command
from evoclass_tui.vim.insertion import Insertion, Typed, begun, ended
from evoclass_tui.vim.marks import BEFORE_JUMP, CHANGED, SELECTED, Marks
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.operators import Operators
from evoclass_tui.vim.reach import Reach
from evoclass_tui.vim.selection import Extent
from evoclass_tui.vim.text import Text

Mode = Literal["normal", "insert", "replace", "visual", "visual_line", "visual_block"]

_JUMPS = ("gg", "G", "%", "{", "}", "n", "N", "*", "#", "H", "M", "L")
"""Motions from which two quotes lead back."""

_STUCK = ("h", "l", " ", "\b", "w", "W", "b", "B")
"""Motions that have failed where the cursor stays in its place."""

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


class State:
    """A mode, a selection, and the last change; what commands have in common acts on them."""

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
    def block(self) -> Block | None:
        """The block that is selected."""
        return self._block(self._goal) if self.mode == "visual_block" else None

    def _block(self, goal: int | None) -> Block:
        return block.between(self.anchor, self.text.cursor, to_end=goal == block.END)

    @property
    def visual(self) -> bool:
        """Whether something is being selected."""
        return self.mode.startswith("visual")

    def select(self, mode: Mode, anchor: Place | None = None) -> None:
        """Go into a mode; `anchor` is where the selection begins."""
        self._colon.substitution.asking = None
        self._note_selected()
        self.mode, self.anchor = mode, anchor if anchor is not None else self.text.cursor
        self._stay_inside()

    def _note_selected(self) -> None:
        if self.visual:
            self._selected = self.mode, self.anchor, self.text.cursor
            for name, place in zip(SELECTED, sorted((self.anchor, self.text.cursor)), strict=True):
                self._marks.set(name, place)

    def _stay_inside(self) -> None:
        """Put the cursor onto a character, where the mode has it."""
        row, column = self.text.cursor
        row = min(row, len(self.text.lines) - 1)
        length = len(self.text.lines[row])
        # Selecting, the cursor may be on the line break.
        most = max(0, length - 1) if self.mode in ("normal", "visual_block") else length
        if (row, min(column, most)) != self.text.cursor:
            self.text.cursor = row, min(column, most)

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
        self._leave_typing()

    def _leave_typing(self) -> None:
        """Go from where one types back onto a character."""
        row, column = self.text.cursor
        self.text.cursor = row, max(0, column - 1)
        self._stay_inside()

    def _tell(self, key: str, **fields: object) -> None:
        self.told = key, fields
        self._failed = self._failed or key not in ("find.replaced", "find.total")
