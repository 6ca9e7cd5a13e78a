"""What lies below other widgets and looks the same on each of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget

    class _Drawn(Widget): ...

else:
    # Not a widget by itself: the first base of a widget says whether it takes the focus.
    _Drawn = object


class Ground(_Drawn):
    """Draws one line and shows it on all of its rows.

    Textual draws each line of each widget, covered or not: of the lines of a first picture three in four were those of
    panes below other panes.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        return super().render_lines(Region(crop.x, crop.y, crop.width, min(1, crop.height))) * crop.height
