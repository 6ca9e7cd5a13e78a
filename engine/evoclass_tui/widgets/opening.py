"""What stands above a lesson's first block: its number, title, length and aims."""

from __future__ import annotations

from evoclass.i18n import Catalog
from evoclass.model import Block, Heading, Lesson, ListBlock, Paragraph, Span


def opening(lesson: Lesson, catalog: Catalog) -> tuple[Block, ...]:
    """Return the lesson's head as blocks; they carry the id of the first block, so that it counts as the top."""
    top = lesson.blocks[0].id if lesson.blocks else ""
    facts = [catalog("reader.lesson", number=lesson.number)] if lesson.number else []
    if lesson.minutes:
        facts.append(catalog("reader.minutes", minutes=lesson.minutes))
    blocks: list[Block] = [Heading(id=top, line=1, level=1, text=(Span(lesson.title),))]
    if facts:
        blocks.append(Paragraph(id=top, line=1, text=(Span(" · ".join(facts), frozenset({"em"})),)))
    if lesson.objectives:
        label = Span(catalog("reader.objectives"), frozenset({"strong"}))
        items = tuple((Paragraph(id=top, line=1, text=(Span(aim),)),) for aim in lesson.objectives)
        blocks.append(Paragraph(id=top, line=1, text=(label,)))
        blocks.append(ListBlock(id=top, line=1, ordered=False, start=1, items=items))
    return tuple(blocks)
