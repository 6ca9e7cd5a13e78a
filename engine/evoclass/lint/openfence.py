"""A code fence without a closing line: it ends at the next fence's closing line and swallows the text between."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from evoclass.lint.python import tree

OPENING = re.compile(r" {0,3}(?::{3,}\{[A-Za-z]|(`{3,}|~{3,})(?:\{?[A-Za-z]))")
"""A line that opens a directive or another code fence, and so is not part of a program."""

CONTAINER = re.compile(r" {0,3}:{3,}(\{?[A-Za-z].*|[ \t]*)$")

BARE = re.compile(r" {0,3}(?:`{3,}|~{3,})[ \t]*$")
"""A bare fence line, which closes another fence."""

SENTENCE = re.compile(r"#{2,6} \S|(?:[-*] |[>|] ?)?[A-ZÀ-Þ*\"“][^=(){}\[\]]{20,}$")
"""A line of prose, or a heading."""

TRIES = 10
"""Most lines of prose that are tried as the end of the program."""

EXAMPLES = ("markdown", "md", "myst", "rst", "qmd", "rmd", "mdx", "html")
"""Languages whose examples may contain these lines."""


class Inside(NamedTuple):
    """The first line that an open fence has swallowed."""

    place: int
    """Line within the code, counted from 0."""
    text: str
    swallowed: int
    """How many colon directives open in the swallowed text and are not closed."""


def taken_in(code: str, language: str, fence: int = 3) -> Inside | None:
    """Return the foreign text in a block of code, or None when the code looks like one piece."""
    if language.lower() in EXAMPLES:
        return None
    lines = code.split("\n")
    program = language in ("python", "py")
    place = next((number for number, line in enumerate(lines) if _opens(line, fence, program)), -1)
    if program:
        place = _prose(code, lines, place)
    if place < 0:
        return None
    open_ = 0
    for line in lines[place:]:
        found = CONTAINER.match(line)
        if found:
            open_ += 1 if found[1].strip() else -1
    return Inside(place, lines[place].strip()[:60], max(open_, 0))


def _opens(line: str, fence: int, program: bool) -> bool:
    if program and BARE.match(line):
        return True
    found = OPENING.match(line)
    return found is not None and (found[1] is None or len(found[1]) >= fence)


def _prose(code: str, lines: list[str], opening: int) -> int:
    """Return the first line of prose above an opening or above an error in the program, or else the opening."""
    error = tree(code)
    if opening < 0 and not (isinstance(error, SyntaxError) and error.lineno):
        return -1
    end = (
        opening
        if opening >= 0
        else min(error.lineno or 0, len(lines))
        if isinstance(error, SyntaxError)
        else 0
    )
    tries = TRIES
    for place in range(1, end):
        line = lines[place]
        if lines[place - 1].strip() or not SENTENCE.match(line):
            continue
        # `## …` is also a Python comment, unless the line of the error is prose.
        if opening < 0 and line.startswith("#") and not SENTENCE.match(lines[end - 1]):
            continue
        if isinstance(tree("\n".join(lines[:place])), ast.Module):
            return place
        tries -= 1
        if not tries:
            break
    return opening
