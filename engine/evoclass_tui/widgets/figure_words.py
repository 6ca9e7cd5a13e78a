"""What a figure says, as lines around its picture: block characters are too coarse for letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evoclass.i18n import Catalog
from evoclass.layout import cell_width
from evoclass.protocol import MAX_LEGEND, MAX_PLOTS, Figure
from evoclass.running.figurefile import axes_said, axis_said, figure_text, legend_said
from evoclass.wording.printable import printable

Line = list[tuple[str, str]]
"""Pieces of text, each with its colour as `#rrggbb`, or empty for that of text."""

_COLOUR = re.compile("#[0-9a-f]{6}")
"""Colours of kept runs have passed no check."""

MARK = "━━ "
"""Stands before an entry of the legend, in its colour."""

BETWEEN = "   "

MOST = 6
"""Most lines below a picture."""


class FigureWords:
    """The words of one figure in one language."""

    def __init__(self, figure: Figure, catalog: Catalog) -> None:
        self._figure, self._catalog = figure, catalog

    def above(self) -> list[Line]:
        """Return the title."""
        title = _single(self._figure.title)
        return [[(title, "")]] if title else []

    def below(self, width: int) -> list[Line]:
        """Return what is on the axes, the legend and the name of the file."""
        figure = self._figure
        parts: list[Line] = [[(axis_said(axis, self._catalog), "")] for axis in figure.axes[: 2 * MAX_PLOTS]]
        lines = list(_filled(parts, width))
        entries: list[Line] = [
            [(MARK, colour if _COLOUR.fullmatch(colour) else ""), (_single(label), "")]
            for label, colour in figure.legend[:MAX_LEGEND]
        ]
        lines += _filled(entries, width)
        if figure.file:
            lines.append([(printable(figure.file), "")])
        return lines[:MOST]

    def at_once(self) -> str:
        """Return all of it in one line: title, file, axes, legend, else the figure's number."""
        figure = self._figure
        parts = [text for text in (_single(figure.title), printable(figure.file)) if text]
        parts += filter(None, (axes_said(figure, self._catalog), legend_said(figure, self._catalog)))
        if not parts:
            width, height = figure.size
            parts = [self._catalog("figures.untitled", number=figure.number, width=width, height=height)]
        return " · ".join(parts)


def _single(text: str) -> str:
    return figure_text(" ".join(text.split()))


def _filled(parts: Sequence[Line], width: int) -> Iterator[Line]:
    """Yield lines with as many parts as fit beside each other."""
    line: Line = []
    used = 0
    for part in parts:
        room = sum(cell_width(text) for text, _ in part)
        if line and used + len(BETWEEN) + room > width:
            yield line
            line, used = [], 0
        if line:
            line.append((BETWEEN, ""))
            used += len(BETWEEN)
        line += part
        used += room
    if line:
        yield line
