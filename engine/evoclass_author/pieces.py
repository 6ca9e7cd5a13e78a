"""Inline Markdown from any source in pieces, made in one pass, so that a change to prose never touches code."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "math", "tag", "comment", "address", "open", "image", "close"]

SPECIAL = re.compile(r"[\\`$<\[\]!]")
RUN = re.compile("`+")
DOLLAR = re.compile(r"\\.|\$+", re.DOTALL)
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>")
ADDRESS = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]{1,200}@[\w.-]{1,200})>")
TARGET = re.compile(
    r"""\(\s*(?P<to><[^<>\n]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)(?:\s+(?P<title>"[^"]*"|'[^']*'))?\s*\)"""
)


@dataclass(slots=True)
class Piece:
    """A piece of text of one kind."""

    kind: Kind
    text: str
    name: str = ""
    """For a tag: its element in lower case, with a slash before that of a closing one."""
    target: str = ""
    """For a closing bracket: the target of the link."""
    title: str = ""
    """For a closing bracket: the link's title, in its quotes."""
    partner: int = -1
    """For brackets of a link: the place of the other bracket."""


def pieces(text: str) -> list[Piece]:
    """Return the pieces of a paragraph; joined, their texts are the paragraph."""
    return _Scanner(text).scan()


def joined(parts: list[Piece]) -> str:
    """Return pieces as text."""
    return "".join(part.text for part in parts)


class _Scanner:
    """One pass from left to right; the end of a code span or a formula is looked up, never searched again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] = {}
        for run in RUN.finditer(text):
            self._runs.setdefault(len(run[0]), []).append(run.start())
        self._dollars: dict[int, list[int]] = {1: [], 2: []}
        for found in DOLLAR.finditer(text):
            if found[0][0] == "$":
                self._dollars.setdefault(len(found[0]), []).append(found.start())
        self._comments = "-->" in text
        self._found: list[Piece] = []
        self._open: list[int] = []
        """Places of open brackets."""

    def scan(self) -> list[Piece]:
        text, place, plain = self._text, 0, 0
        while found := SPECIAL.search(text, place):
            start = found.start()
            piece = self._piece(start)
            if piece is None:
                run = RUN.match(text, start)
                place = run.end() if run is not None else start + (2 if text[start] == "\\" else 1)
                continue
            if plain < start:
                self._add(Piece("text", text[plain:start]))
            self._add(piece)
            place = plain = start + len(piece.text)
        if plain < len(text):
            self._add(Piece("text", text[plain:]))
        return self._found

    def _add(self, piece: Piece) -> None:
        place = len(self._found)
        self._found.append(piece)
        if piece.kind in ("open", "image"):
            self._open.append(place)
        elif piece.kind == "close" and self._open:
            partner = self._open.pop()
            if len(piece.text) > 1:  # with a target after it
                piece.partner, self._found[partner].partner = partner, place

    def _piece(self, start: int) -> Piece | None:
        text = self._text
        match text[start]:
            case "`":
                return self._code(start)
            case "$":
                return self._math(start)
            case "<":
                return self._angle(start)
            case "[":
                return Piece("open", "[")
            case "!" if text.startswith("![", start):
                return Piece("image", "![")
            case "]":
                target = TARGET.match(text, start + 1)
                if target is None:
                    return Piece("close", "]")
                to = target["to"]
                bare = to[1:-1] if to.startswith("<") else to
                return Piece("close", f"]{target[0]}", target=bare, title=target["title"] or "")
        return None

    def _code(self, start: int) -> Piece | None:
        run = RUN.match(self._text, start)
        length = len(run[0]) if run is not None else 1
        closers = self._runs.get(length, [])
        place = bisect_left(closers, start + length)
        return Piece("code", self._text[start : closers[place] + length]) if place < len(closers) else None

    def _math(self, start: int) -> Piece | None:
        length = 2 if self._text.startswith("$$", start) else 1
        closers = self._dollars[length]
        place = bisect_left(closers, start + length)
        if place == len(closers):
            return None
        end = closers[place]
        inner = self._text[start + length : end]
        before, after = self._text[start - 1 : start], self._text[end + length : end + length + 1]
        tight = inner.strip() == inner and not before.isdigit() and not after.isdigit()
        if not inner or (length == 1 and not tight and "<" in inner):
            return None  # two prices in one sentence
        return Piece("math", self._text[start : end + length])

    def _angle(self, start: int) -> Piece | None:
        text = self._text
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4) if self._comments else -1
            self._comments = end >= 0
            return Piece("comment", text[start : end + 3]) if end >= 0 else None
        address = ADDRESS.match(text, start)
        if address is not None:
            return Piece("address", address[0])
        tag = TAG.match(text, start)
        if tag is None:
            return None
        slash = "/" if text.startswith("</", start) else ""
        return Piece("tag", tag[0], name=slash + tag[1].lower())
