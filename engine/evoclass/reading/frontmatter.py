"""The YAML block at the top of a lesson or course file: split off, read by YAML 1.2, checked against a strict schema.

Values are taken from the text as written, never from YAML's guess of a type: `title: 3.10` stays `3.10` and
`language: no` stays `no`.  Every key keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen, mutable
from evoclass.pattern import pattern
from evoclass.reading import yamlslips
from evoclass.reading.source import harmless

MAX_LENGTH = 128_000
"""Longest front matter, in characters; a lesson of 5,000 blocks with their digests needs 50,000."""

MAX_KEYS = 100

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

LONGEST = 100
"""Most characters in an id, because folders and files are named after it."""

SLUG = pattern(rf"(?!.{{{LONGEST + 1}}})[a-z0-9]+(?:-[a-z0-9]+)*\Z")
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


Entry = str | dict[str, str | list[str]]
"""One entry of a list: a text, or keys with texts and lists of texts; an empty text for anything else."""

OBJECTIVE_KEYS = ("text", "shown_by", "evidence")
"""Keys of an objective that says more than a sentence; the first is required."""


@frozen
class _Node:
    value: str | list[Entry] | None
    """Raw text, or the entries of a list; None for anything else."""
    line: int
    key_line: int
    odd_line: int = 0
    """Line of the first entry of a list that the key does not allow."""
    entry_lines: tuple[int, ...] = ()
    """Line of each entry of a list."""


_END = pattern(r"^---[ \t]*$", re.MULTILINE)


def _too_large(line: int = 1) -> Problem:
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
        raise LessonError(_too_large() if closed else Problem("E006", 1))
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


def read(text: str, keys: Mapping[str, Key]) -> FrontMatter:
    """Read and check the front matter of `text`.  Raises LessonError when it cannot be read at all."""
    block, body_line = split(text)
    nodes = _plain(block)
    if nodes is None:
        nodes = _yaml(block)
    if len(nodes) > MAX_KEYS:
        raise LessonError(_too_large())
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


def _malformed(key: str, node: _Node) -> Iterator[Problem]:
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


def _odd_entry(spec: Key, node: _Node) -> tuple[int, str]:
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


_SCALAR = (
    r"""(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'"""
    r"""|(?P<plain>~?[A-Za-z0-9À-ɏ](?:[^:#\n]|:(?=[^ \t\n])|(?<=[^ \t])#)*))"""
)
_PAIR = pattern(r"(?P<key>[A-Za-z][\w-]*):[ ]+" + _SCALAR + r"\Z")
_HEAD = pattern(r"(?P<key>[A-Za-z][\w-]*):\Z")
_NAMES = pattern(r"(?P<key>[A-Za-z][\w-]*):[ ]+\[(?P<names>[a-z0-9-]+(?:,[ ]?[a-z0-9-]+)*)\]\Z")
_ITEM = pattern(r"(?P<indent>[ ]+)-[ ]+" + _SCALAR + r"\Z")
_PART = pattern(
    r"(?P<indent>[ ]+)(?P<first>-[ ])?(?P<key>[a-z_]+):[ ]+"
    r"(?:\[(?P<names>\w[\w./-]*(?:,[ ]?\w[\w./-]*)*)\]|" + _SCALAR + r")\Z",
    re.ASCII,
)
"""A key of an entry that has several."""
"""These match lines without trailing blanks: a pattern for the blanks would try them again at every character."""
_EMPTY = pattern(r"(?:null|Null|NULL|~)\Z")


def _plain(block: str) -> dict[str, _Node] | None:
    """Read the everyday subset (one `key: value` or list item a line) without a YAML parser; None for all else.

    A YAML parser takes milliseconds, which is too long for a course of 10,000 lessons.  YAML 1.2 gives the same
    result for all text that this function accepts; a test compares the two.
    """
    nodes: dict[str, _Node] = {}
    items: list[Entry] | None = None
    places: dict[str, list[int]] = {}
    indent = key = ""
    for number, line in enumerate(block.split("\n"), 2):
        if not line.strip():
            if items is not None or not line:
                continue
            return None
        line = line.rstrip(" \t")
        pair = _PAIR.match(line)
        if pair:
            items = None
            if pair["key"] in nodes:
                return None
            nodes[pair["key"]] = _Node(_scalar(pair), number, number)
            if nodes[pair["key"]].value is None:
                return None
            continue
        names = _NAMES.match(line)
        if names and names["key"] not in nodes:
            listed = re.split(",[ ]?", names["names"])
            if not all(SLUG.match(name) and not _EMPTY.match(name) for name in listed):
                return None
            items = None
            nodes[names["key"]] = _Node(list(listed), number, number)
            continue
        part = _PART.match(line) if items is not None else None
        if part and items is not None:
            if not _take_part(part, items, indent):
                return None
            if part["first"]:
                indent = part["indent"]
                places.setdefault(key, []).append(number)
            continue
        item = _ITEM.match(line)
        if item:
            text = _scalar(item)
            if items is None or text is None or (items and item["indent"] != indent):
                return None
            indent = item["indent"]
            items.append(text)
            places.setdefault(key, []).append(number)
            continue
        head = _HEAD.match(line)
        if head is None or head["key"] in nodes:
            return None
        items, key = [], head["key"]
        nodes[key] = _Node(items, number, number)
    if any(node.value == [] for node in nodes.values()):
        return None
    return nodes | {key: replace(nodes[key], entry_lines=tuple(lines)) for key, lines in places.items()}


