"""Markdown from any source, cut into groups of lines by kind: prose to change, code to leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass
class Lines:
    """Some lines that belong together."""

    kind: Literal["prose", "heading", "html", "fence", "code", "blank"]
    start: int
    """First line, from 0."""
    lines: list[str]
    token: Token | None = None
    """The token of a fence or a heading."""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def cut(text: str) -> Iterator[Lines]:
    """Yield all lines of a text in groups; a group of prose is one paragraph, cell or item."""
    lines = text.split("\n")
    tokens = _blocks().parse(text)
    special: dict[int, tuple[int, Token]] = {}
    starts = set()
    for token in tokens:
        if token.map is None:
            continue
        if token.type in ("fence", "code_block", "html_block") or (
            token.type == "heading_open" and token.markup in "=-"
        ):
            special[token.map[0]] = (token.map[1], token)
        elif token.type == "inline":
            starts.add(token.map[0])
    place = 0
    while place < len(lines):
        if place in special:
            end, token = special[place]
            end = max(min(end, len(lines)), place + 1)
            yield Lines(_KINDS[token.type], place, lines[place:end], token)
        elif not lines[place].strip():
            end = place + 1
            yield Lines("blank", place, lines[place:end])
        else:
            end = place + 1
            while end < len(lines) and lines[end].strip() and end not in special and end not in starts:
                end += 1
            yield Lines("prose", place, lines[place:end])
        place = end


_KINDS: dict[str, Literal["fence", "code", "html", "heading"]] = {
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "heading_open": "heading",
}


@cache
def _blocks() -> MarkdownIt:
    """Return a parser that finds blocks and does not parse their inline text."""
    return MarkdownIt("commonmark").enable("table").disable("inline")
