"""Escapes a lesson's words for HTML and XML."""

from __future__ import annotations

from html import escape

from evoclass.wording.printable import printable


def text(words: str) -> str:
    """Return words that are safe between tags and in attributes: no markup, no control characters."""
    return escape(printable(words), quote=True)
