"""Makes and updates the file of a lesson in another language; the parts that wait for a translator are marked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from evoclass.lint import read as read_lesson
from evoclass.reading.frontblock import split
from evoclass.reading.markup import Parser
from evoclass_author.units import Unit, marks, opening, units, without_marks

DIGEST = 12
"""How many characters of a file's digest a translation holds."""


@dataclass(frozen=True, slots=True)
class Translated:
    """The translation's new text and the counts of its marks."""

    text: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    waiting: int = 0
    """Marks in the text, including old ones."""


def start(source: str, language: str, origin: str, parser: Parser, path: Path) -> Translated:
    """Return a first file in another language: the source, with a mark on every part that has words."""
    found = units(source, parser, path)
    words = _words(source)
    parts = [f"<!-- translate: {', '.join(words)} in the front matter -->"] if words else []
    parts += [before] if (before := opening(source, found)) else []
    count = 0
    for unit in found:
        if unit.kind == "ThematicBreak":
            parts.append(unit.text)
            continue
        count += 1
        parts.append(f"<!-- translate -->\n{unit.text}")
    head = _front(source, source, language, origin, parser, path)
    body = "\n\n".join(parts)
    return Translated(f"{head}\n{body}\n" if body else head, new=count, waiting=count + bool(words))


def update(source: str, target: str, origin: str, parser: Parser, path: Path) -> Translated:
    """Return the translation with marks where the source has changed since the two were last in step."""
    theirs, ours = units(source, parser, path), units(target, parser, path)
    stamps = _key(target, "source_blocks").split()
    known = [stamp for stamp in stamps if stamp[0] != _HEAD]
    parts: list[str] = []
    changed = 0
    if len(known) < len(stamps) and _head_stamp(source) not in stamps:
        said = "\n".join(_words(source).values()).replace("-->", "--&gt;")
        parts.append(
            f"<!-- translate: changed; the front matter of the {origin} file now says:\n{said}\n -->"
        )
        changed += 1
    parts += [before] if (before := opening(target, ours)) else []
    step = _by_stamps if len(known) == len(ours) else _by_kinds
    pieces = step(ours, theirs, known, origin)
    parts += pieces.parts
    head = _front(target, source, _key(target, "language"), origin, parser, path)
    text = head + "\n" + "\n\n".join(parts) + "\n"
    return Translated(text, pieces.new, pieces.changed + changed, pieces.gone, _count(text))


@dataclass(slots=True)
class _Pieces:
    """The units of a translation, marked, and how many of each mark."""

    parts: list[str]
    new: int = 0
    changed: int = 0
    gone: int = 0

    def take(self, unit: Unit | None, other: Unit | None, origin: str) -> None:
        """Add a unit of the translation that no longer matches its source."""
        if unit is not None and other is not None and unit.kind == other.kind:
            self.parts.append(_marked(unit, f"changed; the {origin} file now says:\n{_commented(other)}"))
            self.changed += 1
            return
        if unit is not None:
            self.parts.append(_marked(unit, f"gone; the {origin} file has this no longer"))
            self.gone += 1
        if other is not None:
            self.parts.append(
                f"<!-- translate -->\n{other.text}" if other.kind != "ThematicBreak" else other.text
            )
            self.new += 1


def _by_stamps(ours: list[Unit], theirs: list[Unit], known: list[str], origin: str) -> _Pieces:
    """Mark the changes since the two files were in step, when their units correspond one to one."""
    pieces = _Pieces([])
    for tag, first, last, start_, stop in _steps(known, [unit.digest for unit in theirs]):
        mine, wanted = ours[first:last], theirs[start_:stop]
        if tag == "equal":
            pieces.parts += [unit.text for unit in mine]
            continue
        for place in range(max(len(mine), len(wanted))):
            unit = mine[place] if place < len(mine) else None
            pieces.take(unit, wanted[place] if place < len(wanted) else None, origin)
    return pieces


