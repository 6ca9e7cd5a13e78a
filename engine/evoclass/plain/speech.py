"""Blocks as lines to be read aloud: one line for each paragraph, and words for anything otherwise drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from evoclass.i18n import Catalog
from evoclass.layout import DIAGRAM, MEASURE, description, diagram
from evoclass.model import (
    CALLOUTS,
    LADDER,
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
    Lesson,
    LessonEntry,
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
)
from evoclass.wording.printable import printable

_STROKE = re.compile(r"[\u2500-\u259f\u2800-\u28ff]")
"""Signs that are lines, blocks or dots, and no words."""

_STROKES = _STROKE.search
"""Finds one of them."""

STOPS = (".", "?", "!", "…", ":")
"""Ends of a text after which it needs no further sign."""

_ARROWHEAD = re.compile(r"[\u25b2-\u25c5]")
"""Triangles: the ends of lines."""

_RULE = re.compile(r"\s*([-=_~*#])\1{2,}\s*").fullmatch
"""A line of one sign only, which separates others."""


def text_of(items: Inlines, live: Mapping[str, str], catalog: Catalog) -> str:
    """Return inline items as one line, with live values filled in and note marks in words."""
    parts = []
    for item in items:
        match item:
            case Span(text=text, href=href) if href.startswith("#fn-"):
                parts.append(" " + catalog("plain.note", label=text.strip()))
            case Span(text=text):
                parts.append(text)
            case Live(expression=expression):
                parts.append(live.get(expression, "—"))
            case LineBreak():
                parts.append(" ")
            case _:
                assert_never(item)
    return printable(" ".join("".join(parts).split()))


def spoken(blocks: Sequence[AnyBlock], live: Mapping[str, str], catalog: Catalog) -> Iterator[str]:
    """Yield the lines of blocks; an empty one ends each block."""
    for block in blocks:
        lines = list(_lines(block, live, catalog))
        if lines:
            yield from lines
            yield ""


def _lines(block: AnyBlock, live: Mapping[str, str], catalog: Catalog) -> Iterator[str]:
    match block:
        case Heading(level=level, text=text):
            yield catalog("plain.heading", level=level, text=text_of(text, live, catalog))
        case Paragraph(text=text):
            yield text_of(text, live, catalog)
        case ListBlock():
            yield from _list(block, live, catalog)
        case Quote(children=children):
            yield from _boxed(catalog("plain.quote"), children, live, catalog)
        case Callout(kind=kind, title=title, children=children):
            label = catalog(f"layout.callout.{kind if kind in CALLOUTS else 'note'}")
            named = text_of(title, live, catalog)
            stop = "" if named.endswith(STOPS) else "."
            lead = f"{label}: {named}{stop}" if title else f"{label}:"
            yield from _boxed(lead, children, live, catalog)
        case Table(header=header, rows=rows):
            yield from _table(header, rows, live, catalog)
        case CodeBlock(language=language, code=code) if language == DIAGRAM and (
            drawn := diagram(code, MEASURE)
        ):
            words = description(code) or " ".join(code.split())
            yield catalog("plain.drawing", text=printable(words))
            yield from (f"    {line}" for line in drawn)
            yield catalog("plain.drawing_end")
        case CodeBlock(language="" | "text", code=code) if _STROKES(code):
            told = _words(code.splitlines())
            yield catalog("plain.sketch_one" if len(told) == 1 else "plain.sketch", count=len(told))
            yield from (f"    {line}" for line in told)
            yield catalog("plain.drawing_end")
        case CodeBlock(language="" | "text", code=code):
            told = [line for line in printable(code).splitlines() if not _RULE(line)]
            yield catalog("plain.text_one" if len(told) == 1 else "plain.text_block", count=len(told))
            yield from (f"    {line}" for line in told)
            yield catalog("plain.text_end")
        case CodeBlock(language=language, code=code):
            source = printable(code).splitlines()
            key = "plain.code_one" if len(source) == 1 else "plain.code"
            yield catalog(key, language=language, count=len(source))
            yield from (f"    {line}" for line in source)
            yield catalog("plain.code_end")
        case MathBlock(text=text):
            yield catalog("plain.formula", text=printable(" ".join(text.split())))
        case Image(alt=alt, title=title):
            yield catalog("plain.image", text=printable(": ".join(filter(None, (title, alt))) or "—"))
        case Footnotes(notes=notes):
            yield catalog("plain.heading", level=2, text=catalog("layout.notes"))
            for label, children in notes:
                yield from _led(f"{printable(label)}:", children, live, catalog)
        case Drawing(kind=kind, alt=alt, blocks=children) if kind == LADDER:
            yield f"{printable(alt)}."
            for child in children:
                yield from _lines(child, live, catalog)
        case Drawing(alt=alt, text=words, blocks=children):
            yield catalog("plain.drawing", text=printable(alt))
            yield from (f"    {line}" for line in _words(words))
            if words:
                yield catalog("plain.drawing_end")
            for child in () if words else children:
                yield from _lines(child, live, catalog)
        case ThematicBreak() | Lab() | Fault() | ExerciseBlock() | Steps() | Guess():
            pass  # shown where the learner reaches them, or nothing to show
        case _:
            assert_never(block)


def _words(lines: Iterable[str]) -> list[str]:
    """Return the lines of a drawing without its strokes, which would be read out sign by sign."""
    bare = (_ARROWHEAD.sub(" ", _STROKE.sub(" ", printable(line))).rstrip() for line in lines)
    return [line for line in bare if line]


def _led(lead: str, children: Sequence[AnyBlock], live: Mapping[str, str], catalog: Catalog) -> Iterator[str]:
    """Yield blocks with some words before the first one."""
    first, *rest = [line for child in children for line in _lines(child, live, catalog)] or [""]
    yield f"{lead} {first}".rstrip()
    yield from rest


def _boxed(
    lead: str, children: Sequence[AnyBlock], live: Mapping[str, str], catalog: Catalog
) -> Iterator[str]:
    """Yield the blocks of a box with some words before them, and where it ends if that is not plain."""
    said = list(_led(lead, children, live, catalog))
    yield from said
    if len(said) > 1:
        yield catalog("plain.box_end")


def _list(block: ListBlock, live: Mapping[str, str], catalog: Catalog) -> Iterator[str]:
    count = len(block.items)
    yield catalog("plain.list_one" if count == 1 else "plain.list", count=count)
    inner = False
    for number, item in enumerate(block.items, block.start if block.ordered else 1):
        if inner:  # else the next item would be heard as one more of the inner list
            yield catalog("plain.list_end")
        yield from _led(item_mark(number, catalog), item, live, catalog)
        inner = any(isinstance(part, ListBlock) for part in item)


def item_mark(number: int, catalog: Catalog) -> str:
    """Return what comes before an item of a list: a dash would be read as a sign, or not at all."""
    return catalog("plain.item", number=number)


def _table(
    header: Sequence[Inlines], rows: Sequence[Sequence[Inlines]], live: Mapping[str, str], catalog: Catalog
) -> Iterator[str]:
    names = [text_of(cell, live, catalog) for cell in header]
    if len(names) == 2 and names[0] and not names[1]:  # the only name is that of the table
        key = "plain.titled_one" if len(rows) == 1 else "plain.titled"
        yield catalog(key, rows=len(rows), title=names[0])
        for number, row in enumerate(rows, 1):
            cells = [text_of(cell, live, catalog) or "—" for cell in row]
            yield catalog("plain.row", number=number, cells=": ".join(cells))
        return
    key = "plain.table_one" if len(rows) == 1 else "plain.table"
    yield catalog(key, rows=len(rows), columns=", ".join(filter(None, names)) or "—")
    for number, row in enumerate(rows, 1):
        cells = [text_of(cell, live, catalog) or "—" for cell in row]
        named = [
            f"{names[at]}: {cell}" if at < len(names) and names[at] else cell for at, cell in enumerate(cells)
        ]
        yield catalog("plain.row", number=number, cells="; ".join(named))


def lesson_title(lesson: Lesson | LessonEntry, catalog: Catalog) -> str:
    """Return the title of a lesson after its number, as one says it."""
    if not lesson.number:
        return lesson.title
    return catalog("plain.lesson", number=lesson.number, title=lesson.title)
