"""The front matter of a lesson or course file: its keys, checked against a strict schema.

Values are taken from the text as written, never from YAML's guess of a type: `title: 3.10` stays `3.10` and
`language: no` stays `no`.  Every key keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen, mutable
from evoclass.pattern import pattern
from evoclass.reading.frontblock import MAX_KEYS, SLUG, Entry, Node, split, too_large

FORMAT = 1
"""Version of the lesson format that this engine reads and writes."""


@frozen
class Key:
    """One key of a front matter: the kind of its value, and whether it is required."""

    kind: Literal["text", "integer", "date", "slug", "language", "texts", "objectives", "requirements"]
    required: bool = False
    meaning: str = ""
    """For the format's documentation and the JSON Schema."""


LESSON_KEYS: dict[str, Key] = {
    "format": Key("integer", meaning="Version of the file format; 1 by default."),
    "id": Key(
        "slug", True, "Name of the lesson, the same in every language: small letters, digits, hyphens."
    ),
    "number": Key("integer", True, "Place of the lesson in the course."),
    "title": Key("text", True, "Title as the learner sees it."),
    "language": Key("language", True, "Language of this file: `en`, `it`, …"),
    "minutes": Key("integer", meaning="How long a learner needs, about."),
    "objectives": Key("objectives", meaning="What the learner can do afterwards, and perhaps what shows it."),
    "needs": Key("texts", meaning="Ids of the lessons that this one builds on: shown, never a lock."),
    "updated": Key("date", meaning="Day of the last change to the content, as YYYY-MM-DD."),
    "authors": Key("texts", meaning="Who wrote it."),
    "license": Key("text", meaning="Licence of the text, as an SPDX identifier."),
    "source": Key("text", meaning="For a translation: language and digest of the file it was made from."),
    "source_blocks": Key(
        "text", meaning="For a translation: digests of that file's blocks; kept by `translate`."
    ),
}

COURSE_KEYS: dict[str, Key] = {
    "format": Key("integer", meaning="Version of the file format; 1 by default."),
    "id": Key("slug", True, "Name of the course, the same in every language."),
    "code": Key("text", meaning="Short code of the course, such as AI002."),
    "title": Key("text", True, "Title as the learner sees it."),
    "language": Key("language", True, "Language of this file."),
    "description": Key("text", meaning="One sentence for the course list."),
    "authors": Key("texts", meaning="Who wrote it."),
    "license": Key("text", meaning="Licence of the text, as an SPDX identifier."),
    "updated": Key("date", meaning="Day of the last change, as YYYY-MM-DD."),
    "requires": Key(
        "requirements", meaning="Packages that the programs need, as `pip` takes them, a line each."
    ),
    "source": Key("text", meaning="For a translation: language and digest of the file it was made from."),
    "source_blocks": Key(
        "text", meaning="For a translation: digests of that file's blocks; kept by `translate`."
    ),
}

END_KEYS: dict[str, Key] = {
    name: LESSON_KEYS[name]
    for name in (
        "format", "title", "language", "updated", "authors", "license", "source", "source_blocks",
    )
}  # fmt: skip
"""Keys of the page after the last lesson."""

