"""Where vim's motions lead: places in lines of text, nothing of a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from evoclass_tui.pairs import BRACKETS

Place = tuple[int, int]
"""Row and column, from 0."""

Lines = Sequence[str]

Kind = Literal["exclusive", "inclusive", "linewise"]

Lead = Callable[[Lines, Place, int], Place | None]
"""From lines, a place and a count to another place; None if there is none."""


class Motion(NamedTuple):
    """Where a motion leads, and what an operator takes along on the way."""

    place: Place
    """Its column may be one behind the last character."""
    kind: Kind = "exclusive"


def kind_of(sign: str, *, big: bool) -> int:
    """Return 0 for a blank; signs of one word have the same number."""
    if sign.isspace():
        return 0
    return 1 if big or sign.isalnum() or sign == "_" else 2


def indentation(line: str) -> int:
    """Return the column of the first character that is no blank."""
    return len(line) - len(line.lstrip())


def first_sign(line: str) -> int:
    """Return the column where the cursor goes in a line that was jumped to."""
    return min(indentation(line), max(0, len(line) - 1))


def word(lines: Lines, place: Place, count: int, *, big: bool, within: bool = False) -> Place:
    """Return the start of the next word; `within` stops behind the last one of a line, as operators need it."""
    row, column = place
    for left in reversed(range(count)):
        line = lines[row]
        if within and not left and not line and row + 1 < len(lines):
            return row + 1, 0
        if column < len(line):
            kind = kind_of(line[column], big=big)
            column += 1
            while kind and column < len(line) and kind_of(line[column], big=big) == kind:
                column += 1
        while True:
            while column < len(line) and line[column].isspace():
                column += 1
            if column < len(line):
                break
            if row + 1 == len(lines) or (within and not left):
                return row, column
            row, column, line = row + 1, 0, lines[row + 1]
            if not line:
                break
    return row, column


def word_end(lines: Lines, place: Place, count: int, *, big: bool) -> Place:
    """Return the last character of a word."""
    row, column = place
    for _ in range(count):
        column += 1
        while column >= len(lines[row]) or lines[row][column].isspace():
            column += 1
            if column >= len(lines[row]):
                if row + 1 == len(lines):
                    return row, max(0, len(lines[row]) - 1)
                row, column = row + 1, 0
        line = lines[row]
        kind = kind_of(line[column], big=big)
        while column + 1 < len(line) and kind_of(line[column + 1], big=big) == kind:
            column += 1
    return row, column


def word_end_back(lines: Lines, place: Place, count: int, *, big: bool) -> Place | None:
    """Return the last character of a word before the place."""
    row, column = place
    if place == (0, 0):
        return None
    for _ in range(count):
        line = lines[row]
        if column < len(line) and (kind := kind_of(line[column], big=big)):
            while column >= 0 and kind_of(line[column], big=big) == kind:
                column -= 1
        else:
            column -= 1
        back = _back_over_space(lines, row, column)
        if back is None:
            return 0, 0
        row, column = back
    return row, column


def _back_over_space(lines: Lines, row: int, column: int) -> Place | None:
    """Return the sign at a place or the next one before it, an empty line included; None at the text's start."""
    while column < 0 or lines[row][column].isspace():
        column -= 1
        if column < 0:
            if row == 0:
                return None
            row, column = row - 1, len(lines[row - 1]) - 1
            if not lines[row]:
                return row, 0
    return row, column


def word_back(lines: Lines, place: Place, count: int, *, big: bool) -> Place | None:
    """Return the start of a word before the place."""
    row, column = place
    if place == (0, 0):
        return None
    for _ in range(count):
        column -= 1
        back = _back_over_space(lines, row, column)
        if back is None:
            return 0, 0
        row, column = back
        line = lines[row]
        while column > 0 and kind_of(line[column - 1], big=big) == kind_of(line[column], big=big):
            column -= 1
    return row, column


def paragraph(lines: Lines, place: Place, count: int, *, step: int) -> Place | None:
    """Return the empty line after or before the paragraph; at the end of the text, behind its last character."""
    row = place[0]
    for number in range(count):
        if number and not 0 <= row + step < len(lines):
            return None
        while 0 <= row + step < len(lines) and not lines[row]:
            row += step
        while 0 <= row + step < len(lines) and lines[row]:
            row += step
    return row, (len(lines[row]) if step > 0 else 0)


def partner(lines: Lines, place: Place, count: int) -> Place | None:
    """Return the partner of the bracket at the place or behind it in its line."""
    row, column = place
    found = re.search(r"[()\[\]{}]", lines[row][column:])
    if found is None:
        return None
    column, sign = column + found.start(), found[0]
    opens = sign in BRACKETS
    other = BRACKETS[sign] if opens else next(key for key, value in BRACKETS.items() if value == sign)
    return enclosing(lines, (row, column), sign, other, 1 if opens else -1)


