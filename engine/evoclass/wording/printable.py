"""Text from lessons, file names and arguments, made safe to print: characters that act on a terminal are shown."""

from __future__ import annotations

import re

from evoclass.pattern import pattern

ACTING = pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters except tab and line feed, direction overrides, line separators, halves of characters."""


def printable(text: str) -> str:
    """Return `text` with each character that acts on a terminal written as its code, such as `\\x1b`."""
    return ACTING.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
