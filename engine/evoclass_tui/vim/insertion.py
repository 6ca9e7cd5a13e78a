"""Vim's insert mode: how it begins, what was typed in it, and how it ends."""

from __future__ import annotations

from typing import NamedTuple

from evoclass_tui.indenting import own_indent
from evoclass_tui.vim.command import Command
from evoclass_tui.vim.motions import Place, first_sign
from evoclass_tui.vim.text import Text


class Typed(NamedTuple):
    """What was typed in insert mode: signs taken away before and behind its beginning, and the new text."""

    before: int
    after: int
    text: str


class Insertion(NamedTuple):
    """Insert mode, from its beginning."""

    command: Command
    text: str
    start: int
    """Where it began, in characters."""
    opened: str = ""
    """The line break and the indentation with which it began."""

    @property
    def indented(self) -> bool:
        """Whether it began in a line with nothing but an indentation that came by itself."""
        return bool(self.opened) or (self.command.operator == "c" and self.command.rest in ("c", "S"))

    def typed(self, now: str) -> Typed:
        """Return what has become of the text, seen from where this began."""
        before, start = self.text, self.start
        same = 0
        while same < min(start, len(now)) and before[same] == now[same]:
            same += 1
        tail, most = 0, min(len(before) - start, len(now) - same)
        while tail < most and before[-1 - tail] == now[-1 - tail]:
            tail += 1
        return Typed(start - same, len(before) - start - tail, now[same : len(now) - tail])


def begun(text: Text, command: Command, place: Place, opened: str = "") -> Insertion:
    """Put the cursor where insert mode begins, and return what it begins with."""
    text.cursor, lines = place, text.lines
    start = sum(len(line) + 1 for line in lines[: place[0]]) + place[1]
    return Insertion(command, "\n".join(lines), start, opened)


def opening(text: Text, command: Command) -> Insertion:
    """Go into insert mode by one of `i`, `I`, `a`, `A`, `o` and `O`."""
    (row, column), rest = text.cursor, command.rest
    line = text.lines[row]
    if rest == "o":
        opened = "\n" + text.indent_after(line)
        text.replace((row, len(line)), (row, len(line)), opened)
        return begun(text, command, (row + 1, len(opened) - 1), opened)
    if rest == "O":
        opened = own_indent(line) + "\n"
        text.replace((row, 0), (row, 0), opened)
        return begun(text, command, (row, len(opened) - 1), "\n" + opened[:-1])
    places = {"i": column, "I": first_sign(line) if line.strip() else len(line), "A": len(line)}
    return begun(text, command, (row, places.get(rest, min(column + 1, len(line)))))


def ended(text: Text, began: Insertion) -> Typed:
    """Repeat what was typed as often as the command says, and return it."""
    row, column = text.cursor
    typed = began.typed("\n".join(text.lines))
    times = 1 if began.command.operator or not (typed.text or began.opened) else began.command.times
    opened = began.opened
    if not typed.text and text.lines[row].isspace() and began.indented:
        # Nothing but the indentation that came by itself.
        text.replace((row, 0), (row, len(text.lines[row])), "")
        column, opened = 0, opened[:1]
    if times > 1:
        new = (opened + typed.text) * (times - 1)
        text.replace((row, column), (row, column), new)
        row += new.count("\n")
        column = len(new.rpartition("\n")[2]) + (0 if "\n" in new else column)
    text.cursor = row, column
    return typed


def type_again(text: Text, typed: Typed) -> None:
    """Type at the cursor what was typed before."""
    row, column = text.cursor
    before, after, new = typed
    start = max(0, column - before)
    text.replace((row, start), (row, min(len(text.lines[row]), column + after)), new)
    rows = new.count("\n")
    text.cursor = row + rows, len(new.rpartition("\n")[2]) + (0 if rows else start)
