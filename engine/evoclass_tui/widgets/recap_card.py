"""The page below the last question: what the learner has done in the lesson, and the ways on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.widget import Widget

from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, clean, layout_inlines
from evoclass.learner.event import day_of, now
from evoclass.learner.recap import LessonEnd, Recap
from evoclass.learner.recapwords import SIGNS, Point, counted, headline, sections
from evoclass.learner.standing import announced
from evoclass.model import CodeBlock, Inlines, LineBreak, Live, Span
from evoclass_tui.widgets.fields.rows import row_lines
from evoclass_tui.widgets.flow import Flow
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.next_lesson import next_button
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose

if TYPE_CHECKING:
    from evoclass.learner.review import Plan

_INKS = {"all": "question.passed", "some": "question.revealed", "none": "muted", "": "list.marker"}


class RecapText(Prose):
    """The recap in words; a question's number leads to the question."""

    def __init__(self, recap: Recap, catalog: Catalog) -> None:
        super().__init__((), catalog, classes="text")
        self._recap = recap
        self.can_focus = True

    def make_lines(self, width: int) -> list[Line]:
        say, recap = self.catalog, self._recap
        lines = [_headline(not recap.open and bool(recap.questions), headline(recap, say)), Line()]
        for told in counted(recap, say):
            lines += layout_inlines(_clean(told), width)
        for section in sections(recap, say):
            lines += [Line(), *layout_inlines((Span(clean(section.title)),), width, style="strong")]
            for point in section.points:
                lines += _point(point, width)
        self._index(lines)
        self.can_focus = bool(self._links)
        return lines


def _headline(done: bool, text: str) -> Line:
    sign, ink = (SIGNS["all"], "question.passed") if done else (SIGNS["some"], "question.title")
    return Line((Segment(f"{sign} {clean(text)}", ink),))


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
        & > .ahead { margin: 1 0; }
    }
    """

    class CourseWanted(Message):
        """The learner wants the course at a glance."""

    class ReviewWanted(Message):
        """The learner wants to review now."""

    class FileWanted(Message):
        """The learner wants to keep the recap in a file."""

    @dataclass
    class PlanWanted(Message):
        """The card is there, and does not know yet what is to be reviewed."""

        card: RecapCard

    @dataclass
    class QuestionWanted(Message):
        """The learner wants to go on with a question."""

        block_id: str

    def __init__(self, end: LessonEnd, recap: Callable[[], Recap], catalog: Catalog) -> None:
        super().__init__(classes="-done" if end.done else "")
        self._end, self._recap, self._catalog = end, recap, catalog
        self._review = Pill(catalog("recap.review"), "review")
        self._review.display = False

    def make_lines(self, width: int) -> list[Line]:
        done = self._end.done
        return [_headline(done, self._catalog("recap.done" if done else "recap.so_far"))]

    def parts(self) -> Iterator[Widget]:
        say, end = self._catalog, self._end
        yield RecapText(self._recap(), say)
        yield Ahead(end, say)
        ways = [
            next_button(say) if end.following is not None else Pill(say("command.course.label"), "course")
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
