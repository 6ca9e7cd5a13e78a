"""Ids of blocks that are the same in every language: counted by section and place."""

from __future__ import annotations


class Counter:
    """Gives prose blocks their ids: `s2` the second heading, `s2.3` the third block below it."""

    def __init__(self) -> None:
        self._section = 0
        self._place = 0

    def heading(self) -> str:
        """Start a section and return its id."""
        self._section += 1
        self._place = 0
        return f"s{self._section}"

    def block(self) -> str:
        """Return the id of the next block of the section."""
        self._place += 1
        return f"s{self._section}.{self._place}"


class Inner(Counter):
    """Gives blocks inside a block their ids: `s2.3.1`."""

    def __init__(self, parent: str) -> None:
        super().__init__()
        self._parent = parent

    def heading(self) -> str:
        return self.block()

    def block(self) -> str:
        self._place += 1
        return f"{self._parent}.{self._place}"
