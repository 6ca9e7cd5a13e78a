"""The look of selected text: always a colour that can be read on the selection's background."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.dom import DOMNode

_COMPONENT = "screen--selection"


def selection_ink(widget: DOMNode) -> Style:
    """Return the style to lay over selected text.

    Most themes name no colour for it; Textual then draws the text in the colour of its background.
    """
    drawn = widget.screen.get_component_rich_style(_COMPONENT)
    if widget.screen.get_component_styles(_COMPONENT).color.a or drawn.bgcolor is None:
        return drawn
    ground = Color.from_rich_color(drawn.bgcolor)
    return Style(color=ground.get_contrast_text(1.0).rich_color, bgcolor=drawn.bgcolor)
