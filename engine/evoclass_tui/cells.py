"""The cells of a terminal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

from rich.style import Style

VISIBLE_ON_BLANKS = frozenset({"4", "5", "6", "7", "9", "21", "51", "52", "53"})
"""Attributes that show where there is no letter."""


PATCH = "picture"
"""Name, in the meta of a cell's style, of its part of a picture: the three numbers of `Patch`."""

SHAPES = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Cells of two colours; the bits of the place say where the letter's is: upper left and right, lower left and right."""


class Ink(NamedTuple):
    """How a cell is drawn, as numbers of SGR."""

    attributes: frozenset[str] = frozenset()
    colour: str = "39"
    background: str = "49"
    link: str = ""
    shows_on_blanks: bool = False
    """Whether a space shows more of this than its background."""

    @property
    def blank(self) -> Ink:
        """What of this a space shows."""
        return self if self.shows_on_blanks else Ink(background=self.background)


class Patch(NamedTuple):
    """The part of a picture that a cell shows."""

    number: int
    """Of the raster."""
    row: int
    column: int


class Cell(NamedTuple):
    """One cell: its text, empty where a wider text goes on."""

    text: str
    ink: Ink
    patch: Patch | None = None
    """Of a picture that the terminal draws in its own way."""


PLAIN = Ink()


class Painter(ABC):
    """Draws pictures in one of the terminal's own ways."""

    in_text = False
    """Whether the picture hangs on the text of its cells, so that no sequence draws it."""

    @abstractmethod
    def cell(self, patch: Patch, style: Style, place: tuple[int, int]) -> Cell | None:
        """Return the cell for a part of a picture at a row and column; None where only block characters will do."""

    def unrest(self) -> float | None:
        """Return in how many seconds a picture that moves will have rested; None if all of them are drawn in full."""
        return None

    def begin(self) -> None:  # noqa: B027
        """Take note that cells of an update follow."""

    def beside(self, cell: Cell) -> str:
        """Return the text of a cell where that to its left has just been sent, and shows the part to the left."""
        return cell.text

    def shortened(self, cells: str) -> str:
        """Return what is sent for the cells of an update in fewer bytes, if that is possible."""
        return cells

    def before(self) -> str:
        """Return what to send ahead of the cells of the update."""
        return ""

    def paint(self, patch: Patch, count: int) -> str:
        """Return the sequence that draws some cells side by side, beginning where the cursor is."""
        return ""

    def forget(self) -> None:  # noqa: B027
        """Take note that the terminal keeps no picture any more."""

    def end(self) -> str:
        """Return what takes all pictures out of the terminal."""
        return ""
