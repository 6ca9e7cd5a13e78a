"""The ways in which terminals draw pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evoclass_tui.cells import Painter
from evoclass_tui.pictures.graphics import Graphics

if TYPE_CHECKING:
    from evoclass_tui.pictures.painting import Later


def painter_for(way: str, graphics: Graphics, later: Later, *, tmux: bool = False) -> Painter | None:
    """Return what draws pictures in a way that the setting `pictures` names; None for block characters."""
    match way:
        case "kitty":
            from evoclass_tui.pictures.kitty import Kitty

            return Kitty(graphics, later, tmux=tmux)
        case "iterm2":
            from evoclass_tui.pictures.strips import ITerm

            return ITerm(graphics, later)
        case "sixel":
            from evoclass_tui.pictures.strips import Sixel

            return Sixel(graphics, later)
    return None
