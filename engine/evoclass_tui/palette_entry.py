"""A line of the palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One action in the palette."""

    label: str
    help: str
    do: Callable[[], object]
    keys: str = ""
