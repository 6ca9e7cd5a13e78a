"""The lines that vim takes after `:`, such as `:12`, `:w`, `:%s/old/new/g` and `:g/text/d`."""

from __future__ import annotations

import re
import time

from evoclass_tui.finding import PatternError, find
from evoclass_tui.vim.addresses import Addresses, Rows
from evoclass_tui.vim.marks import BEFORE_JUMP, Marks
from evoclass_tui.vim.motions import first_sign
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.operators import Operators, is_register
from evoclass_tui.vim.pattern import sought_by
from evoclass_tui.vim.sheet import Sheet
from evoclass_tui.vim.substitution import Last, Substitution, parts
from evoclass_tui.vim.text import Tell, Text

SECONDS = 2.0
"""Longest time that one line takes which acts many times: the window waits for it."""

_WRITE = ("w", "wa", "wall", "write", "up", "update")
_LEAVE = ("q", "qa", "qall", "quit", "clo", "close")
_WRITE_AND_LEAVE = ("wq", "wqa", "wqall", "x", "xa", "xall", "xit", "exi", "exit")
_MOVE, _COPY = ("m", "mo", "move"), ("t", "co", "copy")

_NAME = re.compile(r"\s*(&&|[a-zA-Z]+|[&<>]+)?!?\s*")
_SUBSTITUTE = re.compile(r"(?:s|su|sub|subst|substitute)(?=[^a-zA-Z\s]|$)")
_GLOBAL = re.compile(
    r"(?:(g|gl|glo|glob|globa|global)(!?)|v|vg|vgl|vglo|vglob|vgloba|vglobal)\s*(?=[^\w\s\"\\|!])"
)


