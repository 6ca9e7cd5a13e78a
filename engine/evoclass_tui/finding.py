"""Search in a program: where a text occurs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Match(NamedTuple):
    """One occurrence: its row, and its columns, the end exclusive."""

    row: int
    start: int
    end: int


def find(lines: Iterable[str], text: str, *, exact: bool) -> list[Match]:
    """Return every occurrence of a text; unless `exact`, capitals count only if the text has some."""
    if not text:
        return []
    pattern = re.compile(re.escape(text), 0 if exact or text != text.lower() else re.IGNORECASE)
    return [
        Match(row, found.start(), found.end())
        for row, line in enumerate(lines)
        for found in pattern.finditer(line)
    ]


def replaced(lines: Sequence[str], matches: Iterable[Match], by: str) -> list[str]:
    """Return the lines with each occurrence replaced."""
    changed = list(lines)
    for row, start, end in sorted(matches, reverse=True):
        changed[row] = changed[row][:start] + by + changed[row][end:]
    return changed


def nearest(matches: Sequence[Match], place: tuple[int, int], by: int = 0) -> int:
    """Return the number of the first match from a place on; `by` -1: of the last one before it.  Both go round."""
    at = bisect_left(matches, (*place, 0))
    return (at + by) % len(matches)
