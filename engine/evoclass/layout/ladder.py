"""A ladder: numbers as bars, the author's above the learner's own, one pair a rung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from evoclass.layout.line import Line, Segment, cell_width, clean
from evoclass.layout.wrap import NO_RUN, pieces, wrap
from evoclass.model import Drawing, Inlines, Live, Table
from evoclass.pattern import pattern

WIDEST_LABEL = 26
"""Most cells of a rung's name beside its bars."""

SHORTEST = 12
"""Fewest cells of the longest bar; with less room the names stand above the bars."""

_NUMBER = pattern(r"\d+(?:[.,]\d+)?")
_PARTS = " ▏▎▍▌▋▊▉"


class _Bar(NamedTuple):
    """One number of a rung."""

    name: str
    text: str
    style: str
    low: float
    high: float
    """The end of a range; `low` for a single number."""


def ladder_lines(block: Drawing, width: int, live: Mapping[str, str]) -> list[Line]:
    """Return a ladder, at most `width` cells wide."""
    tables = [child for child in block.blocks if isinstance(child, Table)]
    rungs = [(row[0], _bars(table.header, row, live)) for table in tables for row in table.rows if row]
    every = [bar for _, bars in rungs for bar in bars]
    if not every:
        return []
    top = 100.0 if any("%" in bar.text for bar in every) else max(bar.high for bar in every) or 1.0
    names = max(cell_width(bar.name) for bar in every) + 1
    values = max(cell_width(bar.text) for bar in every) + 1
    labels = max(cell_width(_text(label, live)) for label, _ in rungs)
    aside = min(labels, WIDEST_LABEL) + 2
    if width - aside - names - values < SHORTEST:
        aside = 2
    room = max(1, width - aside - names - values)
    lines = _title(block, width)
    for label, bars in rungs:
        # A name in the margin has the rows of its bars; else it stands above them.
        rows = wrap(pieces(label, live), aside - 2 if aside > 2 else width)
        beside = rows if aside > 2 else []
        lines += [Line(row.segments, block.id, row.joins) for row in rows] if aside == 2 else []
        for place in range(max(len(bars), len(beside))):
            margin = beside[place].segments if place < len(beside) else ()
            used = sum(cell_width(part.text) for part in margin)
            pad = Segment(" " * (aside - used), "list.pad")
            drawn = _drawn(bars[place], names, values, room, top) if place < len(bars) else ()
            lines.append(Line((*margin, pad, *drawn), block.id))
    return lines


def _title(block: Drawing, width: int) -> list[Line]:
    """Return the lines that say what the numbers are."""
    rows = wrap([Segment(clean(block.alt), "table.header")], width)
    return [*(Line(row.segments, block.id, row.joins) for row in rows), Line((), block.id)]


def _bars(header: Sequence[Inlines], row: Sequence[Inlines], live: Mapping[str, str]) -> list[_Bar]:
    """Return the bars of a row: none for a cell without a number, a dash for a value that no run has given yet."""
    found = []
    for name, cell in zip(header[1:], row[1:], strict=False):
        waits = any(isinstance(item, Live) for item in cell)
        text = _text(cell, live)
        numbers = [float(number.replace(",", ".")) for number in _NUMBER.findall(text)]
        if not numbers and not waits:
            continue
        style = "live" if numbers and waits else "live.waiting" if waits else "table.header"
        low, high = (numbers[0], numbers[-1]) if numbers else (0.0, 0.0)
        found.append(
            _Bar(_text(name, live), text if numbers else NO_RUN, style, min(low, high), max(low, high))
        )
    return found


def _drawn(bar: _Bar, names: int, values: int, room: int, top: float) -> tuple[Segment, ...]:
    """Return the name, the bar and the number; a range has its second half in another shade."""
    solid = _blocks(bar.low / top * room, room)
    shade = round(bar.high / top * room) - cell_width(solid)
    colour = "live" if bar.style == "live" else "table.rule"
    band = "▒" * max(0, min(shade, room - cell_width(solid)))
    blank = " " * (room - cell_width(solid) - len(band))
    return (
        Segment(bar.name.ljust(names), "table.header"),
        Segment(solid, colour),
        Segment(band, colour),
        Segment(blank, "list.pad"),
        Segment(bar.text.rjust(values), bar.style),
    )


def _blocks(cells: float, room: int) -> str:
    """Return a bar so many cells long, to an eighth of a cell."""
    eighths = max(0, min(round(cells * 8), room * 8))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_PARTS[rest] if rest else "")


def _text(items: Inlines, live: Mapping[str, str]) -> str:
    return " ".join("".join(piece.text for piece in pieces(items, live)).split())
