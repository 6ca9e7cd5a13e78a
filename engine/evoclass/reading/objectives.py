"""The objectives of a front matter: sentences, and what shows that they are reached."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.errors import Problem
from evoclass.model import Evidence, Inline, Inlines, Live, marked
from evoclass.pattern import pattern
from evoclass.reading.frontblock import Entry
from evoclass.reading.frontmatter import FrontMatter
from evoclass.reading.livevalue import is_expression

_LIVE = pattern(r"\{live\}`([^`\n]{1,500})`")


def sentences(front: FrontMatter) -> tuple[str, ...]:
    """Return the objectives as sentences."""
    return tuple(entry if isinstance(entry, str) else str(entry["text"]) for entry in _entries(front))


def evidence(front: FrontMatter) -> tuple[tuple[Evidence, ...], list[Problem]]:
    """Return what shows each objective, and the problems of it; nothing if the lesson says it of none."""
    entries = _entries(front)
    if all(isinstance(entry, str) for entry in entries):
        return (), []
    problems: list[Problem] = []
    lines = front.entry_lines.get("objectives", ())
    found = [_evidence(entry, line, problems) for entry, line in zip(entries, lines, strict=True)]
    return tuple(found), problems


def _entries(front: FrontMatter) -> Sequence[Entry]:
    entries: Sequence[Entry] = front.values.get("objectives", ())
    return entries


def _evidence(entry: Entry, line: int, problems: list[Problem]) -> Evidence:
    if isinstance(entry, str):
        return Evidence(line=line)
    names = entry.get("shown_by", [])
    said = _said(str(entry.get("evidence", "")))
    live = [item.expression for item in said if isinstance(item, Live)]
    wrong = [expression for expression in live if not is_expression(expression)]
    problems += [Problem("E032", line, fields={"expression": expression}) for expression in wrong]
    if said and not live:
        problems.append(Problem("E095", line))
    shown_by = dict.fromkeys([names] if isinstance(names, str) else names)
    return Evidence(tuple(shown_by), () if wrong or not live else said, line)


def _said(text: str) -> Inlines:
    """Return a sentence in which values of a run are written as in the prose."""
    items: list[Inline] = []
    for place, part in enumerate(_LIVE.split(text)):
        items += [Live(part)] if place % 2 else marked(part)
    return tuple(items)
