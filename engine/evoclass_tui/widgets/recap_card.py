"""The page below the last question: what the learner has done in the lesson, and the ways on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.widget import Widget

from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.learner.event import day_of, now
from evoclass.learner.lessonend import LessonEnd
from evoclass.learner.standing import announced
from evoclass.model import Span
from evoclass_tui.widgets.flow import Flow
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.next_lesson import next_button
from evoclass_tui.widgets.pill import Pill

if TYPE_CHECKING:
    from evoclass.learner.recap import Recap
    from evoclass.learner.review import Plan


class Headline(LineView):
    """Whether the lesson is done, in a few words."""

    def __init__(self, end: LessonEnd, catalog: Catalog) -> None:
        super().__init__(classes="headline")
        self._end, self._catalog = end, catalog

    def make_lines(self, width: int) -> list[Line]:
        return _headline(self._end, self._catalog)


def _headline(end: LessonEnd, catalog: Catalog) -> list[Line]:
    sign, ink = ("✓", "question.passed") if end.done else ("◐", "question.title")
    text = catalog("recap.done" if end.done else "recap.so_far")
    return [Line((Segment(f"{sign} {text}", ink),))]


class Ahead(LineView):
    """What comes next: the lesson after this one, and the next review."""

    def __init__(self, end: LessonEnd, catalog: Catalog) -> None:
        super().__init__(classes="ahead")
        self._end, self._catalog = end, catalog
        self._coming: tuple[str, ...] = ()

    def show_coming(self, *sentences: str) -> None:
        """Say what is to be reviewed, and when."""
        self._coming = sentences
        self.changed()

    def make_lines(self, width: int) -> list[Line]:
        say, following = self._catalog, self._end.following
        said = say("recap.next", title=announced(following, say)) if following else say("recap.last")
        return [
            line
            for sentence in (said, *self._coming)
            if sentence
            for line in layout_inlines((Span(clean(sentence)),), width)
        ]


class RecapCard(LazyBox):
    """A card with the recap and the ways on, filled when the learner comes near."""

    DEFAULT_CSS = """
    RecapCard {
        height: auto; width: 1fr;
        border-left: outer $primary; background: $surface;
        padding: 1 2;
        &.-done { border-left: outer $success; }
        & > .headline { margin: 0 0 1 0; }
        & > .ahead { margin: 1 0; }
    }
    """

    class CourseWanted(Message):
        """The learner wants the course at a glance."""

    class ReviewWanted(Message):
        """The learner wants to review now."""

    class FileWanted(Message):
        """The learner wants to keep the recap in a file."""

    @mutable
    class PlanWanted(Message):
        """The card is there, and does not know yet what is to be reviewed."""

        card: RecapCard

    @mutable
    class QuestionWanted(Message):
        """The learner wants to go on with a question."""

        block_id: str

    def __init__(self, end: LessonEnd, recap: Callable[[], Recap], catalog: Catalog) -> None:
        super().__init__(classes="-done" if end.done else "")
        self._end, self._recap, self._catalog = end, recap, catalog
        self._review = Pill(catalog("recap.review"), "review")
        self._review.display = False

    def make_lines(self, width: int) -> list[Line]:
        return _headline(self._end, self._catalog)

    def parts(self) -> Iterator[Widget]:
        from evoclass_tui.widgets.recap_text import RecapText

        say, end = self._catalog, self._end
        yield Headline(end, say)
        yield RecapText(self._recap(), say)
        yield Ahead(end, say)
        ways = [
            next_button(end, say)
            if end.following is not None
            else Pill(say("command.course.label"), "course")
        ]
        if end.first_open:
            ways = [Pill(say("recap.go_on"), "first-open", classes="-main"), *ways]
            ways[1].remove_class("-main")
        yield Flow(*ways, self._review, Pill(say("recap.keep"), "keep"))

    def filled(self) -> None:
        self.post_message(self.PlanWanted(self))

    def show_plan(self, plan: Plan, week: str) -> None:
        """Say what is to be reviewed, and offer it; `week` tells how much was studied, if there is a goal."""
        for ahead in self.query(Ahead):
            ahead.show_coming(plan.coming(day_of(now()), self._catalog), week)
        self._review.label = self._catalog("recap.review" if plan.due else "recap.practise")
        self._review.display = bool(plan.due or plan.waiting or plan.ahead)

    def focus_first(self) -> None:
        """Focus the first button."""
        self.build()
        self.call_after_refresh(lambda: self.query(Pill).first().focus())

    @on(Pill.Pressed)
    def _pressed(self, event: Pill.Pressed) -> None:
        match event.pill.role:
            case "course":
                wanted: Message = self.CourseWanted()
            case "review":
                wanted = self.ReviewWanted()
            case "keep":
                wanted = self.FileWanted()
            case "first-open":
                wanted = self.QuestionWanted(self._end.first_open)
            case _:
                return
        event.stop()
        self.post_message(wanted)
