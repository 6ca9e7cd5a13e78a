"""The last lines of a lesson: which one comes next, and the way there."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from evoclass.i18n import Catalog
from evoclass.layout import Line, clean, layout_inlines
from evoclass.learner.lessonend import LessonEnd
from evoclass.learner.standing import announced
from evoclass.model import LessonEntry, Span
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.pill import Pill


class Announcement(LineView):
    """The title of the next lesson and its length."""

    def __init__(self, entry: LessonEntry, catalog: Catalog) -> None:
        super().__init__()
        self._entry, self._catalog = entry, catalog

    def make_lines(self, width: int) -> list[Line]:
        said = self._catalog("recap.next", title=announced(self._entry, self._catalog))
        return layout_inlines((Span(clean(said)),), width)


class NextLesson(Vertical):
    """Leads to the next lesson or the course's last page; stands below everything else, whether or not all is done."""

    DEFAULT_CSS = """
    NextLesson {
        height: auto; width: 1fr; margin: 1 0 0 0; padding: 0 2;
        border-left: outer $primary;
        & > Announcement { margin: 0 0 1 0; }
    }
    """

    def __init__(self, entry: LessonEntry, end: LessonEnd, catalog: Catalog) -> None:
        super().__init__()
        self.entry = entry
        self._end, self._catalog = end, catalog

    def compose(self) -> ComposeResult:
        yield Announcement(self.entry, self._catalog)
        yield next_button(self._end, self._catalog)

    def focus_first(self) -> None:
        """Focus the button."""
        self.query_one(Pill).focus()


def next_button(end: LessonEnd, catalog: Catalog) -> Pill:
    """Return the button that leads to what follows the lesson; it names the key."""
    label = catalog("reader.course_end" if end.course_ends else "reader.next_lesson")
    return Pill(label, "next-lesson", classes="-main")
