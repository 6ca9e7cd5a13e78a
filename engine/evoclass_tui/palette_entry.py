"""A line of the palette."""

from __future__ import annotations

from collections.abc import Callable

from evoclass.frozen import frozen


@frozen
class PaletteEntry:
    """One action in the palette."""

    label: str
    help: str
    do: Callable[[], object]
    keys: str = ""
