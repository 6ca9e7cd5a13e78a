"""Rows of values that are made one by one: as many per frame as the time allows, each in its turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from evoclass.probe import Glance, Picture
from evoclass.protocol import Summary

FEWEST = 8
"""Rows that a frame contains at least, however short its time."""


class Turns:
    """Remembers which row is next."""

    def __init__(self) -> None:
        self._next = 0

    def picture(
        self, named: Mapping[str, Any], glance: Glance, make: Callable[[str, Any], Summary]
    ) -> Picture:
        """Return the rows in view and the next ones in turn, and the names of all.

        Each frame includes at least one of the others, however long those in view take.
        """
        names = list(named)
        start = self._next if self._next < len(names) else 0
        first = [name for name in names if name in glance.first]
        end = perf_counter() + glance.seconds
        rows = {name: make(name, named[name]) for name in first}
        fewest = max(FEWEST, len(rows) + 1)
        for name in (*names[start:], *names[:start]):
            if len(rows) >= fewest and not glance.whole and perf_counter() > end:
                self._next = names.index(name)
                break
            if name not in rows:
                rows[name] = make(name, named[name])
        return Picture(rows.values(), names)
