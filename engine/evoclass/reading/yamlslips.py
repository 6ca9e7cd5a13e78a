"""Finds the slip in an invalid front matter: a parser says where it failed, but an author needs to know the fix."""

from __future__ import annotations

import re

from evoclass.pattern import pattern

PAIR = pattern(r"[ ]*(?:- +)?[A-Za-z][\w-]*:(?:[ \t]+(\S.*))?\Z")
"""A line with a key and its value, without trailing blanks."""

ENTRY = pattern(r"[ ]*(?:-(?: |\Z)|#|[]}])|[ ]+\S")
"""A line that continues the value of a key."""

MOST_LINES = 1000


def prose_line(block: str) -> int:
    """Return the line (from 1) where prose follows a blank line, so that the front matter was not closed, or 0."""
    blank = False
    for number, text in enumerate(block.split("\n")[:MOST_LINES], 1):
        if not text.strip():
            blank = True
        elif blank and not PAIR.match(text.rstrip()) and (text.startswith("#") or not ENTRY.match(text)):
            return number
    return 0


def slip(block: str, line: int, detail: str) -> tuple[int, str]:
    """Return the line (from 1, in the block) to change, and one word for the change; an empty word means quotes.

    `line` is where the parser gave up: the slip is there or above.
    """
    lines = block.split("\n")[:MOST_LINES]
    if "twice" in detail or "duplicate" in detail:
        return line, "twice"
    for number, text in enumerate(lines[: line + 1], 1):
        if text[: len(text) - len(text.lstrip())].count("\t"):
            return number, "tab"
    for number, text in enumerate(lines[:line], 1):
        word = _slip_in(text, lines[number - 2] if number > 1 else "")
        if word:
            return number, word
    return line, "list" if "sequence" in detail or "'-'" in detail else ""


def _slip_in(text: str, above: str) -> str:
    """Return one word for the slip in a line, or an empty text if none shows."""
    bare = text.strip()
    if not bare or bare.startswith("#"):
        return ""
    pair = PAIR.match(text.rstrip())
    if pair is None:
        if re.match(r"[A-Za-z][\w-]*:[^\s/]", bare):
            return "space"
        if text[0] != " " and not bare.startswith(("-", "]", "}")):
            return "pair"
        return ""
    if text.startswith(" ") and not bare.startswith("- ") and re.match(r"[A-Za-z][\w-]*:[ \t]+\S", above):
        return "indent"
    value = pair[1] or ""
    for quote in "\"'":
        if value.startswith(quote):
            inside = value[1:].replace('\\"' if quote == '"' else "''", "")
            if quote not in inside:
                return "open"
            if inside.index(quote) < len(inside) - 1 and "#" not in inside[inside.index(quote) :]:
                return "inner"
    if value.startswith("[") and value.count("[") > value.count("]"):
        return "bracket"
    return ""
