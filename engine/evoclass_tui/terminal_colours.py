"""What the colours of program output look like on our backgrounds."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.style import Style as RichStyle

from evoclass.sgr import PLAIN, Style

NIGHT = (
    "#3b4664", "#ff7b86", "#67d4a1", "#efc364", "#7cacf8", "#c792ea", "#5fd0d6", "#c3cbdb",
    "#6d7a94", "#ff9aa2", "#8be3bb", "#f7d68b", "#a3c5fb", "#d9b3f2", "#8be0e4", "#f2f6ff",
)  # fmt: skip
"""The sixteen named colours on a dark background, from black to white, then the bright ones."""

PAPER = (
    "#252b38", "#c22f42", "#1c7a4a", "#8a6100", "#1f5fbf", "#8a3ab0", "#0f7480", "#6b6f7a",
    "#4a5161", "#d64b5c", "#2a9a60", "#a87a10", "#3d7be0", "#a457c9", "#1f93a1", "#8d8a80",
)  # fmt: skip
"""The same on a light one, where white must still be seen."""


@lru_cache(maxsize=2048)
def rich_style(style: Style, dark: bool) -> RichStyle:
    """Return how a piece of terminal text is drawn."""
    if style == PLAIN:
        return RichStyle.null()
    return RichStyle(
        color=_colour(style.fg, dark),
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
