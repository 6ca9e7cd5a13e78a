"""Keeps characters that act on a terminal out of every drawn line, wherever the text comes from."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from evoclass.wording.printable import ACTING


class Harmless(LineFilter):
    """Leaves out control characters and direction overrides, which take no column.

    Textual writes them to the terminal as they are: from a file in the editor, a notice, a plugin's widget.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(ACTING.sub("", text), style, control) for text, style, control in segments]
