"""The colours of program output on our backgrounds."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.style import Style as RichStyle

from evoclass.running.sgr import PLAIN, Style

NIGHT = (
    "#3b4664", "#ff7b86", "#67d4a1", "#efc364", "#7cacf8", "#c792ea", "#5fd0d6", "#c3cbdb",
    "#8794b0", "#ff9aa2", "#8be3bb", "#f7d68b", "#a3c5fb", "#d9b3f2", "#8be0e4", "#f2f6ff",
)  # fmt: skip
"""The sixteen named colours on a dark background, from black to white, then the bright ones."""

PAPER = (
    "#252b38", "#a92338", "#17693f", "#765300", "#1a54ad", "#8a3ab0", "#0c5f69", "#5c6066",
    "#4a5161", "#bf2f42", "#187038", "#8a6100", "#2563c9", "#9032bd", "#0b6478", "#605d55",
)  # fmt: skip
"""The same on a light background, where white must still be visible."""


@lru_cache(maxsize=2048)
def rich_style(style: Style, dark: bool) -> RichStyle:
    """Return how a piece of terminal text is drawn."""
    if style == PLAIN:
        return RichStyle.null()
    return RichStyle(
        # Black letters on a dark ground must still be visible.
        color=_colour(8 if style.fg == 0 and dark and style.bg is None else style.fg, dark),
        bgcolor=_colour(style.bg, dark),
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline or None,
        reverse=style.reverse or None,
    )


def _colour(value: int | str | None, dark: bool) -> Color | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Color.parse(value)
    if value < 16:
        return Color.parse((NIGHT if dark else PAPER)[value])
    return Color.from_triplet(Color.from_ansi(value).get_truecolor())
