"""The learner's notes and bookmarks as lines below their blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.learner.annotations import Annotation
from evoclass.model import Span

NOTE = "note:"
"""Beginning of a link that edits the note at a block; the block's id follows."""

QUOTED = 80
"""Characters that say which text a note was about."""

_SIGNS = ("⚑ ", "✎ ")


def annotation_lines(found: Sequence[Annotation], width: int, catalog: Catalog) -> Iterator[Line]:
    """Yield a row for a bookmark alone, and those of a note."""
    for one in found:
        flag, pen = _SIGNS
        sign = Segment(flag if one.bookmarked else pen, "note.sign", NOTE + one.block)
        text = one.note or catalog("notes.bookmark")
        paragraphs = [(clean(line), "note.text") for line in text.expandtabs(4).splitlines()]
        if one.astray:
            quote = shorten(one.quote, QUOTED, placeholder=" …") or catalog("notes.no_text")
            paragraphs.append((catalog("notes.astray", text=clean(quote)), "muted"))
        for paragraph, style in paragraphs:
            rows = layout_inlines((Span(paragraph),), max(1, width - 2), style=style, block=one.block)
            for row in rows or [Line((), one.block)]:
                yield row._replace(segments=(sign, *row.segments))
                sign = Segment("  ", "list.pad")