def _by_kinds(ours: list[Unit], theirs: list[Unit], known: list[str], origin: str) -> _Pieces:
    """Mark the changes in a file with different units, because its translator joined or split some.

    Without stamps of the source, every unit without a counterpart counts as changed.
    """
    pieces = _Pieces([])
    for tag, first, last, start_, stop in _steps(
        [unit.kind for unit in ours], [unit.kind for unit in theirs]
    ):
        mine, wanted = ours[first:last], theirs[start_:stop]
        for place in range(max(len(mine), len(wanted))):
            unit = mine[place] if place < len(mine) else None
            other = wanted[place] if place < len(wanted) else None
            fresh = other is not None and other.digest not in known if known else tag != "equal"
            if fresh:
                pieces.take(unit, other, origin)
            elif unit is not None:
                pieces.parts.append(unit.text)
    return pieces


MOST_PAIRS = 4_000_000
"""Most pairs of blocks that are compared; beyond it, everything between the first and the last change is changed."""

_Step = tuple[str, int, int, int, int]


def _steps(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[_Step]:
    """Yield the opcodes of SequenceMatcher, but without comparing an equal start and an equal end."""
    first = 0
    while first < min(len(mine), len(theirs)) and mine[first] == theirs[first]:
        first += 1
    last = 0
    while last < min(len(mine), len(theirs)) - first and mine[-1 - last] == theirs[-1 - last]:
        last += 1
    left, right = mine[first : len(mine) - last], theirs[first : len(theirs) - last]
    if first:
        yield "equal", 0, first, 0, first
    if len(left) * len(right) > MOST_PAIRS:
        yield "replace", first, first + len(left), first, first + len(right)
    else:
        for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield tag, first + a, first + b, first + c, first + d
    if last:
        yield "equal", len(mine) - last, len(mine), len(theirs) - last, len(theirs)


def confirm(source: str, target: str, origin: str, parser: Parser, path: Path) -> Translated:
    """Return the translation marked as in step with its source: marks of changes are removed.

    Marks on text that is not translated at all stay.
    """
    text = without_marks(target, ": changed")
    head = _front(text, source, _key(text, "language"), origin, parser, path)
    _, body_line = split(text)
    body = "\n".join(text.split("\n")[body_line - 1 :])
    return Translated(head + body, waiting=_count(body))


def _count(text: str) -> int:
    return sum(1 for _ in marks(text))


def _marked(unit: Unit, why: str) -> str:
    return f"<!-- translate: {why} -->\n{unit.bare}"


def _commented(unit: Unit) -> str:
    """Return a unit's text in a form that is safe in a comment."""
    return unit.text.replace("-->", "--&gt;") + "\n"


_HEAD = "~"
"""Begins the stamp of the front matter's words, before those of the blocks."""


def _words(text: str) -> dict[str, str]:
    """Return the lines of the front matter that hold words, by key."""
    block, _ = split(text)
    found = re.finditer(r"^(title|description|objectives):.*(?:\n[ \t-].*)*", block, re.MULTILINE)
    return {match[1]: match[0] for match in found}


def _head_stamp(text: str) -> str:
    words = "\n".join(_words(text).values())
    return f"{_HEAD}{hashlib.sha256(words.encode()).hexdigest()[:6]}" if words else ""


def _key(text: str, key: str) -> str:
    block, _ = split(text)
    found = re.search(rf"^{key}:[ \t]*(.*?)[ \t]*$", block, re.MULTILINE)
    return found[1] if found else ""


def _front(text: str, source: str, language: str, origin: str, parser: Parser, path: Path) -> str:
    """Return the front matter of `text` with its language and its source."""
    block, _ = split(text)
    values = {
        "language": language,
        "source": f"{origin} {read_lesson(parser, source, path).digest[:DIGEST]}",
        "source_blocks": " ".join(
            [_head_stamp(source), *(unit.digest for unit in units(source, parser, path))]
        ).strip(),
    }
    for key, value in values.items():
        line = f"{key}: {value}".rstrip() if value else ""
        pattern = re.compile(rf"^{key}:.*$\n?", re.MULTILINE)
        if pattern.search(block):
            written = line.replace("\\", "\\\\")
            block = pattern.sub(f"{written}\n" if line else "", block, count=1)
        elif line:
            block += f"{line}\n"
    return f"---\n{block}---\n"
