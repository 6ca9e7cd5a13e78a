"""A sitting of reviews: one question after the other, over the lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from evoclass.errors import NotTrustedError
from evoclass.learner.reviewing import Review
from evoclass.learner.standing import numbered
from evoclass.model import ExerciseBlock, Lesson
from evoclass_tui import offers
from evoclass_tui.places import place_bindings
from evoclass_tui.screens.dialog import Dialog, DialogKey
from evoclass_tui.screens.trust import ask_trust
from evoclass_tui.shell import Shell
from evoclass_tui.widgets.answered_page import AnsweredPage
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.question import Question
from evoclass_tui.widgets.reader import Reader


class ReviewPage(Reader):
    """The question that is asked, and what belongs to it; the title above says where it is from."""

    class GoOn(Message):
        """The learner wants the next question."""

    is_step = False
    """Whether the question is a step of a challenge, in which it has its number."""

    def _make(self, lesson: Lesson) -> Iterator[Widget]:
        return map(self.make_widget, self.parts_here)

    def make_question(self, block: ExerciseBlock, *, step: bool = False) -> Question:
        return super().make_question(block, step=self.is_step)

    def begin_question(self) -> None:
        """Put the cursor into the question."""
        super().action_next_question(1)

    def action_next_question(self, direction: int) -> None:
        self.post_message(self.GoOn())


class ReviewScreen(Dialog[None]):
    """Asks what is due; whatever is answered stays, wherever the learner leaves."""

    if TYPE_CHECKING:
        app: Shell

    KEYS = (DialogKey("ctrl+s", "check", "check"), DialogKey("escape", "close", "leave"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, id="leave"),
        Binding("ctrl+s", "check", show=False, priority=True, id="check"),
        # Once a question is settled, the focus is on a button outside the page.
        *(
            key
            for key in place_bindings("reader")
            if isinstance(key, Binding) and "next_question" in key.action
        ),
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self._review, self._catalog = review, review.catalog
        self._asked = 0
        self._reader = ReviewPage(
            review.catalog,
            review.answers,
            self._ask_trust,
            partial(offers.field_widget, review.plugins),
            id="review",
        )
        # Not looked up by its class, for the question above it has such buttons too.
        self._on = Pill(self._catalog("review.go_on"), "go_on", classes="-main")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog review"):
            yield Static(classes="dialog-title")
            yield self._reader
            yield self._on
            yield Static(classes="dialog-foot")

    def on_mount(self) -> None:
        self._review.on_notice = self.app.tell
        self._next()

    def _ask_trust(self, error: NotTrustedError, again: Callable[[], object]) -> None:
        ask_trust(self.app, self._review, self.app.tell, error, again)

    def _next(self) -> None:
        """Present the next question, or the end."""
        block = self._review.next()
        self._on.display = False
        self._say_keys("review.keys")
        if block is None:
            self._end()
            return
        self._asked += 1
        entry = self._review.course.entry(self._review.lesson.id)
        place = numbered(entry) if entry is not None else self._review.lesson.title
        place = " · ".join(filter(None, (place, self._review.challenge)))
        title = self._catalog("review.place", number=self._asked, total=self._asked + self._review.left)
        self.query_one(".dialog-title", Static).update(
            Content.assemble((title, "bold $accent"), ("   ", ""), (place, "not bold $text-muted"))
        )
        self._reader.forget_jumps()
        self._reader.is_step = bool(self._review.challenge)
        self._reader.show(self._review.lesson, self._review.state)
        self.call_after_refresh(self._reader.begin_question)

    def _say_keys(self, sentence: str) -> None:
        self.query_one(".dialog-foot", Static).update(Content.styled(self._catalog(sentence), "$text-muted"))

    def _end(self) -> None:
        said = self._review.said()
        self.query_one(".dialog-title", Static).update(Content.styled(said, "bold $success"))
        self._reader.display = self.query_one(".dialog-foot").display = False
        self._on.label, self._on.display = self._catalog("review.close"), True
        self._on.focus()

    @on(AnsweredPage.Progressed)
    def _progressed(self, event: AnsweredPage.Progressed) -> None:
        """Offer to go on once the question is settled."""
        event.stop()
        if settled := [question for question in self._reader.questions if question.done]:
            self._on.display = True
            self._on.focus()
            self._say_keys("review.keys_settled")
            # The button has taken a row from the page, and the focus has left it.
            self.call_after_refresh(settled[-1].bring_notes)

    @on(Question.Completed)
    def _completed(self, event: Question.Completed) -> None:
        event.stop()

    def action_check(self) -> None:
        """Check the answer."""
        self._reader.check_focused()

    def action_next_question(self, direction: int) -> None:
        """Go to the next question."""
        self._reader.action_next_question(direction)

    @on(ReviewPage.GoOn)
    @on(Pill.Pressed, ".role-go_on")
    def _go_on(self, event: Message) -> None:
        """Go to the next question; one that was not answered stays due."""
        event.stop()
        self._reader.keep_drafts()
        if not self._reader.display:
            self.dismiss()
            return
        self._review.settle()
        self._next()

    def action_leave(self) -> None:
        """Leave the sitting, or a field for the page."""
        self._reader.keep_drafts()
        self._review.settle()
        self.dismiss()
