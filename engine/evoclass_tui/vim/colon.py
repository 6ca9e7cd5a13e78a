"""The lines that vim takes after `:`, such as `:12`, `:w` and `:%s/old/new/g`."""

from __future__ import annotations

import re

from evoclass_tui.finding import PatternError, Sought, find, replaced
from evoclass_tui.vim.marks import Marks
from evoclass_tui.vim.motions import first_sign
from evoclass_tui.vim.objects import Region
from evoclass_tui.vim.operators import Operators
from evoclass_tui.vim.pattern import sought_by, template
from evoclass_tui.vim.text import Tell, Text

_WRITE, _LEAVE = ("w", "write", "up", "update"), ("q", "quit", "clo", "close")

_ADDRESS = re.compile(r"(?:(\d+)|(\.)|(\$)|'(.)|/((?:\\.|[^\\/])*)/?|\?((?:\\.|[^\\?])*)\??)?((?:[+-]\d*)*)")
_NAME = re.compile(r"\s*(&&|[a-zA-Z]+|[&<>]+)?!?\s*")
_SUBSTITUTE = re.compile(r"(?:s|su|sub|subst|substitute)(?=[^a-zA-Z\s]|$)")


class Colon:
    """Carries out lines; what is not there is told."""

    def __init__(self, text: Text, operators: Operators, marks: Marks, tell: Tell) -> None:
        self.text, self._operators, self._marks, self._tell = text, operators, marks, tell
        self._last: tuple[Sought, str, str] | None = None
        """The last substitution: what for, by what, and its flags."""

    def carry_out(self, line: str) -> None:
        """Carry out a line, given without its colon."""
        try:
            self._carry_out(line.strip())
        except PatternError as error:
            self._tell(error.key, **error.fields)

    def _carry_out(self, line: str) -> None:
        rows, rest = self._range(line)
        if (found := _SUBSTITUTE.match(rest)) is not None:
            self._substitute(rows or self._here, rest[found.end() :])
            return
        found = _NAME.match(rest)
        assert found is not None
        name, argument = found[1] or "", rest[found.end() :].strip()
        if not rest:
            if rows is not None:
                self._marks.set("'", self.text.cursor)
                self.text.cursor = rows[1], first_sign(self.text.lines[rows[1]])
        elif name in ("&", "&&"):
            self.again(rows or self._here, argument or (self._last[2] if self._last and name == "&&" else ""))
        elif argument or not self._known(name, rows):
            self._tell("vim.unknown", command=f":{line}")

    def _known(self, name: str, rows: tuple[int, int] | None) -> bool:
        """Carry out a command without arguments; return whether it is one."""
        top, bottom = rows or self._here
        part = Region((top, 0), (bottom, 0), linewise=True)
        if rows is None and name in ("wq", "x", "xit", "exi", "exit"):
            self.text.write()
            self.text.leave()
        elif rows in (None, (0, len(self.text.lines) - 1)) and name in _WRITE:
            self.text.write()
        elif rows is None and name in _LEAVE:
            self.text.leave()
        elif name in ("d", "de", "del", "delete"):
            self._operators.delete(part, "")
        elif name in ("y", "ya", "yank"):
            self._operators.yank(part, "")
        elif name in ("j", "join"):
            self._operators.join(top, max(2, bottom - top + 1))
            self.text.cursor = top, first_sign(self.text.lines[top])
        elif name and set(name) in ({">"}, {"<"}):
            self._operators.shift(part, len(name) if name[0] == ">" else -len(name))
            self.text.cursor = bottom, first_sign(self.text.lines[bottom])
        else:
            return name in ("noh", "nohl", "nohlsearch")
        return True

    # ------------------------------------------------------------------------------------------------- its lines

    @property
    def _here(self) -> tuple[int, int]:
        return self.text.cursor[0], self.text.cursor[0]

    def _range(self, line: str) -> tuple[tuple[int, int] | None, str]:
        """Return the rows that a line begins with, and the rest of it."""
        last = len(self.text.lines) - 1
        if line.startswith("%"):
            return (0, last), line[1:].lstrip()
        rows: list[int] = []
        here = self.text.cursor[0]
        while True:
            row, line = self._address(line, here)
            if row is not None or rows or line[:1] in (",", ";"):
                rows.append(here if row is None else row)
            if line[:1] not in (",", ";"):
                break
            here = rows[-1] if line[0] == ";" else here
            line = line[1:].lstrip()
        if not rows:
            return None, line
        if min(rows) < -1 or max(rows) > last:
            if not line and len(rows) == 1:  # a number beyond the end leads to the last line
                return (max(0, min(rows[0], last)),) * 2, line
            raise PatternError("vim.no_line", line=max(rows) + 1 if max(rows) > last else min(rows) + 1)
        top, bottom = sorted(max(0, row) for row in rows[-2:]) if len(rows) > 1 else [max(0, rows[0])] * 2
        return (top, bottom), line

    def _address(self, line: str, here: int) -> tuple[int | None, str]:
        found = _ADDRESS.match(line)
        assert found is not None
        number, dot, end, mark, forwards, backwards, steps = found.groups()
        row: int | None = here if dot or steps else None
        if number:
            row = int(number[:9]) - 1
        elif end:
            row = len(self.text.lines) - 1
        elif mark:
            place = self._marks.place(mark)
            if place is None:
                raise PatternError("vim.no_mark", mark=mark)
            row = place[0]
        elif forwards is not None or backwards is not None:
            row = self._searched(forwards if forwards is not None else backwards, here, backwards is not None)
        for step in re.findall(r"[+-]\d*", steps):
            row = (row or 0) + int(f"{step}1" if len(step) == 1 else step[:9])
        return row, line[found.end() :].lstrip()

    def _searched(self, pattern: str, here: int, backwards: bool) -> int:
        sought = sought_by(pattern) if pattern else self.text.sought
        rows = sorted({match.row for match in find(self.text.lines, sought, exact=False)})
        if not rows:
            raise PatternError("vim.not_found", text=sought.text)
        self.text.sought = sought
        if backwards:
            return next((row for row in reversed(rows) if row < here), rows[-1])
        return next((row for row in rows if row > here), rows[0])

    # ---------------------------------------------------------------------------------------------- substitution

    def again(self, rows: tuple[int, int], flags: str = "") -> None:
        """Substitute as before, in other lines."""
        if self._last is None:
            self._tell("vim.unknown", command=":s")
        else:
            self._put(rows, self._last[0], self._last[1], flags)

    def _substitute(self, rows: tuple[int, int], written: str) -> None:
        if not written:
            self.again(rows)
            return
        sign = written[0]
        if sign.isalnum() or sign in '\\"|':
            raise PatternError("vim.unknown", command=f":s{written}")
        parts = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(sign)}", written[1:], maxsplit=2)
        # What is captured are backslashes before the sign, which belong to the part before it.
        texts = ["".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]
        old, new, flags = (*texts, "", "")[:3]
        old = old.replace(f"\\{sign}", sign) if sign not in ".*[]^$~" else old
        sought = sought_by(old) if old else self.text.sought
        self._put(
            rows, sought, template(new.replace(f"\\{sign}", sign) if sign != "&" else new), flags.strip()
        )

    def _put(self, rows: tuple[int, int], sought: Sought, by: str, flags: str) -> None:
        if set(flags) - set("giIe&n"):
            raise PatternError("vim.unknown", command=f":s … {flags}")
        if flags.startswith("&") and self._last is not None:
            flags = self._last[2] + flags[1:]
        self._last, self.text.sought = (sought, by, flags), sought
        if not sought.regex:
            sought = sought._replace(text=re.escape(sought.text), regex=True)
        if "i" in flags:
            sought = sought._replace(text=f"(?i){sought.text}")
        top, bottom = rows
        lines = list(self.text.lines[top : bottom + 1])
        found = find(lines, sought, exact="I" in flags)
        if "g" not in flags:
            found = [
                one
                for one, before in zip(found, [None, *found], strict=False)
                if before is None or before.row != one.row
            ]
        if not found:
            if "e" not in flags:
                self._tell("vim.not_found", text=self.text.sought.text)
            return
        if "n" in flags:
            self._tell("find.total", total=len(found))
            return
        new = replaced(lines, sought, by, found, exact="I" in flags)
        first, last = found[0].row, found[-1].row
        self.text.replace((top + first, 0), (top + last, len(lines[last])), "\n".join(new[first : last + 1]))
        row = top + last + sum(line.count("\n") for line in new[first : last + 1])
        self.text.cursor = row, first_sign(self.text.lines[row])
        self._tell("find.replaced", count=len(found))
