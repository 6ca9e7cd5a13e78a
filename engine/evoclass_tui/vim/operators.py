"""What vim's operators do to a part of the text, and the register that they fill."""

from __future__ import annotations

import re
from typing import Literal

from evoclass_tui.indenting import STEP, indented
from evoclass_tui.vim import block
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.text import Text

_NUMBER = re.compile(r"-?\d{1,300}")

NOWHERE = "_"
"""The register that keeps nothing."""

Kind = Literal["characters", "lines", "block"]
"""What a register has: a part of a line or several, whole lines, or a block of columns."""

NONE: tuple[str, Kind] = ("", "characters")

CLIPBOARD = ("", '"', "+", "*")
"""Names of the register without a name, which is the clipboard, too."""


def is_register(name: str) -> bool:
    """Whether there is a register of this name; none has none."""
    return name in (*CLIPBOARD, NOWHERE, "-") or (name.isascii() and name.isalnum())


class Operators:
    """Changes parts of a text; the cursor goes where vim leaves it."""

    def __init__(self, text: Text, registers: dict[str, tuple[str, Kind]] | None = None) -> None:
        self.text = text
        self._registers: dict[str, tuple[str, Kind]] = registers if registers is not None else {}
        """What each register has; the unnamed one is the clipboard, too."""

    def on(self, text: Text) -> Operators:
        """Return operators that change another text, and fill the same registers."""
        return Operators(text, self._registers)

    def keep(self, text: str, register: str, kind: Kind, *, yanked: bool = False) -> None:
        """Put a text into a register, and where vim notes what was copied or deleted last."""
        if register == NOWHERE:
            return
        if register.isalpha():
            before, of = self._registers.get(register.lower(), NONE)
            if register.isupper() and before:
                kind = "lines" if "lines" in (kind, of) else of
                first = before + "\n" * (kind == "lines" and not before.endswith("\n"))
                text = first + text + "\n" * (kind == "lines" and not text.endswith("\n"))
            self._registers[register.lower()] = text, kind
        elif yanked and register in CLIPBOARD:
            self._registers["0"] = text, kind
        elif "\n" in text and not yanked:
            for number in range(9, 1, -1):
                self._registers[str(number)] = self._registers.get(str(number - 1), NONE)
            self._registers["1"] = text, kind
        elif register in CLIPBOARD:
            self._registers["-"] = text, kind
        self._registers[""] = text, kind
        self.text.clipboard = text

    def note(self, register: str, text: str) -> None:
        """Put a text into a register and nowhere else."""
        self._registers[register] = text, "characters"

    def kept(self, register: str) -> tuple[str, Kind]:
        """Return what a register has; what was copied elsewhere counts too."""
        if register not in CLIPBOARD:
            return self._registers.get(register.lower(), NONE)
        found, copied = self._registers.get("", NONE), self.text.clipboard
        return found if copied == found[0] else (copied, "lines" if copied.endswith("\n") else "characters")

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
        self.keep(self.inside(part), register, _kind(part), yanked=True)

    def cut(self, part: Region, register: str) -> None:
        """Keep a part that is about to be deleted."""
        self.keep(self.inside(part), register, _kind(part))

    def delete(self, part: Region, register: str) -> None:
        """Cut a part out."""
        self.cut(part, register)
        self.remove(part)

    def remove(self, part: Region) -> None:
        """Take a part away; no register keeps it."""
        text, lines = self.text, self.text.lines
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

    def insert(self, row: int, lines: list[str]) -> None:
        """Add lines; the first one becomes that row."""
        new = "\n".join(lines)
        if row < len(self.text.lines):
            self.text.replace((row, 0), (row, 0), new + "\n")
        else:
            end = row - 1, len(self.text.lines[row - 1])
            self.text.replace(end, end, "\n" + new)

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

    def join(self, top: int, count: int, *, as_is: bool = False) -> None:
        """Join lines, with a blank in between where one is due, or `as_is`."""
        lines = self.text.lines[top : top + count]
        if len(lines) < 2:
            return
        joined, before, column = lines[0], lines[0], 0
        for line in lines[1:]:
            code = line if as_is else line.lstrip()
            blank = (
                " "
                if not as_is and code and joined and not before[-1:].isspace() and not code.startswith(")")
                else ""
            )
            column = len(joined)
            joined, before = joined + blank + code, code
        self.text.replace((top, 0), (top + len(lines) - 1, len(lines[-1])), joined)
        self.text.cursor = top, column

    def put(self, register: str, count: int, *, behind: bool) -> None:
        """Put the register's text before or behind the cursor."""
        text, (row, column) = self.text, self.text.cursor
        kept, kind = self.kept(register)
        if not kept:
            return
        if kind == "block":
            column = min(column + behind, len(text.lines[row]))
            block.put(text, kept.split("\n"), (row, column), count)
            return
        new = kept * count
        if kind == "lines":
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
        kept, kind = self.kept(register)
        linewise, new, old = kind == "lines", kept * count, self.inside(part)
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
        self.keep(old, "", _kind(part))

    def add(self, by: int) -> bool:
        """Add to the number at the cursor or behind it in its line; return whether there is one."""
        row, column = self.text.cursor
        line = self.text.lines[row]
        for found in _NUMBER.finditer(line):
            if found.end() > column:
                digits = found[0].lstrip("-")
                new = int(found[0]) + by
                width = len(digits) if digits.startswith("0") and len(digits) > 1 else 0
                shown = f"{'-' * (new < 0)}{abs(new):0{width}d}"
                self.text.replace((row, found.start()), (row, found.end()), shown)
                self.text.cursor = row, found.start() + len(shown) - 1
                return True
        return False


def _kind(part: Region) -> Kind:
    return "lines" if part.linewise else "characters"
