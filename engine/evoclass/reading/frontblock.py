"""The YAML block at the top of a file: where it ends, how large it may be, and what it consists of."""

from __future__ import annotations

import re

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen
from evoclass.pattern import pattern

MAX_LENGTH = 128_000
"""Longest front matter, in characters; a lesson of 5,000 blocks with their digests needs 50,000."""

MAX_KEYS = 100

LONGEST = 100
"""Most characters in an id, because folders and files are named after it."""

SLUG = pattern(rf"(?!.{{{LONGEST + 1}}})[a-z0-9]+(?:-[a-z0-9]+)*\Z")

EMPTY = pattern(r"(?:null|Null|NULL|~)\Z")
"""What YAML takes for no value at all."""

Entry = str | dict[str, str | list[str]]
"""One entry of a list: a text, or keys with texts and lists of texts; an empty text for anything else."""


@frozen
class Node:
    """The value of one key, as written."""

    value: str | list[Entry] | None
    """Raw text, or the entries of a list; None for anything else."""
    line: int
    key_line: int
    odd_line: int = 0
    """Line of the first entry of a list that the key does not allow."""
    entry_lines: tuple[int, ...] = ()
    """Line of each entry of a list."""


_END = pattern(r"^---[ \t]*$", re.MULTILINE)


def too_large(line: int = 1) -> Problem:
    """Return the problem of a block beyond its bounds."""
    return Problem("E039", line, fields={"limit": MAX_LENGTH // 1000, "keys": MAX_KEYS})


def split(text: str) -> tuple[str, int]:
    """Return the YAML between the two `---` lines and the number of the line after them.  Raises LessonError."""
    if not text.strip():
        raise LessonError(Problem("E005", 1, fields={"found": ""}))
    if not (text.startswith("---\n") or re.match(r"---[ \t]*\n", text)):
        raise LessonError(_missing(text))
    start = text.index("\n") + 1
    end = _END.search(text, start, start + MAX_LENGTH)
    if end is None:
        closed = _END.search(text, start) is not None
        raise LessonError(too_large() if closed else Problem("E006", 1))
    return text[start : end.start()], text.count("\n", 0, end.end()) + 2


def _missing(text: str) -> Problem:
    """Return the problem of a file that does not begin with `---`."""
    begin = text[:2000].lstrip()
    found, _, below = begin.partition("\n")
    line = 1 + text[: len(text) - len(text.lstrip())].count("\n") if text[:1].isspace() else 1
    variant = ""
    if re.match(r"---[ \t]*\Z", found):
        variant = "late"
    elif found.strip() == "+++":
        variant = "toml"
    elif re.match(r"[-–—]{2,}[ \t]*\Z", found) and re.match(r"[A-Za-z][\w-]*:", below):
        variant = "hyphens"
    return Problem("E005", line, fields={"found": found[:60], "variant": variant})
