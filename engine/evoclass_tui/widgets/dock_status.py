"""What the docked pane says of itself, beside the names of the panes."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

BETWEEN = " · "
"""Between two parts of a status; the most important part is the last one."""


class DockStatus(Widget):
    """As many parts of a pane's status as there is room for."""

    text: reactive[str] = reactive("")

    def render(self) -> Content:
        """Return the status without its first parts, if it is too long."""
        parts = self.text.split(BETWEEN)
        while len(parts) > 1 and cell_len(BETWEEN.join(parts)) > self.content_size.width:
            del parts[0]
        return Content(BETWEEN.join(parts))
