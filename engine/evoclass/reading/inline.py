"""Inline tokens -> inline items of the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from evoclass.errors import Problem
from evoclass.model import Inline, Inlines, LineBreak, Live, Mark, Span
from evoclass.reading.formula import trouble, unicode_formula
from evoclass.reading.leftovers import leftovers

if TYPE_CHECKING:
    from markdown_it.token import Token


Role = Callable[["Token", int], Inlines]
"""Reads the token of a role, given the line where it begins."""

NONE: frozenset[Mark] = frozenset()

OPENING: dict[str, frozenset[Mark]] = {
    "strong_open": frozenset({"strong"}),
    "em_open": frozenset({"em"}),
    "s_open": frozenset({"strike"}),
}
CLOSING: dict[str, frozenset[Mark]] = {
    "strong_close": frozenset({"strong"}),
    "em_close": frozenset({"em"}),
    "s_close": frozenset({"strike"}),
}


def inlines(tokens: Sequence[Token], line: int, report: Callable[[Problem], None], role: Role) -> Inlines:
    """Return the items of one paragraph, which starts on `line`; its problems go to `report`."""
    items: list[Inline] = []
    text: list[str] = []
    marks: frozenset[Mark] = NONE
    href = ""

    def flush() -> None:
        if text:
            items.append(Span("".join(text), marks, href))
            text.clear()

    for place, token in enumerate(tokens):
        kind = token.type
        if kind == "text" or kind == "text_special":
            if token.content:
                text.append(token.content)
            if kind == "text" and "link" not in marks:
                before = tokens[place - 1].type if place else ""
                after = tokens[place + 1].type if place + 1 < len(tokens) else ""
                for mark, variant in leftovers(
                    token.content, not place, before == "softbreak", after == "code_inline"
                ):
                    report(Problem("W039", line, fields={"text": mark, "variant": variant}))
            elif token.markup == "\\(" and any(
                other.markup == "\\)"
                for other in tokens[place + 2 : place + 9]  # not next: `f\(\)` is a call
            ):
                report(Problem("W039", line, fields={"text": "\\(", "variant": "tex"}))
            elif token.content == "\\b" and _begins(tokens, place + 1, "egin{"):
                report(Problem("W039", line, fields={"text": "\\begin{", "variant": "tex"}))
        elif kind == "softbreak":
            line += 1
            text.append(" ")
        elif kind in OPENING:
            flush()
            marks = marks | OPENING[kind]
        elif kind in CLOSING:
            flush()
            marks = marks - CLOSING[kind]
        elif kind == "code_inline":
            flush()
            items.append(Span(token.content, marks | {"code"}, href))
            line += token.meta.get("breaks", 0)
        elif kind == "link_open":
            flush()
            marks, href = marks | {"link"}, str(token.attrs.get("href", ""))
        elif kind == "link_close":
            flush()
            marks, href = marks - {"link"}, ""
        elif kind == "math_inline":
            flush()
            items.append(Span(unicode_formula(token.content), marks | {"math"}, href, token.content))
            problem = trouble(token.content, line)
            if problem is not None:
                report(problem)
            line += token.content.count("\n")
        elif kind == "role":
            flush()
            items += [_within(item, marks, href) for item in role(token, line)]
            line += token.markup.count("\n")
        elif kind == "footnote_ref":
            flush()
            line += token.meta.get("breaks", 0)
            number = str(token.meta["id"] + 1)
            items.append(Span(number, marks | {"footnote"}, f"#fn-{number}"))
        elif kind == "hardbreak":
            flush()
            items.append(LineBreak())
            line += 1
        elif kind == "image":
            flush()
            source = str(token.attrs.get("src", ""))
            if not token.content.strip():
                report(Problem("E053", line, fields={"source": source}))
            items.append(Span(token.content or source, marks | {"link", "image"}, source))
        elif kind == "html_inline" and not token.content.startswith("<!--"):
            report(Problem("W033", line, fields={"html": token.content[:40]}))
            text.append(token.content)
    flush()
    return tuple(items)


def _begins(tokens: Sequence[Token], place: int, word: str) -> bool:
    return place < len(tokens) and tokens[place].content.startswith(word)


def _within(item: Inline, marks: frozenset[Mark], href: str) -> Inline:
    """Return an item of a role with the style of the surrounding text."""
    match item:
        case Span():
            return replace(item, marks=item.marks | marks, href=item.href or href)
        case Live():
            return replace(item, marks=item.marks | marks)
        case LineBreak():
            return item
    assert_never(item)


def slug(text: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    bare = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return bare.replace(" ", "-")
