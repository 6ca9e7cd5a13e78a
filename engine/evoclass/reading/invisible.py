"""Invisible characters in a line: blanks other than the space, and marks without a width."""

from __future__ import annotations

import unicodedata

from evoclass.pattern import pattern

BLANK = pattern(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""A character that looks like a space."""

NOTHING = pattern(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""A character that does not show at all."""


def plain(text: str) -> str:
    """Return a text with ordinary spaces and without characters that do not show."""
    return NOTHING.sub("", BLANK.sub(" ", text))


def named(text: str) -> str:
    """Return the number and name of the first invisible character in a text, or an empty text."""
    found = BLANK.search(text) or NOTHING.search(text)
    if found is None:
        return ""
    return f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '')}".rstrip()