LANGUAGE = pattern(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


@mutable
class FrontMatter:
    """Checked values of a front matter."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Line of each key."""
    entry_lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Line of each entry of a list, by key."""
    body_line: int = 1
    """First line after the closing `---`."""
    problems: list[Problem] = field(default_factory=list)

    def text(self, key: str, default: str = "") -> str:
        """Return the value of a key as text."""
        return str(self.values.get(key, default))


OBJECTIVE_KEYS = ("text", "shown_by", "evidence")
"""Keys of an objective that says more than a sentence; the first is required."""


def read(text: str, keys: Mapping[str, Key]) -> FrontMatter:
    """Read and check the front matter of `text`.  Raises LessonError when it cannot be read at all."""
    block, body_line = split(text)
    from evoclass.reading.plainfront import read_plain

    nodes = read_plain(block)
    if nodes is None:
        from evoclass.reading.yamlfront import read_yaml

        nodes = read_yaml(block)
    if len(nodes) > MAX_KEYS:
        raise LessonError(too_large())
    front = FrontMatter(body_line=body_line)
    for key, node in nodes.items():
        front.lines[key] = node.key_line
        spec = keys.get(key)
        if spec is None:
            near = get_close_matches(key.lower(), keys, 1, 0.65)
            code = "E008"
            fields: dict[str, Any] = {"key": key, "near": near[0] if near else "", "keys": ", ".join(keys)}
            front.problems.append(Problem(code, node.key_line, fields=fields))
            continue
        front.entry_lines[key] = node.entry_lines
        try:
            front.values[key] = checked(spec, node.value)
        except ValueError as error:
            fields = {"key": key, "value": _shown(node.value), "wanted": str(error)}
            odd_line, variant = _odd_entry(spec, node)
            if odd_line:
                fields["variant"] = variant
            elif spec.kind == "text" and not isinstance(node.value, str) and node.line == node.key_line:
                fields["variant"] = "brackets" if node.value is not None else ""
            front.problems.append(Problem("E010", odd_line or node.line, fields=fields))
        if spec.kind == "requirements":
            front.problems += _malformed(key, node)
    meant = {problem.fields.get("near") for problem in front.problems}
    for key, spec in keys.items():
        if spec.required and key not in nodes and key not in meant:
            front.problems.append(Problem("E009", 1, fields={"key": key}))
    version = front.values.get("format", FORMAT)
    if version > FORMAT:
        fields = {"version": version, "known": FORMAT}
        raise LessonError(Problem("E011", front.lines["format"], fields=fields))
    return front


def _malformed(key: str, node: Node) -> Iterator[Problem]:
    """Yield a problem for each entry of a list that is no PEP 508 requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    for line, entry in zip(node.entry_lines, node.value or (), strict=False):
        if not isinstance(entry, str):
            continue
        try:
            Requirement(entry)
        except InvalidRequirement:
            fields = {"key": key, "value": entry[:100], "wanted": "requirement", "variant": "requirement"}
            yield Problem("E010", line, fields=fields)


def _shown(value: str | list[Entry] | None) -> str:
    return value if isinstance(value, str) else "…"


def _odd_entry(spec: Key, node: Node) -> tuple[int, str]:
    """Return the line of the first entry of a list that a key does not allow, and what is wrong with it."""
    entries = node.value if isinstance(node.value, list) else []
    for line, entry in zip(node.entry_lines, entries, strict=False):
        if isinstance(entry, dict) and not (spec.kind == "objectives" and _is_objective(entry)):
            meant = spec.kind == "objectives" and not entry.keys().isdisjoint(OBJECTIVE_KEYS)
            return line, "objective" if meant else "entry"
    return node.odd_line if spec.kind != "objectives" else 0, "entry"


def _is_objective(entry: Entry) -> bool:
    """Whether an entry is a sentence, or a sentence with what shows it."""
    if isinstance(entry, str):
        return bool(entry)
    names, said = entry.get("shown_by", ["-"]), entry.get("evidence", "-")
    return (
        entry.keys() <= set(OBJECTIVE_KEYS)
        and isinstance(entry.get("text"), str)
        and all((entry["text"], names, said))
        and all([names] if isinstance(names, str) else names)
        and isinstance(said, str)
    )


def checked(spec: Key, value: str | list[Entry] | None) -> Any:
    """Return the value of a key as its kind; raises ValueError with the expected kind of value."""
    if spec.kind == "objectives":
        if not isinstance(value, list) or not all(map(_is_objective, value)):
            raise ValueError("objectives")
        return tuple(value)
    if spec.kind in ("texts", "requirements"):
        if not isinstance(value, list) or not all(entry and isinstance(entry, str) for entry in value):
            raise ValueError("texts")
        return tuple(value)
    if not isinstance(value, str) or (not value.strip() and spec.kind != "text"):
        raise ValueError(spec.kind)
    match spec.kind:
        case "integer":
            if not re.fullmatch(r"\d{1,9}", value):
                raise ValueError("integer")
            return int(value)
        case "date":
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError("date")
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise ValueError("date") from None
        case "slug":
            if not SLUG.match(value):
                raise ValueError("slug")
        case "language":
            if not LANGUAGE.match(value):
                raise ValueError("language")
        case "text":
            if spec.required and not value.strip():
                raise ValueError("text")
    return value
