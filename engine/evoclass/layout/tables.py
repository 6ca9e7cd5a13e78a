"""Tables: columns shrink to fit the width and their cells wrap; where there is too little room, rows become records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evoclass.layout.line import Line, Segment, cell_width
from evoclass.layout.wrap import Row, pieces, wrap
from evoclass.model import Inlines

SLIMMEST = 4
"""Narrowest column in cells; below that the rows are shown as records."""

LONGEST_WORD = 16
"""Longer words may be broken so that the other columns have room."""

_RULE = "table.rule"


def table_lines(
    header: Sequence[Inlines],
    rows: Sequence[Sequence[Inlines]],
    align: Sequence[str],
    width: int,
    live: Mapping[str, str],
    block: str,
) -> list[Line]:
    """Return a table with rules, at most `width` cells wide."""
    count = max([len(header), *(len(row) for row in rows)], default=0)
    if not count:
        return []
    head = [list(pieces(cell, live, "table.header")) for cell in _filled(header, count)]
    body = [[list(pieces(cell, live)) for cell in _filled(row, count)] for row in rows]
    room = width - 3 * count - 1
    if room < SLIMMEST * count:
        return _records(head, body, width, block)
    widths = _widths([head, *body], room)
    sides = [align[index] if index < len(align) else "left" for index in range(count)]

    tall = False
    drawn: list[list[Line]] = []
    for cells in body:
        lines = _row(cells, widths, sides, block)
        tall = tall or len(lines) > 1
        drawn.append(lines)
    out = [_rule("┌┬┐", widths, block)]
    if any(cell_width("".join(piece.text for piece in cell)) for cell in head):
        out += [*_row(head, widths, sides, block), _rule("├┼┤", widths, block)]
    for index, lines in enumerate(drawn):
        if index and tall:
            out.append(_rule("├┼┤", widths, block))
        out.extend(lines)
    out.append(_rule("└┴┘", widths, block))
    return out


def _filled(cells: Sequence[Inlines], count: int) -> list[Inlines]:
    return [*cells, *[()] * (count - len(cells))]


def _widths(rows: Sequence[Sequence[Sequence[Segment]]], room: int) -> list[int]:
    """Share `room` cells among the columns: all get their longest word if possible, wide ones split the rest."""
    columns = range(len(rows[0]))
    wanted = [max(1, *(_natural(row[index]) for row in rows)) for index in columns]
    if sum(wanted) <= room:
        return wanted
    words = [min(LONGEST_WORD, max(1, *(_longest_word(row[index]) for row in rows))) for index in columns]
    least = words if sum(words) <= room else [min(SLIMMEST, want) for want in wanted]
    return _shared(wanted, least, room)


def _shared(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Let columns grow from `least` towards `wanted`, those that lack the least first."""
    widths = list(least)
    left = room - sum(widths)
    growing = sorted(range(len(widths)), key=lambda index: wanted[index] - widths[index])
    for position, index in enumerate(growing):
        more = min(wanted[index] - widths[index], left // (len(growing) - position))
        widths[index] += more
        left -= more
    return widths


def _longest_word(cell: Sequence[Segment]) -> int:
    return max((cell_width(word) for word in "".join(piece.text for piece in cell).split()), default=1)


def _natural(cell: Sequence[Segment]) -> int:
    lines = "".join(piece.text for piece in cell).split("\n")
    return max(cell_width(" ".join(line.split())) for line in lines)


def _row(
    cells: Sequence[Sequence[Segment]], widths: Sequence[int], align: Sequence[str], block: str
) -> list[Line]:
    columns = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for index in range(max(len(column) for column in columns)):
        segments = [Segment("│ ", _RULE)]
        for column, width, side in zip(columns, widths, align, strict=True):
            if len(segments) > 1:
                segments.append(Segment(" │ ", _RULE))
            segments += _aligned(column[index] if index < len(column) else Row(), width, side)
        segments.append(Segment(" │", _RULE))
        lines.append(Line(tuple(segments), block))
    return lines


def _aligned(row: Row, width: int, side: str) -> list[Segment]:
    spare = width - sum(cell_width(segment.text) for segment in row.segments)
    before = spare if side == "right" else spare // 2 if side == "center" else 0
    return [
        segment
        for segment in (Segment(" " * before), *row.segments, Segment(" " * (spare - before)))
        if segment.text
    ]


def _rule(corners: Sequence[str], widths: Sequence[int], block: str) -> Line:
    left, middle, right = corners
    return Line((Segment(left + middle.join("─" * (width + 2) for width in widths) + right, _RULE),), block)


def _records(
    head: Sequence[Sequence[Segment]], body: Sequence[Sequence[Sequence[Segment]]], width: int, block: str
) -> list[Line]:
    lines: list[Line] = []
    for row in body:
        if lines:
            lines.append(Line((Segment("─" * min(width, 12), _RULE),), block))
        for name, cell in zip(head, row, strict=True):
            label = [*name, Segment(": ", "table.header")] if name else []
            lines += [Line(part.segments, block, part.joins) for part in wrap([*label, *cell], width)]
    return lines
