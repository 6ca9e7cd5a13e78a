"""A lesson file cut into pieces to translate, move or export: its blocks, each with its own lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evoclass.model import AnyBlock, Fault, Footnotes
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.reading.frontblock import split
from evoclass.reading.markup import Parser
from evoclass.reading.source import normal

_MARK = re.compile(r"^<!--[ \t]*translate\b", re.MULTILINE)
"""Start of a note to the translator."""


def marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each note to the translator, including the end of its line."""
    place = 0
    while found := _MARK.search(text, place):
        end = text.find("-->", found.end())
        if end < 0:
            return  # checked once: an open note is not a note, and neither is any after it
        place = end + 3
        while text.startswith((" ", "\t"), place):
            place += 1
        place += text.startswith("\n", place)
        yield found.start(), place


def without_marks(text: str, start: str) -> str:
    """Return a text without the notes that begin with `<!-- translate` and `start`."""
    parts, place = [], 0
    for first, last in marks(text):
        words = _MARK.sub("", text[first:last], count=1)
        if words.startswith(start):
            parts.append(text[place:first])
            place = last
    return "".join([*parts, text[place:]])


@dataclass(frozen=True, slots=True)
class Unit:
    """One block of the file: a paragraph, a question, a lab, a footnote …"""

    kind: str
    """Equal for the same block in another language."""
    block: AnyBlock | None
    line: int
    """First line, from 1; a mark above is part of it."""
    text: str
    """Its lines, without blank ones around them."""
    included: tuple[AnyBlock, ...] = ()
    """The blocks of the text that it includes, if it does."""
    taken: str = ""
    """That text."""

    @property
    def digest(self) -> str:
        """Short fingerprint of the text."""
        text = normal(self.text) + (normal(self.taken) if self.taken else "")
        return hashlib.sha256(text.rstrip("\n").encode()).hexdigest()[:6]

    @property
    def mark(self) -> str:
        """The note to the translator above it, or an empty text."""
        first, last = next(marks(self.text), (-1, 0))
        return self.text[:last].strip() if first == 0 else ""

    @property
    def bare(self) -> str:
        """The text without the note."""
        return self.text[next(marks(self.text))[1] :].strip("\n") if self.mark else self.text


def units(text: str, parser: Parser, path: Path | None = None, course: Path | None = None) -> list[Unit]:
    """Return the units of a file in the order of their lines; other lines stay with the unit before them."""
    page = path is not None and path.name == COURSE_PAGE
    lesson = (parser.page if page else parser.lesson)(text, path, course)
    _, body_line = split(text)
    lines = text.split("\n")
    marks = _mark_lines(text)
    starts: list[tuple[int, str, AnyBlock | None]] = []
    included: dict[int, list[AnyBlock]] = {}
    for block in lesson.blocks:
        if isinstance(block, Footnotes):
            lines_of_notes = (note[0].line for _, note in block.notes if note)
            starts += [(line, "note", None) for line in lines_of_notes if lesson.passage(line) is None]
        elif lesson.passage(block.line) is not None:
            included.setdefault(lesson.own_line(block.line), []).append(block)
        else:
            starts.append((block.line, _kind(block), block))
    starts += [(line, "include", None) for line in included]
    starts.sort(key=lambda start: start[0])
    found = []
    places = [_with_mark(line, lines, marks, body_line) for line, _, _ in starts]
    for number, (line, kind, part) in enumerate(starts):
        first = places[number]
        last = places[number + 1] - 1 if number + 1 < len(places) else len(lines)
        own = "\n".join(lines[first - 1 : last]).strip("\n")
        taken = "\n".join(
            p.text for p in lesson.passages if kind == "include" and lesson.own_line(p.at) == line
        )
        found.append(Unit(kind, part, first, own, tuple(included.get(line, ())), taken))
    return found


def opening(text: str, found: Sequence[Unit]) -> str:
    """Return the lines between the front matter and the first unit: comments, targets of links."""
    _, body_line = split(text)
    first = found[0].line if found else text.count("\n") + 2
    return "\n".join(text.split("\n")[body_line - 1 : first - 1]).strip("\n")


def _kind(block: AnyBlock) -> str:
    if isinstance(block, Fault):
        return "Fault"
    level = getattr(block, "level", "")
    kind = getattr(block, "kind", "")
    named = "" if re.match(r"s\d+", block.id) else f":{block.id}"
    return f"{type(block).__name__}{level}{kind}{named}"


def _mark_lines(text: str) -> dict[int, int]:
    """Return the first line of each mark by its last line."""
    found = {}
    line, place = 1, 0
    for start, end in marks(text):
        line, place = line + text.count("\n", place, start), start
        found[line + text[start:end].rstrip("\n").count("\n")] = line
    return found


def _with_mark(line: int, lines: list[str], marks: dict[int, int], body_line: int) -> int:
    """Return the line where a block starts, including the mark above it."""
    above = line - 1
    while above >= body_line and not lines[above - 1].strip():
        above -= 1
    return marks.get(above, line)
