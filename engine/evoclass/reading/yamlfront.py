"""Reads a front matter with a YAML 1.2 parser that keeps lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from evoclass.errors import LessonError, Problem
from evoclass.reading import yamlslips
from evoclass.reading.frontblock import EMPTY, Entry, Node, too_large
from evoclass.reading.source import harmless


def read_yaml(block: str) -> dict[str, Node]:
    """Read any other front matter with a YAML 1.2 parser that keeps lines.  Raises LessonError (E007)."""
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
    nodes: dict[str, Node] = {}
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
        nodes[name] = Node(content, line, key_line, _odd_line(value), entries)
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
            raise LessonError(too_large(line))


def _odd_line(node: Any) -> int:
    """Return the line of a list's first entry that is not text, for example because of a colon, or 0."""
    if not isinstance(node, SequenceNode):
        return 0
    return next((item.start_mark.line + 2 for item in node.value if not isinstance(item, ScalarNode)), 0)


def _content(node: Any) -> str | list[Entry] | None:
    if isinstance(node, ScalarNode):
        if node.style is None and (node.value == "" or EMPTY.match(node.value)):
            return None
        return harmless(str(node.value))  # a YAML escape can produce any character
    if isinstance(node, SequenceNode):
        return [
            _parts(item) if isinstance(item, MappingNode) else _text(_content(item)) for item in node.value
        ]
    return None


def _parts(node: Any) -> Entry:
    """Return an entry with several keys; an empty text if one of its values is neither a text nor a list of texts."""
    found: dict[str, str | list[str]] = {}
    for key, item in node.value:
        content = _content(item)
        if not isinstance(key, ScalarNode) or content is None or key.value in found:
            return ""
        found[harmless(str(key.value))] = content if isinstance(content, str) else list(map(_text, content))
    return found


def _text(content: object) -> str:
    return content if isinstance(content, str) else ""
