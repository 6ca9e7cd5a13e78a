"""A list of options to choose from."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import Input, OptionList

BAR = "▌"
"""It stands in a column of its own."""

THIN = "▏"
"""Stands there while keys go elsewhere."""


class ChoiceList(OptionList):
    """A list with a bar before the option under the cursor: with few colours its background hardly differs."""

    DEFAULT_CSS = """
    ChoiceList > .option-list--option { padding: 0 0 0 1; }
    """

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        style = next((segment.style for segment in strip), None)
        if style is None or self.highlighted is None or style.meta.get("option") != self.highlighted:
            return strip
        # A list below a field is moved by the field's keys.
        reached = self.has_focus or isinstance(self.screen.focused, Input)
        bar = Segment(BAR if reached else THIN, style + Style(color=self.app.theme_variables["primary"]))
        return Strip([bar, *strip.crop(1)], strip.cell_length)
