"""Reads the everyday subset of YAML in which most front matters are written, without a YAML parser."""

from __future__ import annotations

import re
from dataclasses import replace

from evoclass.pattern import pattern
from evoclass.reading.frontblock import EMPTY, SLUG, Entry, Node

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


def read_plain(block: str) -> dict[str, Node] | None:
    """Read the everyday subset (one `key: value` or list item a line) without a YAML parser; None for all else.

    A YAML parser takes milliseconds, which is too long for a course of 10,000 lessons.  YAML 1.2 gives the same
    result for all text that this function accepts; a test compares the two.
    """
    nodes: dict[str, Node] = {}
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
            nodes[pair["key"]] = Node(_scalar(pair), number, number)
            if nodes[pair["key"]].value is None:
                return None
            continue
        names = _NAMES.match(line)
        if names and names["key"] not in nodes:
            listed = re.split(",[ ]?", names["names"])
            if not all(SLUG.match(name) and not EMPTY.match(name) for name in listed):
                return None
            items = None
            nodes[names["key"]] = Node(list(listed), number, number)
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
        nodes[key] = Node(items, number, number)
    if any(node.value == [] for node in nodes.values()):
        return None
    return nodes | {key: replace(nodes[key], entry_lines=tuple(lines)) for key, lines in places.items()}


def _take_part(part: re.Match[str], items: list[Entry], indent: str) -> bool:
    """Add a key to the last entry, or begin an entry with it; return whether YAML would do the same."""
    names = re.split(",[ ]?", part["names"]) if part["names"] else []
    value = names or _scalar(part)
    if value is None or any(map(EMPTY.match, names)):
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
        return None if EMPTY.match(plain) or plain.endswith(":") or "\t" in plain else plain
    return match["double"] if match["double"] is not None else match["single"]
