"""Frames around lines and markers beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evoclass.layout.line import Line, Segment, cell_width
from evoclass.layout.wrap import wrap


def beside(lines: Sequence[Line], first: Segment, rest: Segment) -> list[Line]:
    """Put `first` before the first line and `rest` before all others."""
    return [
        line._replace(segments=((rest if index else first), *line.segments))
        for index, line in enumerate(lines)
    ]


def framed(lines: Sequence[Line], title: Iterable[Segment], width: int, style: str, block: str) -> list[Line]:
    """Draw a box of `width` cells around lines of at most `width - 4`; a long title goes inside."""
    title = list(title)
    title_width = sum(cell_width(segment.text) for segment in title)
    heading: list[Line] = []
    if title_width > width - 6:
        heading = [Line(row.segments, block, row.joins) for row in wrap(title, width - 4)]
        if lines:
            heading.append(Line((), block))
        top: tuple[Segment, ...] = (Segment("╭" + "─" * (width - 2) + "╮", style),)
    else:
        tail = "─" * (width - title_width - 5) + "╮"
        top = (Segment("╭─ ", style), *title, Segment(" " + tail, style))
    box = [Line(top, block)]
    for line in (*heading, *lines):
        pad = " " * (width - 4 - line.width)
        segments = (Segment("│ ", style), *line.segments, Segment(pad + " │", style))
        box.append(line._replace(segments=segments, block=line.block or block))
    box.append(Line((Segment("╰" + "─" * (width - 2) + "╯", style),), block))
    return box
