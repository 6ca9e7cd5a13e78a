"""Prose in the part of XHTML that QTI allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from evoclass.layout import DIAGRAM, MEASURE, description, diagram
from evoclass.model import (
    AnyBlock,
    Callout,
    CodeBlock,
    Drawing,
    ExerciseBlock,
    Fault,
    Footnotes,
    Guess,
    Heading,
    Image,
    Inlines,
    Lab,
    LineBreak,
    ListBlock,
    Live,
    MathBlock,
    Paragraph,
    Quote,
    Span,
    Steps,
    Table,
    ThematicBreak,
    inlines,
    walk,
)
from evoclass_author.asked import Question
from evoclass_author.escaping import text


def prompt(asked: Question) -> str:
    """Return the question as inline text, the only content that a prompt may have."""
    return "<br/>".join(filter(None, [_title(asked), *map(_shown, (*asked.story, *asked.block.prompt))]))


def prose(asked: Question) -> str:
    """Return the question as paragraphs."""
    title = _title(asked)
    head = f"<p>{title}</p>" if title else ""
    return head + paragraphs((*asked.story, *asked.block.prompt))


def _title(asked: Question) -> str:
    title = xhtml(asked.title)
    return f"<strong>{title}</strong>" if title else ""


def paragraphs(blocks: Iterable[AnyBlock]) -> str:
    """Return prose and code, each as a paragraph."""
    return "".join(f"<p>{shown}</p>" for shown in map(_shown, blocks) if shown)


def _shown(part: AnyBlock) -> str:
    """Return one block as inline text; its contents follow line by line."""
    parts = list(walk((part,)))
    drawings = [drawing for drawing in parts if isinstance(drawing, Drawing) and drawing.text]
    instead = {id(inner) for drawing in drawings for inner in walk(drawing.blocks)}
    return "<br/>".join(filter(None, (_line(inner) for inner in parts if id(inner) not in instead)))


def _line(part: AnyBlock) -> str:
    match part:
        case CodeBlock(language=language, code=words) if language == DIAGRAM:
            return _diagram(words)
        case CodeBlock(code=words) | MathBlock(text=words):
            return f"<code>{lines(words)}</code>"
        case Image(alt=words):
            return f"[{text(words)}]"
        case Table(header=header, rows=rows):
            return "<br/>".join(" | ".join(map(xhtml, row)) for row in (header, *rows))
        case Drawing(text=(_, *_) as drawn):
            words = "\n".join(drawn)
            return f"<code>{lines(words)}</code>"
        case Drawing(alt=words, blocks=()):
            return f"[{text(words)}]"
        case Heading() | Paragraph() | Callout() | Steps() | ExerciseBlock():
            return xhtml(tuple(inlines(part)))
        case Drawing() | ListBlock() | Quote() | Footnotes() | ThematicBreak() | Lab() | Guess() | Fault():
            return ""
    assert_never(part)


def _diagram(code: str) -> str:
    """Return a diagram as text below its description, or else its source."""
    drawn = diagram(code, MEASURE)
    told = text(description(code)) if drawn else ""
    words = lines("\n".join(drawn) if drawn else code)
    return "<br/>".join(filter(None, [told and f"[{told}]", f"<code>{words}</code>"]))


def lines(words: str) -> str:
    """Return text with its line ends and spaces kept."""
    return "<br/>".join(text(line).replace(" ", "&#160;") for line in words.rstrip().split("\n"))


def xhtml(items: Inlines) -> str:
    """Return inline items in the part of XHTML that QTI allows."""
    parts = []
    for part in items:
        match part:
            case Span(text=words, marks=marks):
                shown = text(words)
                for mark, tag in (("code", "code"), ("em", "em"), ("strong", "strong")):
                    shown = f"<{tag}>{shown}</{tag}>" if mark in marks else shown
                parts.append(shown)
            case Live(expression=expression):
                parts.append(f"<code>{text(expression)}</code>")
            case LineBreak():
                parts.append("<br/>")
            case _:
                assert_never(part)
    return "".join(parts)


def identifier(name: str) -> str:
    """Return a name that XML allows."""
    return "q-" + re.sub(r"[^A-Za-z0-9_.-]", "-", name)
