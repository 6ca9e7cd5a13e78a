"""The recap of a lesson as lines of the page; it is imported when a learner comes near the end of a lesson."""

from __future__ import annotations

from collections.abc import Iterator

from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.learner.recap import Recap
from evoclass.learner.recapwords import SIGNS, Point, counted, sections
from evoclass.model import CodeBlock, Inlines, LineBreak, Live, Span
from evoclass_tui.widgets.fields.rows import row_lines
from evoclass_tui.widgets.prose import Prose

_INKS = {"all": "question.passed", "some": "question.revealed", "none": "muted", "": "list.marker"}


class RecapText(Prose):
    """The recap in words; a question's number leads to the question."""

    def __init__(self, recap: Recap, catalog: Catalog) -> None:
        super().__init__((), catalog, classes="text")
        self._recap = recap
        self.can_focus = True

    def make_lines(self, width: int) -> list[Line]:
        say, recap = self.catalog, self._recap
        lines: list[Line] = []
        for told in counted(recap, say):
            lines += layout_inlines(_clean(told), width)
        for section in sections(recap, say):
            lines += [Line(), *layout_inlines((Span(clean(section.title)),), width, style="strong")]
            for point in section.points:
                lines += _point(point, width)
        self._index(lines)
        self.can_focus = bool(self._links)
        return lines


def _point(point: Point, width: int) -> Iterator[Line]:
    yield from row_lines(
        [Segment(f" {SIGNS[point.sign]} ", _INKS[point.sign])], _clean(point.text), width, ""
    )
    if point.said:
        yield from row_lines([Segment("   ", "list.pad")], _clean(point.said), width, "")
    for part in point.inner:
        if not isinstance(part, CodeBlock):
            yield from row_lines([Segment("   ", "list.pad")], _clean(part), width, "", "muted")


def _clean(items: Inlines) -> Inlines:
    """Return inline items without characters that act on a terminal; values of a run are filled in already."""
    cleaned: list[Span | LineBreak | Live] = []
    for item in items:
        if isinstance(item, Span):
            cleaned.append(Span(clean(item.text), item.marks, item.href))
        else:
            cleaned.append(item)
    return tuple(cleaned)
