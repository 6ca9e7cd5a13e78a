"""Blocks to lines: headings, paragraphs, lists, quotes, callouts, code, formulas, images, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.layout.boxes import beside, framed
from evoclass.layout.code import code_lines
from evoclass.layout.diagram import LANGUAGE as DIAGRAM
from evoclass.layout.diagram import diagram
from evoclass.layout.fault import fault_lines
from evoclass.layout.ladder import ladder_lines
from evoclass.layout.line import Line, Segment, cell_width, clean
from evoclass.layout.picture import Room, picture_lines
from evoclass.layout.tables import table_lines
from evoclass.layout.wrap import Row, footnote_mark, pieces, wrap
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
    ListBlock,
    MathBlock,
    Paragraph,
    Quote,
    Steps,
    Table,
    ThematicBreak,
)

MEASURE = 84
"""Widest prose in cells; longer rows are hard to read."""

NARROW = 16
"""Below this width frames and indents are left out."""

_MARKERS = ("•", "◦", "▪")


@frozen
class _Context:
    """Settings that nested blocks inherit."""

    live: Mapping[str, str]
    catalog: Catalog | None
    highlight: bool
    room: Room | None = None
    style: str = ""
    depth: int = 0

    def say(self, key: str, **fields: object) -> str:
        return self.catalog(key, **fields) if self.catalog else key


def layout(
    blocks: Sequence[AnyBlock],
    width: int,
    *,
    live: Mapping[str, str] | None = None,
    catalog: Catalog | None = None,
    highlight: bool = True,
    room: Room | None = None,
) -> list[Line]:
    """Return the lines of `blocks`, each at most `width` cells wide (or two, for a wide character).

    `live` holds the values of the learner's run by expression.  Without `highlight` code has no colours, which is
    faster and gives lines of the same shape.  A front end that draws pictures says in `room` how large; without it
    they appear as their alternative text.  Labs appear as a line with their file; exercises and steps are left
    to the front ends, which must ask for answers anyway.
    """
    context = _Context(live or {}, catalog, highlight, room)
    return _stack(blocks, max(1, min(width, MEASURE)), context)


def layout_inlines(
    items: Inlines, width: int, *, live: Mapping[str, str] | None = None, style: str = "", block: str = ""
) -> list[Line]:
    """Return inline items as lines of at most `width` cells, all in `style`."""
    return [Line(row.segments, block, row.joins) for row in wrap(pieces(items, live or {}, style), width)]


def _stack(blocks: Sequence[AnyBlock], width: int, context: _Context, tight: bool = False) -> list[Line]:
    lines: list[Line] = []
    for index, block in enumerate(blocks):
        drawn = _draw(block, width, context)
        if not drawn:
            continue
        if lines:
            lines.extend([Line((), lines[-1].block)] * gap(blocks[index - 1], block, tight))
        lines.extend(drawn)
    return lines


def gap(above: AnyBlock, below: AnyBlock, tight: bool = False) -> int:
    """Return how many empty rows separate two blocks."""
    if isinstance(below, Heading) and below.level <= 2 and not isinstance(above, Heading):
        return 2
    return 0 if tight and isinstance(below, ListBlock) else 1


def _draw(block: AnyBlock, width: int, context: _Context) -> list[Line]:
    name = block.id
    match block:
        case Paragraph(text=text):
            return layout_inlines(text, width, live=context.live, style=context.style, block=name)
        case Heading(level=level, text=text):
            return _heading(text, level, width, context, name)
        case ListBlock():
            return _list(block, width, context)
        case Quote(children=children):
            bar = Segment("▎ ", "quote.bar")
            inner = replace(context, style="quote")
            return _beside(children, width, inner, bar, bar, name)
        case Callout():
            return _callout(block, width, context)
        case CodeBlock(language=language, code=code):
            if language == DIAGRAM and (drawn := diagram(code, width - 2)):
                return code_lines("\n".join(drawn), "", width, name)
            return code_lines(code, language if context.highlight else "", width, name)
        case Table(header=header, rows=rows, align=align):
            return table_lines(header, rows, align, width, context.live, name)
        case MathBlock(text=text):
            return _math(text, width, name)
        case Image():
            return _image(block, width, context)
        case ThematicBreak():
            return [Line((Segment(("─" * min(width, 24)), "rule"),), name)]
        case Footnotes(notes=notes):
            return _footnotes(notes, width, context, name)
        case Lab(file=file):
            return _plain(f"▸ {file}", width, "strong", name)
        case Drawing():
            return _drawing(block, width, context)
        case Fault():
            return fault_lines(block, width, context.catalog)
        case ExerciseBlock() | Steps() | Guess():
            return []
    assert_never(block)


def _plain(text: str, width: int, style: str, name: str) -> list[Line]:
    return [Line(row.segments, name, row.joins) for row in wrap([Segment(clean(text), style)], width)]


def _heading(text: Inlines, level: int, width: int, context: _Context, name: str) -> list[Line]:
    style = f"heading{min(level, 4)}"
    lines = layout_inlines(text, width, live=context.live, style=style, block=name)
    if level <= 2:
        rule = ("━" if level == 1 else "─") * max(line.width for line in lines)
        lines.append(Line((Segment(rule, f"{style}.rule"),), name))
    return lines


def _beside(
    blocks: Sequence[AnyBlock], width: int, context: _Context, first: Segment, rest: Segment, name: str
) -> list[Line]:
    """Lay out blocks to the right of a marker, or without it where there is too little room."""
    taken = cell_width(first.text)
    if width - taken < NARROW // 2:
        return _stack(blocks, width, context)
    return beside(_stack(blocks, width - taken, context, tight=True) or [Line((), name)], first, rest)


def _list(block: ListBlock, width: int, context: _Context) -> list[Line]:
    inner = replace(context, depth=context.depth + 1)
    lines: list[Line] = []
    loose = any(sum(not isinstance(child, ListBlock) for child in item) > 1 for item in block.items)
    last = str(block.start + len(block.items) - 1)
    for index, item in enumerate(block.items):
        if block.ordered:
            marker = f"{block.start + index}.".rjust(len(last) + 1)
        else:
            marker = _MARKERS[min(context.depth, len(_MARKERS) - 1)]
        first = Segment(f" {marker} ", "list.marker")
        rest = Segment(" " * cell_width(first.text), "list.pad")
        if lines and loose:
            lines.append(Line((), lines[-1].block))
        lines.extend(_beside(item, width, inner, first, rest, block.id))
    return lines


def _callout(block: Callout, width: int, context: _Context) -> list[Line]:
    kind = block.kind if block.kind in CALLOUTS else "note"
    label = context.say(f"layout.callout.{kind}")
    border, title_style = f"callout.{kind}.border", f"callout.{kind}.title"
    title = [Segment(label, title_style)]
    if block.title:
        title += [Segment(" · ", title_style), *_on_one_row(pieces(block.title, context.live, title_style))]
    if width < NARROW:
        head = [Line(row.segments, block.id, row.joins) for row in wrap(title, width)]
        return head + _stack(block.children, width, context)
    return framed(_stack(block.children, width - 4, context), title, width, border, block.id)


def _on_one_row(texts: Iterable[Segment]) -> list[Segment]:
    return [text._replace(text=" ") if text.text == "\n" else text for text in texts]


def _math(text: str, width: int, name: str) -> list[Line]:
    indent = 4 if width >= 2 * NARROW else 0
    pad = (Segment(" " * indent, "list.pad"),) if indent else ()
    lines = []
    for source in clean(text.expandtabs(4)).splitlines() or [""]:
        formula = Segment(source, "math.block")
        # Blanks align the parts of a formula over several rows, so they are kept where there is room.
        fits = cell_width(source) <= width - indent
        rows = [Row((formula,))] if fits else wrap([formula], width - indent)
        lines += [Line((*pad, *row.segments), name, row.joins) for row in rows]
    return lines


def _image(block: Image, width: int, context: _Context) -> list[Line]:
    label = context.say("layout.image")
    room = context.room(block, width) if context.room is not None else ""
    if not isinstance(room, str):
        return picture_lines(block.id, *room, block.title or block.alt or label, width)
    caption = [Segment(label, "image.title", block.source)]
    if block.title:
        caption += [Segment(" · ", "image.title"), Segment(clean(block.title), "image.title", block.source)]
    return _described((block.alt, room), caption, width, block.id)


def _described(texts: Iterable[str], caption: list[Segment], width: int, name: str) -> list[Line]:
    """Return the lines that replace a picture."""
    inner = width - 4 if width >= NARROW else width
    alt = [line for words in texts if words for line in _plain(words, inner, "image.alt", name)]
    if width < NARROW:
        return [Line(row.segments, name, row.joins) for row in wrap(caption, width)] + alt
    return framed(alt, caption, width, "image.border", name)


def _drawing(block: Drawing, width: int, context: _Context) -> list[Line]:
    """Return the widest text that fits; if even the narrowest does not, wrap its long lines like code."""
    if block.kind == LADDER:
        return ladder_lines(block, width, context.live)
    if block.text:
        room = width - 2
        versions = (block.text, *block.narrower)
        fitting = (lines for lines in versions if all(cell_width(clean(line)) <= room for line in lines))
        return code_lines("\n".join(next(fitting, versions[-1])), "", width, block.id)
    drawn = context.room(block, width) if context.room is not None and block.svg else ""
    if not isinstance(drawn, str):
        return picture_lines(block.id, *drawn, block.alt, width)
    if block.blocks:
        return _stack(block.blocks, width, context)
    return _described(
        (block.alt, drawn), [Segment(context.say("layout.drawing"), "image.title")], width, block.id
    )


def _footnotes(
    notes: Iterable[tuple[str, tuple[AnyBlock, ...]]], width: int, context: _Context, name: str
) -> list[Line]:
    lines = [*_plain(context.say("layout.notes"), width, "heading3", name), Line((), name)]
    for label, blocks in notes:
        mark = footnote_mark(label)
        first = Segment(f" {mark} ", "footnote.label")
        rest = Segment(" " * cell_width(first.text), "list.pad")
        room = width - 2 if width >= NARROW else width
        drawn = _beside(blocks, room, context, first, rest, name) or [Line((), name)]
        back = Segment(" ↩", "link", f"#ref-{label}")
        drawn[-1] = drawn[-1]._replace(segments=(*drawn[-1].segments, back))
        lines.append(drawn[0]._replace(anchor=f"fn-{label}"))
        lines.extend(drawn[1:])
    return lines
