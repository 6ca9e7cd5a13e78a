"""Vim's `:s`: what is found in some lines is replaced."""

from __future__ import annotations

import re

from evoclass_tui.finding import Match, PatternError, Sought, find, replaced
from evoclass_tui.vim.addresses import Rows
from evoclass_tui.vim.confirmation import Confirmation
from evoclass_tui.vim.motions import first_sign
from evoclass_tui.vim.pattern import sought_by
from evoclass_tui.vim.replacement import Replacement
from evoclass_tui.vim.text import Tell, Text

FLAGS = "cgiIe&n"


class Last:
    """The last substitution, to be repeated."""

    sought = Sought()
    by: Replacement | None = None
    flags = ""


class Substitution:
    """Replaces, at once or with a question for each match."""

    def __init__(self, text: Text, tell: Tell, last: Last) -> None:
        self._text, self._tell, self.last = text, tell, last
        self.asking: Confirmation | None = None
        """What is being asked, match by match."""

    def again(self, rows: Rows, flags: str = "") -> None:
        """Substitute as before, in other lines."""
        if self.last.by is None:
            self._tell("vim.unknown", command=":s")
        else:
            self._put(rows, self.last.sought, self.last.by, flags)

    def carry_out(self, rows: Rows, written: str) -> None:
        """Substitute in some lines; `written` is `/old/new/flags`.  Raises PatternError."""
        if not written:
            self.again(rows)
            return
        sign = written[0]
        if sign.isalnum() or sign in '\\"|':
            raise PatternError("vim.unknown", command=f":s{written}")
        old, new, flags = (*parts(written), "", "")[:3]
        sought = sought_by(old) if old else self._text.sought
        new = new.replace(f"\\{sign}", sign) if sign != "&" else new
        self._put(rows, sought, Replacement(new), flags.strip())

    def _put(self, rows: Rows, sought: Sought, by: Replacement, flags: str) -> None:
        if set(flags) - set(FLAGS):
            raise PatternError("vim.unknown", command=f":s … {flags}")
        if flags.startswith("&"):
            flags = self.last.flags + flags[1:]
        self.last.sought, self.last.by, self.last.flags = sought, by, flags
        self._text.sought = sought
        if not sought.regex:
            sought = sought._replace(text=re.escape(sought.text), regex=True)
        if "i" in flags:
            sought = sought._replace(text=f"(?i){sought.text}")
        top, bottom = rows
        lines = list(self._text.lines[top : bottom + 1])
        found = find(lines, sought, exact="I" in flags)
        if "g" not in flags:
            found = [
                one
                for one, before in zip(found, [None, *found], strict=False)
                if before is None or before.row != one.row
            ]
        if not found:
            if "e" not in flags:
                self._tell("vim.not_found", text=self._text.sought.text)
        elif "n" in flags:
            self._tell("find.total", total=len(found))
        elif "c" in flags:
            exact = "I" in flags
            news = [
                _new(
                    lines[match.row],
                    match,
                    replaced([lines[match.row]], sought, by, [match._replace(row=0)], exact=exact)[0],
                )
                for match in found
            ]
            moved = [match._replace(row=top + match.row) for match in found]
            self.asking = Confirmation(self._text, list(zip(moved, news, strict=True)))
        else:
            new = replaced(lines, sought, by, found, exact="I" in flags)
            self._show(top, lines, new, found)

    def _show(self, top: int, lines: list[str], new: list[str], found: list[Match]) -> None:
        first, last = found[0].row, found[-1].row
        self._text.replace((top + first, 0), (top + last, len(lines[last])), "\n".join(new[first : last + 1]))
        row = top + last + sum(line.count("\n") for line in new[first : last + 1])
        self._text.cursor = row, first_sign(self._text.lines[row])
        self._tell("find.replaced", count=len(found))

    def answer(self, sign: str) -> None:
        """Take a key that answers what is asked."""
        if self.asking is not None:
            self.asking.answer(sign)
            if self.asking.new is None:
                count, self.asking = self.asking.count, None
                self._tell("find.replaced", count=count)


def parts(written: str, most: int = 2) -> list[str]:
    r"""Return what stands between the signs of `/old/new/`; behind a backslash the sign is no such sign."""
    sign = written[0]
    pieces = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(sign)}", written[1:], maxsplit=most)
    # What is captured are backslashes before the sign, which belong to the part before it.
    old, *others = ("".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2))
    return [old.replace(f"\\{sign}", sign) if sign not in ".*[]^$~" else old, *others]


def _new(line: str, match: Match, made: str) -> str:
    """Return what has taken the place of a match in a line."""
    return made[match.start : len(made) - (len(line) - match.end)]
