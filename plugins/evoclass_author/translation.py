"""Makes and updates the file of a lesson in another language; what waits for a translator is marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from evoclass.frontmatter import split
from evoclass.markup import Parser
from evoclass.source import read
from evoclass_author.units import MARK, Unit, units

DIGEST = 12
"""How much of a file's digest stands in a translation."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The translation's new text and what was done."""

    text: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    waiting: int = 0
    """Marks in the text, old ones included."""


def start(source: str, language: str, origin: str, parser: Parser, path: Path) -> Outcome:
    """Return a first file in another language: the source, with everything marked that has words in it."""
    parts = []
    count = 0
    for unit in units(source, parser, path):
        if unit.kind == "Rule":
            parts.append(unit.text)
            continue
        count += 1
        parts.append(f"<!-- translate -->\n{unit.text}")
    head = _front(source, source, language, origin, parser, path)
    body = "\n\n".join(parts)
    return Outcome(f"{head}\n{body}\n" if body else head, new=count, waiting=count)


def update(source: str, target: str, origin: str, parser: Parser, path: Path) -> Outcome:
    """Return the translation with marks where the source has changed since the two were last in step."""
    theirs, ours = units(source, parser, path), units(target, parser, path)
    known = _key(target, "source_blocks").split()
    new = changed = gone = 0
    parts: list[str] = []
    if len(known) == len(ours):
        matcher = SequenceMatcher(None, known, [unit.digest for unit in theirs], autojunk=False)
    else:
        matcher = SequenceMatcher(
            None, [unit.kind for unit in ours], [unit.kind for unit in theirs], autojunk=False
        )
    for tag, first, last, start_, stop in matcher.get_opcodes():
        mine, wanted = ours[first:last], theirs[start_:stop]
        if tag == "equal":
            parts += [unit.text for unit in mine]
            continue
        for place in range(max(len(mine), len(wanted))):
            unit = mine[place] if place < len(mine) else None
            other = wanted[place] if place < len(wanted) else None
            if unit is not None and other is not None and unit.kind == other.kind:
                parts.append(_marked(unit, f"changed; the {origin} file now says:\n{_commented(other)}"))
                changed += 1
                continue
            if unit is not None:
                parts.append(_marked(unit, f"gone; the {origin} file has this no longer"))
                gone += 1
            if other is not None:
                parts.append(f"<!-- translate -->\n{other.text}" if other.kind != "Rule" else other.text)
                new += 1
    head = _front(target, source, _key(target, "language"), origin, parser, path)
    text = head + "\n" + "\n\n".join(parts) + "\n"
    return Outcome(text, new, changed, gone, len(MARK.findall(text)))


def confirm(source: str, target: str, origin: str, parser: Parser, path: Path) -> Outcome:
    """Return the translation as one that is in step with its source: marks of changes are taken out.

    Marks on what is not translated at all stay.
    """
    text = re.sub(
        r"^<!--[ \t]*translate: changed\b.*?-->[ \t]*\n", "", target, flags=re.MULTILINE | re.DOTALL
    )
    head = _front(text, source, _key(text, "language"), origin, parser, path)
    _, body_line = split(text)
    body = "\n".join(text.split("\n")[body_line - 1 :])
    return Outcome(head + body, waiting=len(MARK.findall(body)))


def _marked(unit: Unit, why: str) -> str:
    return f"<!-- translate: {why} -->\n{unit.bare}"


def _commented(unit: Unit) -> str:
    """Return a unit's text as it can stand in a comment."""
    return unit.text.replace("-->", "--&gt;") + "\n"


def _key(text: str, key: str) -> str:
    block, _ = split(text)
    found = re.search(rf"^{key}:[ \t]*(.*?)[ \t]*$", block, re.MULTILINE)
    return found[1] if found else ""


def _front(text: str, source: str, language: str, origin: str, parser: Parser, path: Path) -> str:
    """Return the front matter of `text` with language, and with what it is a translation of."""
    block, _ = split(text)
    values = {
        "language": language,
        "source": f"{origin} {read(source).digest[:DIGEST]}",
        "source_blocks": " ".join(unit.digest for unit in units(source, parser, path)),
    }
    for key, value in values.items():
        line = f"{key}: {value}".rstrip() if value else ""
        pattern = re.compile(rf"^{key}:.*$\n?", re.MULTILINE)
        if pattern.search(block):
            block = pattern.sub(f"{line}\n" if line else "", block, count=1)
        elif line:
            block += f"{line}\n"
    return f"---\n{block}---\n"