def _take_part(part: re.Match[str], items: list[Entry], indent: str) -> bool:
    """Add a key to the last entry, or begin an entry with it; return whether YAML would do the same."""
    names = re.split(",[ ]?", part["names"]) if part["names"] else []
    value = names or _scalar(part)
    if value is None or any(map(_EMPTY.match, names)):
        return False
    if part["first"]:
        items.append({part["key"]: value})
        return len(items) == 1 or part["indent"] == indent
    entry = items[-1] if items else ""
    if isinstance(entry, str) or part["key"] in entry or len(part["indent"]) != len(indent) + len("- "):
        return False
    entry[part["key"]] = value
    return True


def _scalar(match: re.Match[str]) -> str | None:
    if match["plain"] is not None:
        plain = match["plain"].rstrip(" \t")
        return None if _EMPTY.match(plain) or plain.endswith(":") or "\t" in plain else plain
    return match["double"] if match["double"] is not None else match["single"]


def _yaml(block: str) -> dict[str, _Node]:
    """Read any other front matter with a YAML 1.2 parser that keeps lines.  Raises LessonError (E007)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    try:
        _bound(YAML(typ="safe", pure=True).parse(block))
        root = YAML(typ="safe", pure=True).compose(block)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = str(error.problem or error.context or "")
        raise LessonError(
            _slip(block, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, detail)
        ) from None
    except (
        YAMLError,
        ValueError,
        OverflowError,
        RecursionError,
        AttributeError,
        TypeError,
        LookupError,
    ) as error:
        # ruamel.yaml's scanner raises bare errors on some malformed input; for the author they are the same.
        detail = str(error).split("\n", 1)[0]
        raise LessonError(Problem("E007", 2, fields={"detail": detail})) from None
    if root is None:
        return {}
    if not isinstance(root, MappingNode):
        raise LessonError(
            Problem("E007", root.start_mark.line + 2, fields={"detail": "no `key: value` pairs"})
        )
    nodes: dict[str, _Node] = {}
    for key, value in root.value:
        key_line = key.start_mark.line + 2
        if not isinstance(key, ScalarNode):
            raise LessonError(Problem("E007", key_line, fields={"detail": "a key must be a word"}))
        name = harmless(str(key.value))
        if name in nodes:
            detail = f"key {name!r} twice"
            raise LessonError(Problem("E007", key_line, fields={"detail": detail, "variant": "twice"}))
        content = _content(value)
        line = key_line if content is None else value.start_mark.line + 2
        entries = tuple(item.start_mark.line + 2 for item in value.value) if isinstance(content, list) else ()
        nodes[name] = _Node(content, line, key_line, _odd_line(value), entries)
    return nodes


def _slip(block: str, line: int, column: int, detail: str) -> Problem:
    """Return the problem of a block that is not YAML, at the line that must change."""
    if yamlslips.prose_line(block):
        return Problem("E006", 1)
    place, variant = yamlslips.slip(block, line, detail)
    fields = {"detail": detail, "variant": variant}
    return Problem("E007", place + 1, column if place == line else 1, fields=fields)


MAX_EVENTS = 20_000
MAX_DEPTH = 4
"""Values of a front matter are texts and lists of texts; deeper values are reported, so reading can stop there."""


def _bound(events: Iterable[Any]) -> None:
    """Read the events of a YAML text, and stop at the first that a front matter does not allow.  Raises LessonError.

    This comes before composing: with aliases and merge keys, a few lines can expand beyond any memory.
    """
    from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

    depth = 0
    for number, event in enumerate(events):
        line = event.start_mark.line + 2
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            name = getattr(event, "anchor", None)
            raise LessonError(Problem("E007", line, fields={"variant": "alias", "name": name}))
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise LessonError(Problem("E007", line, fields={"detail": "too deeply nested"}))
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
            raise LessonError(Problem("E007", line, fields={"variant": "alias", "name": "<<"}))
        if number > MAX_EVENTS:
            raise LessonError(_too_large(line))


def _odd_line(node: Any) -> int:
    """Return the line of a list's first entry that is not text, for example because of a colon, or 0."""
    from ruamel.yaml.nodes import ScalarNode, SequenceNode

    if not isinstance(node, SequenceNode):
        return 0
    return next((item.start_mark.line + 2 for item in node.value if not isinstance(item, ScalarNode)), 0)


def _content(node: Any) -> str | list[Entry] | None:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        if node.style is None and (node.value == "" or _EMPTY.match(node.value)):
            return None
        return harmless(str(node.value))  # a YAML escape can produce any character
    if isinstance(node, SequenceNode):
        return [
            _parts(item) if isinstance(item, MappingNode) else _text(_content(item)) for item in node.value
        ]
    return None


def _parts(node: Any) -> Entry:
    """Return an entry with several keys; an empty text if one of its values is neither a text nor a list of texts."""
    from ruamel.yaml.nodes import ScalarNode

    found: dict[str, str | list[str]] = {}
    for key, item in node.value:
        content = _content(item)
        if not isinstance(key, ScalarNode) or content is None or key.value in found:
            return ""
        found[harmless(str(key.value))] = content if isinstance(content, str) else list(map(_text, content))
    return found


def _text(content: object) -> str:
    return content if isinstance(content, str) else ""
