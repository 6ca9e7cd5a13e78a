"""What vim's text objects cover: a word, a string, what is between brackets, a paragraph."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from evoclass_tui.pairs import BRACKETS
from evoclass_tui.vim.motions import Lines, Place, enclosing, kind_of

_NAMES = {"b": "(", "B": "{"}


NAMES = "wWp\"'`bB()[]{}<>"
"""What follows `i` and `a`."""


class Region(NamedTuple):
    """A part of the text; the end is exclusive, and of whole lines only the rows count."""

    start: Place
    end: Place
    linewise: bool = False


def region(lines: Lines, place: Place, name: str, count: int) -> Region | None:
    """Return what an object such as `iw` covers at a place; None if there is none there."""
    around, what = name[0] == "a", _NAMES.get(name[1], name[1])
    if what in "wW":
        return _word(lines, place, count, around=around, big=what == "W")
    if what == "p":
        return _paragraph(lines, place[0], count, around=around)
    if what in "\"'`":
        return _string(lines[place[0]], place, what, count, around=around)
    for opener, closer in {**BRACKETS, "<": ">"}.items():
        if what in (opener, closer):
            return _brackets(lines, place, opener, closer, count, around=around)
    return None


def _word(lines: Lines, place: Place, count: int, *, around: bool, big: bool) -> Region | None:
    row, column = place
    runs: list[tuple[int, int, int]] = []
    for kind, signs in groupby(lines[row], lambda sign: kind_of(sign, big=big)):
        start = runs[-1][1] if runs else 0
        runs.append((start, start + len(list(signs)), kind))
    if not runs:
        return None if around else Region(place, place)
    first = last = next((number for number, run in enumerate(runs) if column < run[1]), len(runs) - 1)
    if not around:
        last = first + count - 1
        if last >= len(runs):
            return None
        return Region((row, runs[first][0]), (row, runs[last][1]))
    leading = not runs[first][2]
    if leading and first == len(runs) - 1:
        return None
    last = first - 1
    for _ in range(count):
        if leading and last + 1 < len(runs) and not runs[last + 1][2]:
            last += 1
        last += 1
        if last >= len(runs):
            return None
        if not leading and last + 1 < len(runs) and not runs[last + 1][2]:
            last += 1
    trailing = not runs[last][2]
    if not leading and not trailing and first > 1 and not runs[first - 1][2]:
        first -= 1
    return Region((row, runs[first][0]), (row, runs[last][1]))


def _paragraph(lines: Lines, row: int, count: int, *, around: bool) -> Region | None:
    def blank(number: int) -> bool:
        return not lines[number].strip()

    first = row
    while first and blank(first - 1) == blank(row):
        first -= 1
    end = first
    blocks = count * 2 if around else count
    for number in range(blocks):
        if end == len(lines):
            if not around or number < blocks - 1:
                return None
            break
        block = blank(end)
        while end < len(lines) and blank(end) == block:
            end += 1
    else:
        return Region((first, 0), (end - 1, 0), linewise=True)
    # No blank lines follow the last paragraph: those before the first one are taken along.
    while first and blank(first - 1) and not blank(row):
        first -= 1
    return Region((first, 0), (end - 1, 0), linewise=True) if not blank(row) else None


def _string(line: str, place: Place, quote: str, count: int, *, around: bool) -> Region | None:
    row, column = place
    quotes = [number for number, sign in enumerate(line) if sign == quote and not _escaped(line, number)]
    before = sum(number < column for number in quotes)
    # As in vim, what is between two strings is a string, too.
    first = before // 2 * 2 if column in quotes else max(0, before - 1)
    if first + 1 >= len(quotes):
        return None
    start, end = quotes[first], quotes[first + 1]
    if not around and count == 1:
        return Region((row, start + 1), (row, end))
    end += 1
    if not around:
        return Region((row, start), (row, end))
    after = end + len(line[end:]) - len(line[end:].lstrip())
    if after == end:
        start = len(line[:start].rstrip())
    return Region((row, start), (row, after))


def _escaped(line: str, column: int) -> bool:
    before = line[:column]
    return bool((len(before) - len(before.rstrip("\\"))) % 2)


def _next(lines: Lines, place: Place, sign: str) -> Place | None:
    """Return where a character comes next."""
    row, column = place
    while (found := lines[row].find(sign, column)) < 0:
        row, column = row + 1, 0
        if row == len(lines):
            return None
    return row, found


def _brackets(
    lines: Lines, place: Place, opener: str, closer: str, count: int, *, around: bool
) -> Region | None:
    row, column = place
    sign = lines[row][column : column + 1]
    start: Place | None = place if sign == opener else (row, column)
    if sign == opener:
        count -= 1
    for number in range(count):
        found = enclosing(lines, start, closer, opener, -1) if start is not None else None
        start = found if found or number or sign == opener else _next(lines, place, opener)
    end = enclosing(lines, start, opener, closer, 1) if start is not None else None
    if start is None or end is None:
        return None
    if around:
        return Region(start, (end[0], end[1] + 1))
    start = (start[0], start[1] + 1)
    if start[1] == len(lines[start[0]]) and start[0] < end[0]:
        start = (start[0] + 1, 0)
    if not lines[end[0]][: end[1]].strip() and end[0] > start[0]:
        end = (end[0] - 1, len(lines[end[0] - 1]))
        if not lines[start[0]][: start[1]].strip():
            return Region(start, end, linewise=True)
    return Region(start, end)
