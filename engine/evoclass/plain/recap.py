"""A recap of a lesson in plain mode: headings and sentences."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.i18n import Catalog
from evoclass.learner.recap import Recap
from evoclass.learner.recapwords import Point, counted, headline, sections
from evoclass.model import CodeBlock
from evoclass.plain.speech import text_of


def recap_lines(recap: Recap, say: Catalog) -> Iterator[str]:
    """Yield the lines of a recap; the signs of the window are words here."""
    yield say("plain.heading", level=2, text=headline(recap, say))
    yield from (text_of(line, {}, say) for line in counted(recap, say))
    for section in sections(recap, say):
        yield ""
        yield say("plain.heading", level=3, text=section.title)
        for point in section.points:
            yield from _point(point, say)


def _point(point: Point, say: Catalog) -> Iterator[str]:
    text = text_of(point.text, {}, say)
    yield f"- {text}" if not point.sign else f"- {say(f'recap.share.{point.sign}')}: {text}"
    for part in (point.said, *point.inner) if point.said else point.inner:
        if not isinstance(part, CodeBlock):
            yield f"  {text_of(part, {}, say)}"
