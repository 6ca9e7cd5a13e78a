"""Words of a lesson as they can stand in HTML and XML."""

from __future__ import annotations

from html import escape

from evoclass.wording.printable import printable


def text(words: str) -> str:
    """Return words as they can stand between tags and in attributes: no markup, no character that acts."""
    return escape(printable(words), quote=True)
