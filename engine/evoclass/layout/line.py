"""The output of layout: lines of styled segments, with their width in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from evoclass.pattern import pattern

_NARROW = pattern(
    r"[\x20-\x7e\xa0-\xac\xae-\u02ff\u0391-\u03c9\u2010-\u2027\u2030-\u205e\u2190-\u2199\u2200-\u22ff\u2500-\u25fc\u2713-\u2718]*"
).fullmatch
_CONTROL = pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Segment(NamedTuple):
    """A stretch of text in one style."""

    text: str
    style: str = ""
    """Names separated by spaces, later ones on top: `heading2 code`.  Empty for plain prose."""
    href: str = ""


class Line(NamedTuple):
    """One row of a page."""

    segments: tuple[Segment, ...] = ()
    block: str = ""
    """Id of the block that the row belongs to."""
    joins: str | None = None
    """Text between this row and the one above if only the width separated them: a blank or nothing; else None."""
    anchor: str = ""
    """A place inside the block that links can name, such as `fn-1`."""

    @property
    def text(self) -> str:
        """The bare characters."""
        return "".join(segment.text for segment in self.segments)

    @property
    def width(self) -> int:
        """How many cells the row takes."""
        return sum(cell_width(segment.text) for segment in self.segments)


_DECOR = (".border", ".bar", ".pad", ".rule")


def is_decor(style: str) -> bool:
    """Whether a segment of this style is a frame or an indent, not part of the text."""
    return style.endswith(_DECOR)


def copied(lines: Iterable[Line]) -> str:
    """Return the lines as text for the clipboard: no frames or indents, and wrapped text joined again."""
    parts: list[str] = []
    for line in lines:
        text = "".join(segment.text for segment in line.segments if not is_decor(segment.style)).rstrip()
        if line.joins is not None and parts:
            parts[-1] += line.joins + text
        else:
            parts.append(text)
    return "\n".join(parts)


def clean(text: str) -> str:
    """Replace control characters and text-direction overrides, so that a text cannot act on a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub("\ufffd", text)


def cell_width(text: str) -> int:
    """Return how many terminal cells `text` takes."""
    if text.isascii() or _NARROW(text):
        return len(text)
    return _wide(text)


@lru_cache(4096)
def _wide(text: str) -> int:
    from wcwidth import wcswidth, wcwidth  # slow to import, and most lessons need none of it

    width = wcswidth(text)
    return width if width >= 0 else sum(max(0, wcwidth(character)) for character in text)


def cut(text: str, width: int) -> tuple[str, str]:
    """Split `text` in two: the part that fits into `width` cells (at least one character), and the rest."""
    if cell_width(text) <= width:
        return text, ""
    if _NARROW(text):
        end = max(1, width)
        return text[:end], text[end:]
    used, before = 0, ""
    for index, character in enumerate(text):
        # A vowel sign takes a cell after a letter but none alone, so each character is measured with the one before it.
        used += max(0, cell_width(before + character) - cell_width(before))
        if used > width and index:
            # Combining marks stay with the character before them.
            end = index - 1 if index > 1 and cell_width(character) == 0 else index
            return text[:end], text[end:]
        before = character
    return text, ""
