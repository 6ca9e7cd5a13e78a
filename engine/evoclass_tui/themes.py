"""EvoClass's own two themes: ink by night, paper by day."""

from __future__ import annotations

from functools import partial

from textual.design import ColorSystem
from textual.theme import Theme

from evoclass import startup


class OwnTheme(Theme):
    """A theme whose colours are worked out once, and not at each start."""

    def to_color_system(self) -> ColorSystem:
        colours = super().to_color_system()
        vars(colours)["generate"] = partial(startup.remembered, f"colours of {self!r}", colours.generate)
        return colours


DARK = OwnTheme(
    name="evoclass-dark",
    primary="#7cacf8",
    secondary="#a48cf2",
    accent="#f4a261",
    success="#67d4a1",
    warning="#efc364",
    error="#ff7b86",
    foreground="#d5dcea",
    background="#0e131d",
    surface="#121824",
    panel="#1b2333",
    dark=True,
    variables={
        "border": "#3a4a68",
        "border-blurred": "#26314a",
        "block-cursor-background": "#233a61",
        "block-cursor-foreground": "#f2f6ff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#233a61",
        "block-cursor-blurred-foreground": "#f2f6ff",
        "text-muted": "#a2adc0",
        "text-disabled": "#a2adc0",
        "foreground-muted": "#a2adc0",
        "input-selection-background": "#335691",
        "input-selection-foreground": "#f2f6ff",
        "screen-selection-background": "#335691",
        "screen-selection-foreground": "#f2f6ff",
        "footer-background": "#121824",
        "scrollbar": "#2b3850",
        "scrollbar-hover": "#3d4f70",
        "scrollbar-active": "#7cacf8",
        "scrollbar-background": "#121824",
        "scrollbar-background-hover": "#121824",
        "scrollbar-background-active": "#121824",
        "scrollbar-corner-color": "#121824",
        "code-keyword": "#b39bf5",
        "code-string": "#8fd6a5",
        "code-number": "#f4a261",
        "code-comment": "#8b97b0",
        "code-function": "#7cacf8",
        "code-class": "#f0c674",
        "code-operator": "#9fb0cc",
    },
)
"""The default."""

LIGHT = OwnTheme(
    name="evoclass-light",
    primary="#1a54ad",
    secondary="#7038b8",
    accent="#9c420a",
    success="#17693f",
    warning="#765300",
    error="#a92338",
    foreground="#252b38",
    background="#fbf9f4",
    surface="#f5f2ea",
    panel="#e9e4d8",
    dark=False,
    variables={
        "border": "#b7ae99",
        "border-blurred": "#d5cdbc",
        "block-cursor-background": "#dbe7fa",
        "block-cursor-foreground": "#14233d",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#dbe7fa",
        "block-cursor-blurred-foreground": "#14233d",
        "text-muted": "#5a5e64",
        "text-disabled": "#5a5e64",
        "foreground-muted": "#5a5e64",
        "input-selection-background": "#b9d0f3",
        "input-selection-foreground": "#14233d",
        "screen-selection-background": "#b9d0f3",
        "screen-selection-foreground": "#14233d",
        "footer-background": "#f5f2ea",
        "scrollbar": "#d3cbb9",
        "scrollbar-hover": "#bdb39d",
        "scrollbar-active": "#1a54ad",
        "scrollbar-background": "#f5f2ea",
        "scrollbar-background-hover": "#f5f2ea",
        "scrollbar-background-active": "#f5f2ea",
        "scrollbar-corner-color": "#f5f2ea",
        "code-keyword": "#7a2fb8",
        "code-string": "#17693f",
        "code-number": "#9c420a",
        "code-comment": "#605d55",
        "code-function": "#1a54ad",
        "code-class": "#765300",
        "code-operator": "#4c5566",
    },
)
"""For bright rooms and projectors."""

THEMES: tuple[Theme, ...] = (DARK, LIGHT)


def opposite(theme: Theme) -> str:
    """Return the name of our theme for the other time of day."""
    return LIGHT.name if theme.dark else DARK.name