def enclosing(lines: Lines, place: Place, same: str, other: str, step: int) -> Place | None:
    """Return the next `other` in a direction that is not the partner of a `same` on the way."""
    row, column = place
    depth = 0
    while 0 <= row < len(lines):
        line = lines[row]
        column += step
        while 0 <= column < len(line):
            if line[column] == other:
                if not depth:
                    return row, column
                depth -= 1
            elif line[column] == same:
                depth += 1
            column += step
        row += step
        column = -1 if step > 0 else (len(lines[row]) if row >= 0 else 0)
    return None


def in_line(line: str, column: int, way: str, sign: str, count: int, *, again: bool = False) -> int | None:
    """Return where `f`, `F`, `t` or `T` finds a character; `again` steps over the one that `t` stands at."""
    step = 1 if way in "ft" else -1
    if again and way in "tT" and count == 1:
        column += step
    for _ in range(count):
        column = line.find(sign, column + 1) if step > 0 else line.rfind(sign, 0, max(0, column))
        if column < 0:
            return None
    return column if way in "fF" else column - step


def _down(lines: Lines, place: Place, count: int) -> Place | None:
    row = min(place[0] + count, len(lines) - 1)
    return (row, place[1]) if row != place[0] else None


def _up(lines: Lines, place: Place, count: int) -> Place | None:
    return (max(place[0] - count, 0), place[1]) if place[0] else None


def _at_first_sign(lead: Lead) -> Lead:
    def led(lines: Lines, place: Place, count: int) -> Place | None:
        found = lead(lines, place, count)
        return found and (found[0], first_sign(lines[found[0]]))

    return led


def _left(lines: Lines, place: Place, count: int) -> Place:
    return place[0], max(0, place[1] - count)


def _right(lines: Lines, place: Place, count: int) -> Place:
    return place[0], min(place[1] + count, len(lines[place[0]]))


def _on(lines: Lines, place: Place, count: int) -> Place:
    """Go on by characters, also into the next lines."""
    row, column = place
    for _ in range(count):
        column += 1
        if column >= len(lines[row]):
            if row + 1 == len(lines):
                return row, len(lines[row])
            row, column = row + 1, 0
    return row, column


def _back(lines: Lines, place: Place, count: int) -> Place:
    row, column = place
    for _ in range(count):
        if column:
            column -= 1
        elif row:
            row, column = row - 1, max(0, len(lines[row - 1]) - 1)
    return row, column


def _line_end(lines: Lines, place: Place, count: int) -> Place | None:
    at = place if count == 1 else _down(lines, place, count - 1)
    return (at[0], max(0, len(lines[at[0]]) - 1)) if at is not None else None


def _last_sign(lines: Lines, place: Place, count: int) -> Place | None:
    at = _line_end(lines, place, count)
    return (at[0], max(0, len(lines[at[0]].rstrip()) - 1)) if at is not None else None


MOTIONS: dict[str, tuple[Lead, Kind]] = {
    "h": (_left, "exclusive"),
    "l": (_right, "exclusive"),
    " ": (_on, "exclusive"),
    "\b": (_back, "exclusive"),
    "j": (_down, "linewise"),
    "k": (_up, "linewise"),
    "+": (_at_first_sign(_down), "linewise"),
    "\r": (_at_first_sign(_down), "linewise"),
    "-": (_at_first_sign(_up), "linewise"),
    "_": (
        _at_first_sign(lambda lines, at, count: at if count == 1 else _down(lines, at, count - 1)),
        "linewise",
    ),
    "0": (lambda lines, at, count: (at[0], 0), "exclusive"),
    "^": (lambda lines, at, count: (at[0], first_sign(lines[at[0]])), "exclusive"),
    "$": (_line_end, "inclusive"),
    "w": (lambda lines, at, count: word(lines, at, count, big=False), "exclusive"),
    "W": (lambda lines, at, count: word(lines, at, count, big=True), "exclusive"),
    "e": (lambda lines, at, count: word_end(lines, at, count, big=False), "inclusive"),
    "E": (lambda lines, at, count: word_end(lines, at, count, big=True), "inclusive"),
    "ge": (lambda lines, at, count: word_end_back(lines, at, count, big=False), "inclusive"),
    "gE": (lambda lines, at, count: word_end_back(lines, at, count, big=True), "inclusive"),
    "g_": (lambda lines, at, count: _last_sign(lines, at, count), "inclusive"),
    "|": (lambda lines, at, count: (at[0], min(count - 1, max(0, len(lines[at[0]]) - 1))), "exclusive"),
    "b": (lambda lines, at, count: word_back(lines, at, count, big=False), "exclusive"),
    "B": (lambda lines, at, count: word_back(lines, at, count, big=True), "exclusive"),
    "}": (lambda lines, at, count: paragraph(lines, at, count, step=1), "exclusive"),
    "{": (lambda lines, at, count: paragraph(lines, at, count, step=-1), "exclusive"),
    "%": (partner, "inclusive"),
}
"""The motions that need nothing but the text."""
