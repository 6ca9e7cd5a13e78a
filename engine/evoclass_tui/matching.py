"""Search in a lesson: where a text occurs in its blocks, and in lines as they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from evoclass.layout import Line, is_decor
from evoclass.model import Lab, Lesson
from evoclass.reading.blocktext import block_text
from evoclass.reading.spots import spots
from evoclass.wording.folding import occurrences

Match = tuple[tuple[int, int, int], ...]
"""One occurrence in drawn lines: row, start and end of each of its parts, for it may be wrapped."""


class Hit(NamedTuple):
    """One occurrence in a lesson."""

    block: str
    number: int
    """Which one it is in the block, from 0."""


def hits(lesson: Lesson, sought: str) -> list[Hit]:
    """Return every occurrence of a folded text in a lesson, in reading order."""
    # From the blocks and not from drawn lines: a long lesson is not drawn as a whole.
    found: list[Hit] = []
    seen: set[str] = set()
    for spot in spots(lesson):
        if spot.id not in seen:
            seen.add(spot.id)
            text = spot.block.file if isinstance(spot.block, Lab) else block_text(spot.block)
            found += (Hit(spot.id, number) for number in range(len(occurrences(text, sought))))
    return found


def matches(lines: Sequence[Line], sought: str) -> list[Match]:
    """Return every occurrence of a folded text in lines, across the ends of wrapped ones."""
    found: list[Match] = []
    for first, last in _paragraphs(lines):
        text, places = _read(lines, first, last)
        for start, end in occurrences(text, sought):
            found.append(tuple(_stretches(places[start:end])))
    return found


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the first row of each text, and the one below its last."""
    first = 0
    for row in range(1, len(lines) + 1):
        if row == len(lines) or lines[row].joins is None:
            yield first, row
            first = row


def _read(lines: Sequence[Line], first: int, last: int) -> tuple[str, list[tuple[int, int] | None]]:
    """Return the text of some rows, and the row and column of each of its characters."""
    text: list[str] = []
    places: list[tuple[int, int] | None] = []
    for row in range(first, last):
        if row > first and (joins := lines[row].joins):
            text.append(joins)
            places += [None] * len(joins)
        column = 0
        for segment in lines[row].segments:
            if not is_decor(segment.style):
                text.append(segment.text)
                places += [(row, column + at) for at in range(len(segment.text))]
            column += len(segment.text)
    return "".join(text), places


def _stretches(places: Iterable[tuple[int, int] | None]) -> Iterator[tuple[int, int, int]]:
    row = start = end = -1
    for place in places:
        if place is None:
            continue
        if place == (row, end):
            end += 1
            continue
        if row >= 0:
            yield row, start, end
        row, start = place
        end = start + 1
    if row >= 0:
        yield row, start, end
