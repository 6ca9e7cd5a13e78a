"""Brackets and quotes that come in pairs as one types them, and never where they would be in the way."""

from __future__ import annotations

import re

BRACKETS = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "\"'"
_OPENERS = {closer: opener for opener, closer in BRACKETS.items()}

SIGNS = frozenset((*BRACKETS, *_OPENERS, *_QUOTES))

_TOKEN = re.compile(
    r"#[^\n]*"
    r"|(?P<long>\"{3}|'{3})(?:\\.|(?!(?P=long)).)*(?P<longend>(?P=long))?"
    r"|(?P<short>[\"'])(?:\\.|(?!(?P=short))[^\\\n])*(?P<shortend>(?P=short))?",
    re.DOTALL,
)
"""A comment or a string; the end of one that is not closed is missing."""

_PREFIX = re.compile(r"(?<!\w)(?:[bfru]|[bf]r|r[bf])\Z", re.IGNORECASE)
"""Letters that belong to the string whose quote comes next."""

_MAY_FOLLOW = ")]},:;#"
"""What may stand behind a pair; anything else is what a single bracket is meant to enclose."""


def inside(before: str) -> str:
    """Return what the end of a text is in: `#` for a comment, the quotes of a string, or nothing."""
    tokens = list(_TOKEN.finditer(before))
    if not tokens or tokens[-1].end() < len(before):
        return ""
    last = tokens[-1]
    if last[0].startswith("#"):
        return "#"
    if last["long"]:
        return "" if last["longend"] else last["long"]
    return "" if last["shortend"] else last["short"]


def out_of_fields(before: str) -> str:
    """Return a text whose end may be in a field of an f-string (`f"{loss.`) with blanks for what of that is no code.

    Its length stays.  Where the end is no code, the text stays as it is.
    """
    last = next((found for found in _TOKEN.finditer(before) if found.end() == len(before)), None)
    where = inside(before)
    if last is None or where in ("", "#") or "f" not in _letters(before[: last.start()]):
        return before
    start, signs, at = -1, "", last.start() + len(where)
    while at < len(before):
        sign = before[at]
        if start < 0:
            if before.startswith(("{{", "}}"), at) or sign == "\\":
                at += 1
            elif sign == "{":
                start = at
        elif sign in BRACKETS:
            signs += sign
        elif signs and sign in _OPENERS:
            signs = signs[:-1]
        elif sign == ":" and not signs:
            start = -1  # how the value is written; it may have fields, too
        elif sign == "}" or (sign == "!" and before[at + 1 : at + 2] != "="):
            start = -1
        at += 1
    return (
        before
        if start < 0
        else before[: last.start()] + " " * (start + 1 - last.start()) + before[start + 1 :]
    )


def _letters(before: str) -> str:
    """Return the letters that belong to a string which begins there, small."""
    found = _PREFIX.search(before)
    return found[0].lower() if found is not None else ""


def without_strings(code: str) -> str:
    """Return a program with blanks in place of its comments and of what its strings hold; its length stays."""

    def blank(found: re.Match[str]) -> str:
        text = found[0]
        edge = "" if text.startswith("#") else text[0]
        return edge + " " * (len(text) - 2 * len(edge)) + edge if len(text) > 1 else " "

    return _TOKEN.sub(blank, code)


def typed(before: str, after: str, sign: str) -> str | None:
    """Return what to insert for a typed bracket or quote: it and its partner, or nothing to step over the one there.

    `before` is the text up to the cursor, `after` the rest of the line.  The cursor goes behind the first sign.
    None says that this sign is like any other.
    """
    where = inside(before)
    if sign in _OPENERS:
        return "" if not where and after.startswith(sign) and _closed(before, after, sign) else None
    if sign in where:
        escaped = (len(before) - len(before.rstrip("\\"))) % 2
        return "" if after.startswith(sign) and not escaped else None
    if where or (after.strip() and after.lstrip()[0] not in _MAY_FOLLOW):
        return None
    if sign in BRACKETS:
        return sign + BRACKETS[sign]
    if before.endswith(sign * 2):
        return sign * 4
    word = before[-1:].isalnum() or before[-1:] == "_"
    return sign * 2 if not word or _PREFIX.search(before) else None


def _closed(before: str, after: str, closer: str) -> bool:
    """Whether every bracket of the line has its partner."""
    line = _TOKEN.sub("", before.rpartition("\n")[2] + after)
    return line.count(closer) >= line.count(_OPENERS[closer])


def is_empty_pair(before: str, after: str) -> bool:
    """Whether the cursor is between two partners with nothing in between."""
    pair = before[-1:] + after[:1]
    return pair in (*map("".join, BRACKETS.items()), *(quote * 2 for quote in _QUOTES))