class Colon:
    """Carries out lines; what is not there is told."""

    def __init__(
        self, text: Text, operators: Operators, marks: Marks, tell: Tell, last: Last | None = None
    ) -> None:
        """`last`: what another one has substituted, whose lines this one carries out on a sheet."""
        self.text, self._operators, self._marks, self._tell = text, operators, marks, tell
        self._addresses = Addresses(text, marks)
        self._on_sheet = last is not None
        self.substitution = Substitution(text, tell, last or Last())
        self._line = ""
        """The last line that was carried out."""

    def carry_out(self, line: str) -> None:
        """Carry out a line, given without its colon."""
        try:
            self._carry_out(line.strip())
        except PatternError as error:
            self._tell(error.key, **error.fields)

    def again(self, times: int) -> None:
        """Carry out the last line again."""
        if not self._line:
            self._tell("vim.no_macro", register=":")
        until = time.monotonic() + SECONDS
        for _ in range(times if self._line else 0):
            self.carry_out(self._line)
            if time.monotonic() > until:  # each time may double the text
                self._tell("vim.macro_stopped", register="@:")
                break

    def _carry_out(self, line: str) -> None:
        self._line = line
        rows, rest = self._addresses.range(line)
        if (found := _SUBSTITUTE.match(rest)) is not None:
            written = rest[found.end() :]
            if self._on_sheet and "c" in (*parts(written), "", "")[2]:
                raise PatternError("vim.unknown", command=":g … c")
            self.substitution.carry_out(rows or self._addresses.here, written)
            return
        if (found := _GLOBAL.match(rest)) is not None and not self._on_sheet:
            self._global(rows, rest[found.end() :], others=found[1] is None or bool(found[2]))
            return
        found = _NAME.match(rest)
        assert found is not None
        name, argument = found[1] or "", rest[found.end() :].strip()
        if not rest:
            if rows is not None:
                self._marks.set(BEFORE_JUMP, self.text.cursor)
                self.text.cursor = rows[1], first_sign(self.text.lines[rows[1]])
        elif name in ("&", "&&"):
            last = self.substitution.last.flags if name == "&&" else ""
            self.substitution.again(rows or self._addresses.here, argument or last)
        elif not self._known(name, argument, rows):
            raise PatternError("vim.unknown", command=f":{line}")

    def _known(self, name: str, argument: str, rows: Rows | None) -> bool:
        """Carry out a command that has a name; return whether it is one."""
        top, bottom = rows or self._addresses.here
        part = Region((top, 0), (bottom, 0), linewise=True)
        register = argument if is_register(argument) and not argument.isdecimal() else ""
        if name in (*_MOVE, *_COPY):
            return self._carry(part, argument, away=name in _MOVE)
        if name in ("d", "de", "del", "delete") and register == argument:
            self._operators.delete(part, register)
        elif name in ("y", "ya", "yank") and register == argument:
            self._operators.yank(part, register)
        elif argument:
            return False
        elif name in ("j", "join"):
            self._operators.join(top, max(2, bottom - top + 1))
            self.text.cursor = top, first_sign(self.text.lines[top])
        elif name and set(name) in ({">"}, {"<"}):
            self._operators.shift(part, len(name) if name[0] == ">" else -len(name))
            self.text.cursor = bottom, first_sign(self.text.lines[bottom])
        else:
            return not self._on_sheet and self._of_the_file(name, rows)
        return True

    def _of_the_file(self, name: str, rows: Rows | None) -> bool:
        """Carry out a command that is about the whole file; return whether it is one."""
        whole = rows in (None, (0, len(self.text.lines) - 1))
        if (name in _WRITE and whole) or (name in _WRITE_AND_LEAVE and rows is None):
            self.text.write()
        elif rows is not None or name not in (
            *_LEAVE,
            "u",
            "undo",
            "red",
            "redo",
            "noh",
            "nohl",
            "nohlsearch",
        ):
            return False
        if name in (*_LEAVE, *_WRITE_AND_LEAVE):
            self.text.leave()
        elif name in ("u", "undo"):
            self.text.undo()
        elif name in ("red", "redo"):
            self.text.redo()
        elif name.startswith("noh"):
            self.text.mark(())
        return True

    def _carry(self, part: Region, address: str, *, away: bool) -> bool:
        """Copy lines below the one that is named, or move them there; return whether that is possible."""
        row = self._addresses.below(address)
        top, bottom = part.start[0], part.end[0]
        if row is None or (away and top < row <= bottom):
            return False
        lines = list(self.text.lines[top : bottom + 1])
        if away:
            row -= len(lines) if row > bottom else 0
        if away and row != top:
            self._operators.remove(part)
        if not away or row != top:
            self._operators.insert(row, lines)
        last = row + len(lines) - 1
        self.text.cursor = last, first_sign(self.text.lines[last])
        return True

    # ---------------------------------------------------------------------------------- lines with a text in them

    def _global(self, rows: Rows | None, written: str, *, others: bool) -> None:
        """Carry out a command in each line that has a text, or in the `others`."""
        pattern, *commands = parts(written, 1)
        command = commands[0].strip() if commands else ""
        sought = sought_by(pattern) if pattern else self.text.sought
        top, bottom = rows or (0, len(self.text.lines) - 1)
        have = {match.row for match in find(self.text.lines, sought, exact=False)}
        wanted = [row for row in range(top, bottom + 1) if (row in have) != others]
        self.text.sought = sought
        if not wanted:
            self._tell("vim.everywhere" if others else "vim.not_found", text=sought.text)
        elif command in ("", "p", "print"):
            self._marks.set(BEFORE_JUMP, self.text.cursor)
            self.text.cursor = wanted[-1], first_sign(self.text.lines[wanted[-1]])
            self.text.mark([] if others else find(self.text.lines, sought, exact=False))
            self._tell("find.total", total=len(wanted))
        else:
            self._in_each(wanted, command)

    def _in_each(self, rows: list[int], command: str) -> None:
        """Carry out a command in some lines; those where it is not possible stay as they are."""
        sheet = Sheet(self.text)
        told: list[int] = []
        missed: list[PatternError] = []

        def tell(key: str, **fields: object) -> None:
            if key == "find.replaced":
                told.append(int(str(fields["count"])))
            else:
                missed.append(PatternError(key, **fields))

        inner = Colon(sheet, self._operators.on(sheet), self._marks.on(sheet), tell, self.substitution.last)
        until = time.monotonic() + SECONDS
        for number in rows:
            if time.monotonic() > until:
                raise PatternError("vim.macro_stopped", register=":g")
            if number in sheet.numbers:
                sheet.cursor = sheet.numbers.index(number), 0
                inner.carry_out(command)
            if missed and missed[-1].key == "vim.unknown":
                raise missed[-1]
        self._marks.set(BEFORE_JUMP, self.text.cursor)
        sheet.finish()
        if told:
            self._tell("find.replaced", count=sum(told))
        elif missed:
            raise missed[0]
