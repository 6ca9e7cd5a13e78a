"""Data that can be salvaged from a file whose front matter is missing or broken; its text is still readable."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evoclass.errors import LessonError, Problem
from evoclass.pattern import pattern
from evoclass.reading.frontmatter import FrontMatter, Key, checked

LOST = ("E005", "E006", "E007", "E039")
"""Codes of a front matter that is missing, unclosed, invalid or too large: the text below it is still a lesson."""

_PAIR = pattern(r"([A-Za-z][\w-]*):[ \t]+(\S.*)\Z")
_FENCE = pattern(r" {0,3}(`{3,}|~{3,})")
_HEADING = pattern(r" {0,3}#[ \t]+(\S.*)\Z")
_MARKS = pattern(r"[*`]{1,3}(?=\w)|(?<=\w)[*`]{1,3}|(?<!\w)_{1,3}(?=[^\W_])|(?<=[^\W_])_{1,3}(?!\w)")
"""Marks of emphasis and code around words; an underscore inside a word does not count."""
MOST_LINES = 300
"""Most lines that are searched for a first heading."""


def salvaged(text: str, keys: Mapping[str, Key], error: LessonError) -> FrontMatter:
    """Return the readable parts of a refused front matter.  Raises `error` when the file is not readable at all."""
    problem = error.problems[0]
    if problem.code not in LOST or not text.strip():
        raise error
    front = FrontMatter(problems=list(error.problems))
    lines = text.split("\n")
    if problem.code != "E005" or problem.fields.get("variant"):
        front.body_line = _end(lines, problem)
        _pairs(lines[: front.body_line - 1], keys, front)
    if "title" not in front.values:
        title, line = first_heading(lines, front.body_line)
        if title:
            front.values["title"], front.lines["title"] = title, line
    return front


def first_heading(lines: list[str], first: int) -> tuple[str, int]:
    """Return the words and the line of the first `#` heading from line `first` on, or an empty text and 0."""
    fence = ""
    for number, line in enumerate(lines[first - 1 : first - 1 + MOST_LINES], first):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(line[:500]):
            return _MARKS.sub("", heading[1].rstrip(" \t#")).strip(), number
    return "", 0


def _end(lines: list[str], problem: Problem) -> int:
    """Return the number of the line where the text begins: after the closing line, or else at a blank line."""
    first = problem.line if problem.code == "E005" else 1
    if problem.code != "E006":
        fence = lines[first - 1].strip() if problem.code == "E005" else "---"
        for number, line in enumerate(lines[first:], first + 1):
            if line.rstrip(" \t") == fence:
                return number + 1
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip() or line.startswith("#"):
            return number
        if re.match(r"[-–—.]{2,}[ \t]*\Z", line):  # a mistyped closing line
            return number + 1
    return len(lines) + 1


def _pairs(lines: list[str], keys: Mapping[str, Key], front: FrontMatter) -> None:
    """Take each `key: value` line whose value has the right kind for its key."""
    for number, line in enumerate(lines, 1):
        pair = _PAIR.match(line.rstrip(" \t"))
        spec = keys.get(pair[1]) if pair else None
        if pair is None or spec is None or spec.kind == "texts" or pair[1] in front.values:
            continue
        value = pair[2].strip("\"'")
        try:
            front.values[pair[1]] = checked(spec, value)
        except ValueError:
            continue  # the broken front matter has been reported already
        front.lines[pair[1]] = number
