"""The option list of a question: `- [x] text` with its feedback as an indented quote, and the traps around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from evoclass.directive import Item
from evoclass.errors import Problem
from evoclass.model import Inline, Inlines, LineBreak, Span
from evoclass.reading.blocks import Builder, span
from evoclass.reading.invisible import named, plain

BOX = re.compile(r"\[([ xX])\](?:[ \t\n]+|\Z)")
"""A proper box."""

ALMOST = re.compile(r"\[([ xX]?)\](?![(\[:])[ \t]*")
"""A box with a slip: `[]`, or no space after it."""

LINK = re.compile(r"\[[ xX]?\]\(")
"""A link that looks like a box."""


def is_option_list(tokens: Sequence[Token], at: int) -> bool:
    """Whether the bullet list that opens at index `at` has an item that is an option, or was meant as one."""
    level = tokens[at].level
    for place in range(at + 1, len(tokens)):
        token = tokens[place]
        if token.level == level:
            return False
        if token.type == "list_item_open" and token.level == level + 1:
            text = _first_text(tokens, place)
            if text is not None and ALMOST.match(text.content):
                return True
    return False


def _first_text(tokens: Sequence[Token], item: int) -> Token | None:
    following = tokens[item + 1 : item + 3]
    if len(following) == 2 and following[0].type == "paragraph_open":
        return following[1]
    return None


@dataclass(slots=True)
class OptionReader:
    """Collects the options of one directive, even when the author's slips split them into several lists."""

    builder: Builder
    directive: str
    items: list[Item]

    def list(self) -> None:
        """Read the bullet list at the builder's place."""
        builder = self.builder
        builder.at += 1
        while builder.tokens[builder.at].type == "list_item_open":
            self._item()
        builder.at += 1

    def _item(self) -> None:
        builder = self.builder
        tokens = builder.tokens
        opening = tokens[builder.at]
        line = span(opening)[0]
        builder.at += 1
        text: list[Inlines] = []
        feedback: list[Inlines] = []
        checked = False
        first = True
        while tokens[builder.at].type != "list_item_close" or tokens[builder.at].level != opening.level:
            token = tokens[builder.at]
            if token.type == "paragraph_open":
                content = tokens[builder.at + 1]
                source = content.content
                if first:
                    checked, source = self._box(source, line)
                text.append(builder.inline(source, span(content)[0]))
                builder.at += 3
            elif token.type == "blockquote_open":
                feedback.append(self.quote(token))
            elif token.type in ("fence", "code_block"):
                text.append((Span(token.content.rstrip("\n"), frozenset({"code"})),))
                builder.at += 1
            else:
                builder.report(Problem("E045", span(token)[0], fields={"directive": self.directive}))
                _skip(builder)
            first = False
        builder.at += 1
        key = _key(len(self.items))
        self.items.append(Item(key, _joined(text), checked, line, _joined(feedback)))

    def _box(self, source: str, line: int) -> tuple[bool, str]:
        """Remove the box from the front of an option's text."""
        match = BOX.match(source)
        if match is None:
            match = ALMOST.match(source)
            kind = "link" if LINK.match(source) else "box" if match else "none"
            first = source.split("\n")[0][:50]
            fields = {"text": first, "variant": kind, "directive": self.directive}
            if kind == "box" and BOX.match(plain(source)):
                fields |= {"text": plain(first), "variant": "invisible", "character": named(source)}
            self.builder.report(Problem("E044", line, fields=fields))
            if match is None:
                return False, source
        return match[1] in ("x", "X"), source[match.end() :]

    def quote(self, token: Token) -> Inlines:
        """Read the block quote at the builder's place as feedback."""
        builder = self.builder
        first, last = span(token)
        for number in range(first, last + 1):
            text = builder.line(number).strip()
            if text and not text.startswith(">"):
                fields = {"text": text[:50], "directive": self.directive}
                builder.report(Problem("E043", number, fields=fields))
        parts: list[Inlines] = []
        builder.at += 1
        while (
            builder.tokens[builder.at].type != "blockquote_close"
            or builder.tokens[builder.at].level != token.level
        ):
            inner = builder.tokens[builder.at]
            if inner.type == "paragraph_open":
                content = builder.tokens[builder.at + 1]
                parts.append(builder.inline(content.content, span(content)[0]))
                builder.at += 3
            elif inner.type in ("fence", "code_block"):
                parts.append((Span(inner.content.rstrip("\n"), frozenset({"code"})),))
                builder.at += 1
            else:
                builder.report(Problem("E045", span(inner)[0], fields={"directive": self.directive}))
                _skip(builder)
        builder.at += 1
        return _joined(parts)

    def stray_quote(self, token: Token) -> None:
        """Read an unindented quote as feedback of the preceding option, and report it."""
        line = span(token)[0]
        self.builder.report(Problem("E042", line, fields={"directive": self.directive}))
        feedback = self.quote(token)
        last = self.items[-1]
        self.builder.budget.spend(len(last.feedback))
        self.items[-1] = Item(
            last.key, last.text, last.checked, last.line, _joined([last.feedback, feedback])
        )


def _skip(builder: Builder) -> None:
    """Skip one block inside an option."""
    token = builder.tokens[builder.at]
    if token.nesting != 1:
        builder.at += 1
        return
    level = token.level
    builder.at += 1
    while not (builder.tokens[builder.at].nesting == -1 and builder.tokens[builder.at].level == level):
        builder.at += 1
    builder.at += 1


def _joined(parts: list[Inlines]) -> Inlines:
    whole: list[Inline] = []
    for part in parts:
        if part and whole:
            whole.append(LineBreak())
        whole.extend(part)
    return tuple(whole)


def _key(place: int) -> str:
    """Return `a` to `z`, then `aa`, `ab`, …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
