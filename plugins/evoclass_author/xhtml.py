"""Prose in the part of XHTML that QTI allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from evoclass.model import (
    Block,
    CodeBlock,
    ExerciseBlock,
    Image,
    Inlines,
    LineBreak,
    Live,
    MathBlock,
    Span,
    Table,
    inlines,
    walk,
)


def prompt(block: ExerciseBlock) -> str:
    """Return what is asked as inline text, which is all that a prompt may hold."""
    return "<br/>".join(filter(None, map(_shown, block.prompt)))


def prose(block: ExerciseBlock) -> str:
    """Return what is asked as paragraphs."""
    return paragraphs(block.prompt)


def paragraphs(blocks: Iterable[Block]) -> str:
    """Return prose and code, each as a paragraph."""
    return "".join(f"<p>{text}</p>" for text in map(_shown, blocks) if text)


def _shown(part: Block) -> str:
    """Return one block as inline text; what stands inside it follows line by line."""
    return "<br/>".join(filter(None, map(_line, walk((part,)))))


def _line(part: Block) -> str:
    match part:
        case CodeBlock(code=text) | MathBlock(text=text):
            return f"<code>{lines(text)}</code>"
        case Image(alt=text):
            return f"[{escape(text)}]"
        case Table(header=header, rows=rows):
            return "<br/>".join(" | ".join(map(xhtml, row)) for row in (header, *rows))
    return xhtml(tuple(inlines(part)))


def lines(text: str) -> str:
    """Return text with its line ends and spaces kept."""
    return "<br/>".join(escape(line).replace(" ", "&#160;") for line in text.rstrip().split("\n"))


def xhtml(items: Inlines) -> str:
    """Return inline items in the part of XHTML that QTI allows."""
    parts = []
    for part in items:
        match part:
            case Span(text=text, marks=marks):
                shown = escape(text)
                for mark, tag in (("code", "code"), ("em", "em"), ("strong", "strong")):
                    shown = f"<{tag}>{shown}</{tag}>" if mark in marks else shown
                parts.append(shown)
            case Live(expression=expression):
                parts.append(f"<code>{escape(expression)}</code>")
            case LineBreak():
                parts.append("<br/>")
    return "".join(parts)


def identifier(text: str) -> str:
    """Return a name that XML allows."""
    return "q-" + re.sub(r"[^A-Za-z0-9_.-]", "-", text)
