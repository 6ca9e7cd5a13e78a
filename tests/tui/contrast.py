"""How well what is drawn on the screen can be read: WCAG's contrast of every piece of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from rich.color import Color
from textual.app import App

TEXT = 4.5
"""WCAG AA for text."""

MARK = 3.0
"""WCAG AA for what is no text but says something, such as a focus ring."""

GRAPHIC = set("│─╭╮╰╯├┤┬┴┼━┃▌▎▏▐█▇▆▅▄▃▂▁╱╲╳⠀·⋯")
"""Frames, bars and pictures, which are no text."""


def contrast(one: Color, other: Color) -> float:
    """Return WCAG's ratio of two colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    parts = [part / 255 for part in colour.get_truecolor()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def is_text(text: str) -> bool:
    """Whether there is something to read."""
    return any(
        not char.isspace()
        and char not in GRAPHIC
        and not "\u2500" <= char <= "\u259f"
        and not "\u2800" <= char <= "\u28ff"
        and unicodedata.category(char)[0] != "C"
        for char in text
    )


def drawn(app: App[object]) -> Iterator[tuple[int, str, Color, Color]]:
    """Yield every piece of text that is in use: row, text, ink, ground.  What lies dimmed behind a dialog is not."""
    dialogs = list(app.screen.query(".dialog"))
    area = dialogs[0].region if dialogs else app.screen.region
    for row, strip in enumerate(app.screen._compositor.render_strips()):
        if not area.y <= row < area.bottom:
            continue
        for text, style, _ in strip.crop(area.x, area.right):
            if style is None or style.color is None or style.bgcolor is None or not is_text(text):
                continue
            ink, ground = style.color, style.bgcolor
            if style.reverse:
                ink, ground = ground, ink
            if not ink.is_default and not ground.is_default:
                yield row, text, ink, ground


def hard_to_read(app: App[object], least: float = TEXT) -> list[str]:
    """Return what on the screen has too little contrast, each with its ratio and colours."""
    found = []
    for row, text, ink, ground in drawn(app):
        ratio = contrast(ink, ground)
        if ratio < least:
            ink_hex, ground_hex = ink.get_truecolor().hex, ground.get_truecolor().hex
            found.append(f"{ratio:.2f} {ink_hex} on {ground_hex} row {row}: {text.strip()[:50]!r}")
    return list(dict.fromkeys(found))
