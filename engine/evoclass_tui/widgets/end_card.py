"""The card below the last question once all are done: a summary, and the next step."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.learner.summary import LessonSummary, sentences
from evoclass.model import Span, marked
from evoclass_tui.widgets.fields.rows import row_lines
from evoclass_tui.widgets.flow import Flow
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.next_lesson import next_button
from evoclass_tui.widgets.pill import Pill


class EndText(LineView):
    """The summary in words."""

    def __init__(self, told: LessonSummary, catalog: Catalog) -> None:
        super().__init__(classes="text")
        self.told = told
        self.catalog = catalog

    def make_lines(self, width: int) -> list[Line]:
        say, told = self.catalog, self.told
        lines = [Line((Segment(f"✓ {say('summary.title')}", "question.passed"),)), Line()]
        if told.objectives:
            lines += layout_inlines((Span(say("summary.objectives")),), width, style="strong")
            for objective in told.objectives:
                lines += row_lines([Segment(" • ", "list.marker")], marked(clean(objective)), width, "")
            lines.append(Line())
        for sentence in sentences(told, say):
            lines += layout_inlines((Span(clean(sentence)),), width)
        return lines


class EndCard(Vertical):
    """A card with the summary and a way on."""

    DEFAULT_CSS = """
    EndCard {
        height: auto; width: 1fr;
        border-left: outer $success; background: $surface;
        padding: 1 2;
        & > .text { margin: 0 0 1 0; }
    }
    """

    class CourseWanted(Message):
        """The learner wants the course at a glance."""

    def __init__(self, told: LessonSummary, catalog: Catalog) -> None:
        super().__init__()
        self.told = told
        self.catalog = catalog

    def compose(self) -> ComposeResult:
        yield EndText(self.told, self.catalog)
        with Flow():
            if self.told.following is not None:
                yield next_button(self.catalog)
            yield Pill(self.catalog("command.course.label"), "course")

    def focus_first(self) -> None:
        """Focus the first button."""
        self.query(Pill).first().focus()

    @on(Pill.Pressed, ".role-course")
    def _course(self, event: Pill.Pressed) -> None:
        event.stop()
        self.post_message(self.CourseWanted())
