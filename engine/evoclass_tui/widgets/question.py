"""A question: its text, the fields to fill in, the buttons, and the notes on the answer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.events import DescendantFocus
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from evoclass.disk.crashlog import write_down
from evoclass.exercise import Answer, Value, Verdict
from evoclass.frozen import mutable
from evoclass.learner.progress import ExerciseState
from evoclass.model import Inlines
from evoclass_tui.widgets.fields import FieldWidget
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question_form import QuestionForm
from evoclass_tui.widgets.question_notes import Remarks
from evoclass_tui.widgets.question_parts import fault_in, gives_up_on_error

DRAFT_PAUSE = 0.4
"""Seconds without a key after which a typed draft is saved."""


class Question(QuestionForm):
    """One exercise.  It makes every request by message and receives the outcome by method."""

    @mutable
    class News(Message):
        """A report or request of a question."""

        question: Question

        @property
        def control(self) -> Question:
            """The question, for `on` with a selector."""
            return self.question

        @property
        def block_id(self) -> str:
            """The id of its exercise."""
            return self.question.block.id

    @mutable
    class AnswerSubmitted(News, namespace="reader"):
        """The learner wants an answer checked."""

        answer: Answer

    class AnswerDrafted(News, namespace="reader"):
        """The learner changed an answer, and may leave without having it checked; `take_draft` has it."""

    class HintWanted(News, namespace="reader"):
        """The learner wants the next hint."""

    class RevealWanted(News, namespace="reader"):
        """The learner wants to see the solution, and knows the cost."""

    class RetryWanted(News, namespace="reader"):
        """The learner wants to answer again."""

    class GaveUp(News):
        """The question's plugin has failed; a note replaces it."""

    class Completed(News):
        """The question is passed, or its solution was shown, and it has given the focus to the page."""

    _draft_timer: Timer | None = None
    _hand: Widget | None = None
    """What last had the focus in a field."""
    _returns = False
    """Whether the focus goes back there with the next hint."""
    _asked: Answer | None = None
    """The answer that was last given to be checked."""
    _kept: Answer | None = None
    """The answer that the fields were given or that was last taken from them; None before they are built."""

    @gives_up_on_error
    def filled(self) -> None:
        super().filled()
        self._kept = self.answer

    # Actions of the learner

    @gives_up_on_error
    def check(self, /, **finished: Value) -> None:
        """Ask for the answer to be checked, with these values if keys have changed them since."""
        answer = {**self.answer, **finished}
        if self.done or (self.busy and answer == self._asked):
            return
        self._stop_draft()
        trouble = next(filter(None, (widget.trouble for widget in self.fields)), "")
        if trouble:
            self.show_trouble(trouble)
            return
        self.busy, self._asked, self._kept = True, answer, answer
        self.remarks.trouble, self.remarks.confirm = "", False
        self._show()
        self.post_message(self.AnswerSubmitted(self, answer))

    @on(FieldWidget.Changed)
    @gives_up_on_error
    def _field_changed(self, event: FieldWidget.Changed) -> None:
        event.stop()
        self._stop_draft()
        if self.done:
            return
        remarks = self.remarks
        if not remarks.stale or remarks.trouble or remarks.confirm:
            remarks.stale, remarks.trouble, remarks.confirm = True, "", False
            for widget in self.fields:
                widget.clear_marks()
            self._show()
        if event.widget.typed:
            self._draft_timer = self.set_timer(DRAFT_PAUSE, self._send)
        else:
            self._send()

    def take_draft(self) -> Answer | None:
        """Return what was typed and not yet taken, so that it can be saved at once; None if there is nothing.

        The fields themselves are asked: the message about the last key may still be on its way.
        """
        self._stop_draft()
        if self.done or self._kept is None:
            return None
        try:
            answer = self.answer
        except Exception as error:
            self.give_up(error)
            return None
        if answer == self._kept:
            return None
        self._kept = answer
        return answer

    def _send(self) -> None:
        self._stop_draft()
        self.post_message(self.AnswerDrafted(self))

    def _stop_draft(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None

    @on(FieldWidget.Finished)
    def _field_finished(self, event: FieldWidget.Finished) -> None:
        event.stop()
        waiting = self.fields[self.fields.index(event.widget) + 1 :] if event.widget in self.fields else []
        if waiting:
            waiting[0].focus_first()
        elif event.value is None:
            self.check()
        else:
            self.check(**{event.widget.field.name: event.value})

    @on(Pill.Pressed)
    def _pill_pressed(self, event: Pill.Pressed) -> None:
        event.stop()
        match event.pill.role:
            case "check":
                self.check()
            case "hint":
                self._returns = event.clicked or len(self.remarks.hints) + 1 >= len(self.block.hints)
                self.post_message(self.HintWanted(self))
            case "reveal" if not self.remarks.confirm:
                self.remarks.confirm = True
                self._show()
                self.bring_notes()
            case "reveal":
                self.post_message(self.RevealWanted(self))
            case "retry":
                self.post_message(self.RetryWanted(self))

    # Feedback to the learner

    @gives_up_on_error
    def show_verdict(self, verdict: Verdict, state: ExerciseState) -> None:
        """Show the outcome of a check, or of an earlier one if the answer has not been changed since."""
        asked, self.busy = self.busy, False
        remarks = self.remarks
        remarks.state = state
        if not asked and state.draft is not None and not verdict.passed:
            self._open_again = state.retries > 0 and remarks.solution is None
            self._show_values(state.draft)
            self._kept = self.answer
            remarks.stale = True
            self._show()
            return
        if verdict.passed:
            # Text typed during grading was not graded.
            self._stop_draft()
            self._show_values(state.answer)
            self._kept = self.answer
        remarks.verdict, remarks.stale, remarks.trouble, remarks.confirm = verdict, False, "", False
        self._open_again = state.retries > 0 and not verdict.passed and remarks.solution is None
        if state.revealed and self.done and remarks.solution is None:
            self._take_solution(state.solution or self.block.exercise.solution())
        for widget in self.fields:
            mine = [item for item in verdict.feedback if item.field in ("", widget.field.name)]
            widget.show_marks(mine, passed=verdict.passed, everything=self.done)
        self._show()
        if asked:
            self.bring_notes()

    @gives_up_on_error
    def show_hint(self, hints: Sequence[Inlines], state: ExerciseState) -> None:
        """Show all hints so far."""
        self.remarks.hints, self.remarks.state = hints, state
        if self._returns and self._holds_focus:
            self._to_field()
        self._returns = False
        self._show()
        self.bring_notes()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if any(isinstance(node, FieldWidget) for node in event.widget.ancestors_with_self):
            self._hand = event.widget

    def _to_field(self) -> None:
        """Put the cursor back to where the answer is being given, for a hint is read on the way to it."""
        hand = self._hand
        if hand is not None and hand.is_attached and hand.focusable:
            self.screen.set_focus(hand, scroll_visible=False)
        else:
            self.focus_first()

    @gives_up_on_error
    def show_solution(self, solution: Answer, state: ExerciseState) -> None:
        """Show the solution beside the learner's own answer."""
        self.busy = False
        self.remarks.state = state
        self.remarks.confirm, self.remarks.trouble = False, ""
        self._open_again = False
        self._take_solution(solution)
        self._show()
        self.bring_notes()

    def show_trouble(self, text: str) -> None:
        """Say why the answer could not be checked; this does not count as an attempt."""
        self.busy = False
        self.remarks.trouble = text
        self._show()
        self.bring_notes()

    @gives_up_on_error
    def reset(self, state: ExerciseState) -> None:
        """Start over with empty fields."""
        self.busy = False
        self._stop_draft()
        self.remarks = Remarks(explanation=self.block.explanation)
        for widget in self.fields:
            widget.clear_marks()
            widget.show_value(None)
        self._restore(state)
        self._kept = self.answer
        self._open_again = True
        self._show()
        self.focus_first()

    def give_up(self, error: Exception) -> None:
        """Show a fault instead of the question: the plugin's widget has failed."""
        if self.display and isinstance(self.parent, Widget):
            write_down(error)
            self.display = False
            fault = fault_in(self.block, error, self.catalog)
            self.parent.mount(Prose((fault,), self.catalog), before=self)
            self.post_message(self.GaveUp(self))

    def bring_notes(self) -> None:
        """Scroll to the newest note, if it would be below the edge."""
        if self.built:
            self.call_after_refresh(self.notes.scroll_visible, animate=False)

    def _let_go(self) -> None:
        super()._let_go()
        self.post_message(self.Completed(self))
