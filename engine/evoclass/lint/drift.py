"""Finds differences of a translation from its source: front matter, named blocks, prose."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.errors import Problem
from evoclass.lint.keptmarks import live_values
from evoclass.lint.nameddrift import named_drift
from evoclass.lint.prosedrift import prose_drift
from evoclass.model import Evidence, Lesson
from evoclass.reading.sound import sound


def drift(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Yield a problem for each change in `translated` that a translation must not make."""
    source, translated = sound(source), sound(translated)
    other = source.language
    for key in ("id", "number", "minutes", "objectives", "needs"):
        ours, theirs = (_measure(key, getattr(lesson, key)) for lesson in (translated, source))
        if ours != theirs:
            fields = {"key": key, "value": ours, "wanted_value": theirs, "language": other}
            yield Problem("E088", translated.keys.get(key, 1), fields=fields)
    yield from _evidence(source, translated)
    if source.requires != translated.requires:
        fields = {"key": "requires", "value": ", ".join(translated.requires) or "–", "language": other}
        fields["wanted_value"] = ", ".join(source.requires) or "–"
        yield Problem("E088", translated.keys.get("requires", 1), fields=fields)
    language, _, digest = translated.source.partition(" ")
    if digest and language == other and not source.digest.startswith(digest.strip()):
        yield Problem("W089", translated.keys.get("source", 1), fields={"language": other})
    left, right = list(source.walk()), list(translated.walk())
    yield from named_drift(left, right, other)
    yield from prose_drift(source, translated)


def _measure(key: str, value: object) -> object:
    """Return the part of a front matter value that a translation keeps: of a list of sentences the length."""
    if isinstance(value, tuple):
        return ", ".join(value) or "–" if key == "needs" else len(value)
    return value


def _evidence(source: Lesson, translated: Lesson) -> Iterator[Problem]:
    """Compare what shows the objectives: the same questions and labs, and the same values."""
    ours, theirs = (
        lesson.evidence or tuple(Evidence() for _ in lesson.objectives) for lesson in (translated, source)
    )
    for mine, other in zip(ours, theirs, strict=False):
        line = mine.line if translated.evidence else translated.keys.get("objectives", 1)
        if mine.shown_by != other.shown_by:
            value, wanted = (", ".join(evidence.shown_by) or "–" for evidence in (mine, other))
            fields = {"key": "shown_by", "value": value, "wanted_value": wanted, "language": source.language}
            yield Problem("E088", line, fields=fields)
        if live_values(mine.said) != live_values(other.said):
            yield Problem("E091", line, fields={"language": source.language, "line": other.line})
