"""How well what is drawn on the screen can be read: WCAG's contrast of every piece of text, in every set of colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App
from textual.filter import monochrome_style

from evoclass_tui import shown
from evoclass_tui.sixteen_colours import PALETTES

TEXT = 4.5
"""WCAG AA for text."""

MARK = 3.0
"""WCAG AA for what is no text but says something, such as a focus ring or a curve."""

FULL, FEW, NONE, FEW_GREYS = "16 million colours", "256 colours", "NO_COLOR", "NO_COLOR and 256 colours"
SIXTEEN = {f"sixteen colours of {name}": palette for name, palette in PALETTES.items()}
SIXTEEN_GREYS = {f"NO_COLOR and {name}": palette for name, palette in SIXTEEN.items()}
DISPLAYS = (FULL, FEW, NONE, FEW_GREYS, *SIXTEEN, *SIXTEEN_GREYS)
"""The ways in which terminals show one and the same screen."""

CURVES = ("\u2801", "\u28ff")
"""The first and the last of the braille signs, of which curves are made; the empty one shows nothing."""

BARS = set("▁▂▃▄▅▆▇")
"""What histograms are made of; half blocks and full blocks are pictures and scrollbars."""


def contrast(one: Color, other: Color) -> float:
    """Return WCAG's ratio of two colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(4096)
def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.get_truecolor()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def is_text(text: str) -> bool:
    """Whether there is something to read."""
    return any(
        not char.isspace()
        and (char == "╳" or not "\u2500" <= char <= "\u259f")
        and not "\u2800" <= char <= "\u28ff"
        and char not in "╱╲⠀·⋯"
        and unicodedata.category(char)[0] != "C"
        for char in text
    )


def is_curve(text: str) -> bool:
    """Whether there is a part of a curve or of a histogram."""
    return any(CURVES[0] <= char <= CURVES[1] or char in BARS for char in text)


def colours(style: Style, display: str) -> tuple[Color, Color] | None:
    """Return ink and ground of a piece as a terminal shows them; None where it uses colours of its own."""
    if style.color is None or style.bgcolor is None or style.color.is_default or style.bgcolor.is_default:
        return None
    pair = _shown(style.color, style.bgcolor, display)
    return pair[::-1] if style.reverse else pair


@lru_cache(4096)
def _shown(ink: Color, ground: Color, display: str) -> tuple[Color, Color]:
    style = Style(color=ink, bgcolor=ground)
    if display in (NONE, FEW_GREYS, *SIXTEEN_GREYS):
        style = monochrome_style(style)
    if display in (FEW, FEW_GREYS):
        # What is sent, not what is asked for: a terminal's palette has only some of the colours.
        sent = shown._ink(style, ColorSystem.EIGHT_BIT)
        return _of_palette(sent.colour), _of_palette(sent.background)
    if (palette := (SIXTEEN | SIXTEEN_GREYS).get(display)) is not None:
        sent = shown._ink(style, ColorSystem.STANDARD)
        return _of_sixteen(sent.colour, palette), _of_sixteen(sent.background, palette)
    assert style.color is not None
    assert style.bgcolor is not None
    return style.color, style.bgcolor


def _of_palette(codes: str) -> Color:
    _, kind, number = codes.split(";")
    assert kind == "5"
    assert int(number) >= 16, "the first sixteen colours are those of the terminal, and nobody knows them"
    return Color.from_triplet(Color.from_ansi(int(number)).get_truecolor())


def _of_sixteen(code: str, palette: list[tuple[int, int, int]]) -> Color:
    number = int(code)
    bright = number >= 90
    return Color.from_rgb(*palette[number % 10 + 8 * bright])


def drawn(app: App[object]) -> Iterator[tuple[int, str, Style]]:
    """Yield every piece that is in use: row, text, style.  What lies dimmed behind a dialog is not."""
    dialogs = list(app.screen.query(".dialog"))
    area = dialogs[0].region if dialogs else app.screen.region
    for row, strip in enumerate(app.screen._compositor.render_strips()):
        if not area.y <= row < area.bottom:
            continue
        for text, style, _ in strip.crop(area.x, area.right):
            if style is not None:
                yield row, text, style


def hard_to_read(app: App[object], displays: Iterable[str] = DISPLAYS) -> list[str]:
    """Return what on the screen has too little contrast, each with its ratio and colours."""
    displays = tuple(displays)
    found: dict[str, None] = {}
    for row, text, style in drawn(app):
        least = TEXT if is_text(text) else MARK if is_curve(text) and not _of_scrollbar(style) else 0.0
        for display in displays if least else ():
            pair = colours(style, display)
            if pair is not None and (ratio := contrast(*pair)) < least:
                ink, ground = (colour.get_truecolor().hex for colour in pair)
                found[
                    f"{ratio:.2f} < {least}: {ink} on {ground} in {display}, row {row}: {text.strip()[:50]!r}"
                ] = None
    return list(found)


def _of_scrollbar(style: Style) -> bool:
    return style.meta.get("@mouse.down") in ("scroll_up", "scroll_down", "grab")
