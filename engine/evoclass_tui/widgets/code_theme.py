"""Colours of Python code in the editor, taken from the theme of the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from textual.widgets.text_area import TextAreaTheme

TOKENS = {
    "keyword": "keyword",
    "keyword.function": "keyword",
    "keyword.operator": "keyword",
    "keyword.return": "keyword",
    "repeat": "keyword",
    "conditional": "keyword",
    "exception": "keyword",
    "include": "keyword",
    "type.builtin": "class",
    "string": "string",
    "string.documentation": "string",
    "string.escape": "number",
    "number": "number",
    "float": "number",
    "boolean": "number",
    "constant.builtin": "number",
    "comment": "comment",
    "function": "function",
    "function.call": "function",
    "function.builtin": "function",
    "method": "function",
    "method.call": "function",
    "attribute": "function",
    "attribute.builtin": "function",
    "constructor": "function",
    "constant": "number",
    "type": "class",
    "type.class": "class",
    "type.definition": "class",
    "variable.builtin": "class",
    "operator": "operator",
    "punctuation.bracket": "operator",
    "punctuation.delimiter": "operator",
    "punctuation.special": "operator",
}
"""Token of the highlight query → colour of the theme (`code-…`)."""

FALLBACK = {
    "keyword": "secondary",
    "string": "success",
    "number": "accent",
    "comment": "foreground-muted",
    "function": "primary",
    "class": "warning",
    "operator": "foreground",
}
"""Colours to take from a theme that has no `code-…` colours."""


def code_colour(variables: Mapping[str, str], kind: str) -> RichColor | None:
    """Return the colour for a kind of word in a program, or None if the theme has none."""
    try:
        return Color.parse(
            variables.get(f"code-{kind}") or variables.get(FALLBACK.get(kind, ""), "")
        ).rich_color
    except ColorParseError:
        return None


def code_theme(variables: Mapping[str, str], name: str) -> TextAreaTheme:
    """Return the editor theme for an app theme's CSS variables."""
    from textual.widgets.text_area import TextAreaTheme

    styles = {}
    for token, colour in TOKENS.items():
        if (value := code_colour(variables, colour)) is not None:
            italic = True if colour == "comment" else None
            bold = True if token == "keyword" else None
            styles[token] = Style(color=value, italic=italic, bold=bold)
    return TextAreaTheme(name=name, syntax_styles=styles)
