"""The room of a picture on a page: rows that a front end draws, and a caption."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from evoclass.layout.line import Line, Segment, clean
from evoclass.layout.wrap import wrap
from evoclass.model import Drawing, Image

PICTURE = "picture.pad"
"""Style of a segment in whose place a front end draws one row of a picture; it is no text."""

_HREF = "picture"

Room = Callable[[Image | Drawing, int], tuple[int, int] | str]
"""Asks a front end in how many columns and rows it draws a picture, at most so many columns wide.

For one that it does not draw it returns a sentence that says why, which may be empty.
"""


class Place(NamedTuple):
    """One row of a picture."""

    block: str
    row: int


def picture_lines(name: str, columns: int, rows: int, caption: str, width: int) -> list[Line]:
    """Return the rows of a picture, with its caption as a link below."""
    lines = picture_rows(name, columns, rows)
    words = Segment(clean(caption), "image.title", _href(name, 0))
    # Copied, the rows above are nothing, and the caption takes their place.
    return lines + [Line(row.segments, name, row.joins or "") for row in wrap([words], width)]


def picture_rows(name: str, columns: int, rows: int) -> list[Line]:
    """Return the rows of a picture alone."""
    return [
        Line((Segment(" " * columns, PICTURE, _href(name, row)),), name, "" if row else None)
        for row in range(rows)
    ]


def place_of(href: str) -> Place | None:
    """Return the place in a picture that a link leads to; None for every other link."""
    kind, _, place = href.partition(":")
    row, _, block = place.partition(":")
    return Place(block, int(row)) if kind == _HREF and row.isdecimal() and block else None


def _href(name: str, row: int) -> str:
    return f"{_HREF}:{row}:{name}"
