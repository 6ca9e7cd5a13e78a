"""The interface of a page that writes the prose inside its questions."""

from __future__ import annotations

from typing import Protocol

from evoclass.model import AnyBlock, Inlines


class ProseWriter(Protocol):
    """Writes prose and programs as HTML."""

    def blocks(self, blocks: tuple[AnyBlock, ...]) -> str:
        """Return blocks one after another."""
        ...

    def inlines(self, items: Inlines) -> str:
        """Return inline items."""
        ...

    def code(self, code: str, language: str) -> str:
        """Return a program."""
        ...
