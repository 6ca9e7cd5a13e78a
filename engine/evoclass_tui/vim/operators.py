"""What vim's operators do to a part of the text, and the register that they fill."""

from __future__ import annotations

from evoclass_tui.indenting import STEP, indented
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.text import Text

NOWHERE = "_"
"""The register that keeps nothing."""

NONE = ("", False)


class Operators:
    """Changes parts of a text; the cursor goes where vim leaves it."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self._registers: dict[str, tuple[str, bool]] = {}
        """Texts by register, each with whether it is whole lines; the unnamed one is the clipboard, too."""

    def keep(self, text: str, register: str, *, linewise: bool) -> None:
        """Put a text into a register."""
        if register == NOWHERE:
            return
        if register.isalpha():
            self._registers[register.lower()] = text, linewise
        self._registers[""] = text, linewise
        self.text.clipboard = text

    def kept(self, register: str) -> tuple[str, bool]:
        """Return what a register has; what was copied elsewhere counts too."""
        if register.isalpha():
            return self._registers.get(register.lower(), NONE)
        found, copied = self._registers.get("", NONE), self.text.clipboard
        return found if copied == found[0] else (copied, copied.endswith("\n"))

    def inside(self, part: Region) -> str:
        """Return the text of a part, whole lines with a line break each."""
        (top, left), (bottom, right) = part.start, part.end
        if part.linewise:
            return "".join(f"{line}\n" for line in self.text.lines[top : bottom + 1])
        rows = list(self.text.lines[top : bottom + 1])
        rows[-1] = rows[-1][:right]
        rows[0] = rows[0][left:]
        return "\n".join(rows)

    def yank(self, part: Region, register: str) -> None:
        """Copy a part."""
        self.keep(self.inside(part), register, linewise=part.linewise)

    def delete(self, part: Region, register: str) -> None:
        """Cut a part out."""
        text, lines = self.text, self.text.lines
        self.yank(part, register)
        (top, _), (bottom, _) = part.start, part.end
        if not part.linewise:
            text.replace(part.start, part.end, "")
            text.cursor = part.start
            return
        if bottom + 1 < len(lines):
            text.replace((top, 0), (bottom + 1, 0), "")
        elif top:
            text.replace((top - 1, len(lines[top - 1])), (bottom, len(lines[bottom])), "")
        else:
            text.replace((0, 0), (bottom, len(lines[bottom])), "")
        row = min(top, len(text.lines) - 1)
        text.cursor = row, first_sign(text.lines[row])

    def change_rows(self, part: Region, rows: list[str]) -> None:
        """Put other lines in place of the lines of a part."""
        (top, _), (bottom, _) = part.start, part.end
        self.text.replace((top, 0), (bottom, len(self.text.lines[bottom])), "\n".join(rows))

    def shift(self, part: Region, steps: int) -> None:
        """Indent the lines of a part, or with a negative number take indentation off."""
        rows = []
        for line in self.text.lines[part.start[0] : part.end[0] + 1]:
            code = line.lstrip()
            width = len(line) - len(code) + steps * len(STEP)
            rows.append(" " * max(0, width) + code if line else line)
        self.change_rows(part, rows)
        self._to(part.start[0])

    def indent(self, part: Region) -> None:
        """Indent the lines of a part as the lines before them ask for."""
        top = part.start[0]
        before = next((line for line in reversed(self.text.lines[:top]) if line.strip()), "")
        rows = self.text.lines[top : part.end[0] + 1]
        self.change_rows(part, indented(rows, before, self.text.indent_after))
        self._to(top)

    def _to(self, row: int) -> None:
        self.text.cursor = row, first_sign(self.text.lines[row])

    def recase(self, part: Region, way: str) -> None:
        """Turn letters into the other case (`~`), small (`u`) or capital ones (`U`)."""
        turn = {"~": str.swapcase, "u": str.lower, "U": str.upper}[way]
        signs = self._signs(part)
        self.text.replace(signs.start, signs.end, turn(self.inside(signs)))
        self.text.cursor = part.start

    def _signs(self, part: Region) -> Region:
        """Return the characters of a part, also of whole lines."""
        (top, _), (bottom, _) = part.start, part.end
        return Region((top, 0), (bottom, len(self.text.lines[bottom]))) if part.linewise else part

    def overwrite(self, part: Region, sign: str) -> None:
        """Put one character in place of each of a part; a line break in place of all of them."""
        signs = self._signs(part)
        if sign == "\r":
            self.text.replace(signs.start, signs.end, "\n")
            self.text.cursor = signs.start[0] + 1, 0
            return
        rows = self.inside(signs).split("\n")
        self.text.replace(signs.start, signs.end, "\n".join(sign * len(row) for row in rows))
        self.text.cursor = part.start

    def join(self, top: int, count: int) -> None:
        """Join lines, with a blank in between where one is due."""
        lines = self.text.lines[top : top + count]
        if len(lines) < 2:
            return
        joined, before, column = lines[0], lines[0], 0
        for line in lines[1:]:
            code = line.lstrip()
            blank = " " if code and joined and not before[-1:].isspace() and not code.startswith(")") else ""
            column = len(joined)
            joined, before = joined + blank + code, code
        self.text.replace((top, 0), (top + len(lines) - 1, len(lines[-1])), joined)
        self.text.cursor = top, column

    def put(self, register: str, count: int, *, behind: bool) -> None:
        """Put the register's text before or behind the cursor."""
        text, (row, column) = self.text, self.text.cursor
        kept, linewise = self.kept(register)
        if not kept:
            return
        new = kept * count
        if linewise:
            new = new.removesuffix("\n")
            at = row + 1 if behind else row
            if behind:
                end = row, len(text.lines[row])
                text.replace(end, end, "\n" + new)
            else:
                text.replace((row, 0), (row, 0), new + "\n")
            self._to(at)
            return
        column = min(column + 1, len(text.lines[row])) if behind else column
        text.replace((row, column), (row, column), new)
        text.cursor = (row, column) if "\n" in kept else (row, column + len(new) - 1)

    def put_over(self, part: Region, register: str, count: int) -> None:
        """Put the register's text in place of a part, which the register takes."""
        kept, linewise = self.kept(register)
        new, old = kept * count, self.inside(part)
        text = self.text
        start: Place = part.start
        if part.linewise:
            self.change_rows(part, [new.removesuffix("\n")])
            text.cursor = (start[0], first_sign(text.lines[start[0]])) if linewise else (start[0], 0)
        elif linewise:
            text.replace(start, part.end, "\n" + new)
            text.cursor = start[0] + 1, first_sign(text.lines[start[0] + 1])
        else:
            text.replace(start, part.end, new)
            text.cursor = start if "\n" in new else (start[0], start[1] + max(0, len(new) - 1))
        self.keep(old, "", linewise=part.linewise)
