"""The words of a block, without layout: to find it again, to quote it, and to search in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

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
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Steps,
    Table,
    ThematicBreak,
    plain_text,
)


def block_text(block: AnyBlock) -> str:
    """Return what a learner reads in a block before answering, on one line."""
    return " ".join(" ".join(_pieces(block)).split())


def _pieces(block: AnyBlock) -> Iterator[str]:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield plain_text(text)
        case ListBlock(items=items):
            for item in items:
                yield from _inside(item)
        case Quote(children=children):
            yield from _inside(children)
        case Callout(title=title, children=children):
            yield plain_text(title)
            yield from _inside(children)
        case Table(header=header, rows=rows):
            yield from map(plain_text, (cell for row in (header, *rows) for cell in row))
        case CodeBlock(code=code):
            yield code
        case MathBlock(text=text):
            yield text
        case Image(alt=alt, title=title):
            yield from (title, alt)
        case Drawing(alt=alt, text=lines, blocks=children):
            yield alt
            yield from lines
            yield from _inside(children)
        case Footnotes(notes=notes):
            for _, children in notes:
                yield from _inside(children)
        case Lab(file=file, code=code):
            yield from (file, code)
        case ExerciseBlock(prompt=prompt):
            yield from _inside(prompt)
            yield from _options(block)
        case Guess(prompt=prompt, options=options):
            yield from _inside(prompt)
            yield from (plain_text(option.text) for option in options)
        case Steps(title=title, intro=intro):
            yield plain_text(title)
            yield from _inside(intro)
        case Fault(source=source):
            yield source
        case ThematicBreak():
            pass
        case _:
            assert_never(block)


def _inside(blocks: tuple[AnyBlock, ...]) -> Iterator[str]:
    for block in blocks:
        if not isinstance(block, ExerciseBlock | Lab | Steps):  # they have words of their own
            yield from _pieces(block)


def _options(block: ExerciseBlock) -> Iterator[str]:
    """Yield the options of a question; the question type may be a plugin's, and fail."""
    try:
        parts: list[Inlines] = [part.text for field in block.exercise.form() for part in field.parts()]
    except Exception:
        return  # the page shows the fault
    yield from map(plain_text, parts)
