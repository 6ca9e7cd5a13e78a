"""Vim's visual modes: what is selected, and the commands that act on it."""

from __future__ import annotations

from evoclass_tui.vim import block, selection
from evoclass_tui.vim.block import Block
from evoclass_tui.vim.command import Command
from evoclass_tui.vim.objects import NAMES, Region, region
from evoclass_tui.vim.replace_mode import ReplaceMode
from evoclass_tui.vim.state import Mode

MODES: dict[str, Mode] = {"v": "visual", "V": "visual_line", "\x16": "visual_block"}
"""Keys that begin to select, and end it."""

_TURNS = {"~": "~", "u": "u", "U": "U"}


class Visual(ReplaceMode):
    """Selects characters, lines or a block, and acts on them."""

    @property
    def selected(self) -> Region:
        """What is selected: the characters at both ends are part of it."""
        if self.mode == "visual_line":
            return selection.rows(self.anchor, self.text.cursor)
        return selection.characters(self.text.lines, *sorted((self.anchor, self.text.cursor)))

    def _do_visual(self, command: Command, goal: int | None) -> bool:
        """Carry out a command on what is selected; return whether it is one."""
        rest, part = command.rest, self.selected
        if rest in MODES:
            wanted = MODES[rest]
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
            return False
        return True

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
        if command.rest[1] not in NAMES:
            self._tell("vim.unknown", command=command.rest)
            return
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
