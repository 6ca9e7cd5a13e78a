"""A question: what is asked, the fields to fill in, the buttons, and what there is to say about the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from textual import on
from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget

from evoclass.disk.faultlog import write_down
from evoclass.exercise import Answer, Field, Value, Verdict
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment
from evoclass.learner.progress import ExerciseState
from evoclass.model import ExerciseBlock, Inlines, walk
from evoclass.pluginhost import checked
from evoclass_tui.widgets import question_news
from evoclass_tui.widgets.fields import FieldWidget, make_field
from evoclass_tui.widgets.fields.make import CustomWidget
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.pill import Pill
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question_buttons import Offer, QuestionButtons
from evoclass_tui.widgets.question_notes import QuestionNotes, Remarks
from evoclass_tui.widgets.question_parts import (
    FieldLabel,
    QuestionTitle,
    contained,
    fault_in,
    look_of,
)

DRAFT_PAUSE = 0.4
"""Seconds without a key after which a typed draft is worth keeping."""


class Question(LazyBox):
    """One exercise.  It asks for everything by message and is told the outcome by method."""

    DEFAULT_CSS = """
    Question {
        height: auto; width: 1fr;
        padding: 1 2;
        border-left: outer $accent;
        background: $surface;
        & > .title { margin: 0 0 1 0; }
        & > .prompt { margin: 0 0 1 0; }
        & > .label { margin: 0 0 1 0; }
        & > .field { margin: 0 0 1 0; }
        & > .notes { margin: 1 0 0 0; }
        &.-passed { border-left: outer $success; }
        &.-failed { border-left: outer $error; }
        &.-revealed { border-left: outer $border; }
    }
    """

    AnswerSubmitted: TypeAlias = question_news.AnswerSubmitted
    AnswerDrafted: TypeAlias = question_news.AnswerDrafted
    HintWanted: TypeAlias = question_news.HintWanted
    RevealWanted: TypeAlias = question_news.RevealWanted
    RetryWanted: TypeAlias = question_news.RetryWanted
    GaveUp: TypeAlias = question_news.GaveUp
    Completed: TypeAlias = question_news.Completed

    busy: var[bool] = var(False)
    """Whether an answer is being graded."""

    def __init__(
        self,
        block: ExerciseBlock,
        state: ExerciseState,
        catalog: Catalog,
        live: Mapping[str, str],
        custom: CustomWidget | None = None,
        *,
        step: bool = False,
    ) -> None:
        super().__init__(classes=look_of(state, stale=state.draft is not None))
        self.block = block
        self.catalog = catalog
        self._draft_timer: Timer | None = None
        self.form = tuple(block.exercise.form())
        self.fields = [make_field(field, catalog, custom) for field in self.form]
        key = "question.step" if step else "question.title"
        self.title = QuestionTitle(catalog(key, number=block.number))
        self.prompt = Prose(block.prompt, catalog, live, classes="prompt")
        self.notes = QuestionNotes(self.form, catalog, live)
        self.buttons = QuestionButtons(catalog)
        self.remarks = Remarks(explanation=block.explanation)
        self._open_again = False
        self._restore(state)

    # What is inside

    def parts(self) -> Iterable[Widget]:
        yield self.title
        if self.block.prompt:
            yield self.prompt
        for field, widget in zip(self.form, self.fields, strict=True):
            if self._labelled(field):
                yield FieldLabel(field.label)
            yield widget
        yield self.buttons
        yield self.notes

    def _labelled(self, field: Field) -> bool:
        return bool(field.label) and len(self.form) > 1

    def make_lines(self, width: int) -> list[Line]:
        lines = [*self.title.make_lines(width), Line()]
        if self.block.prompt:
            lines += [*self.prompt.make_lines(width), Line()]
        for field, widget in zip(self.form, self.fields, strict=True):
            if self._labelled(field):
                lines += [*FieldLabel(field.label).make_lines(width), Line()]
            lines += [*widget.preview(width), Line()]
        lines += self.buttons.preview(width)
        self.notes.show_later(self.remarks, self.done)
        notes = self.notes.make_lines(width)
        return [*lines, Line(), *notes] if notes else lines

    def filled(self) -> None:
        self._show()

    def _restore(self, state: ExerciseState) -> None:
        """Show what is known of the learner's last visit."""
        self._open_again = state.retries > 0 and state.answer is None
        # What was typed behind the back of a question that is done is no part of its answer.
        known = (
            (state.answer, state.draft)
            if state.done and not self._open_again
            else (state.draft, state.answer)
        )
        answer = next((values for values in known if values is not None), None)
        for widget in self.fields:
            if answer is not None and widget.field.name in answer:
                widget.show_value(answer[widget.field.name])
        remarks = self.remarks
        remarks.state = state
        remarks.stale = state.draft is not None and not self.done
        remarks.hints = self.block.hints[: state.hints]
        if state.revealed and not self._open_again:
            self._take_solution(state.solution or self.block.exercise.solution())
        for widget in self.fields:
            widget.set_reactive(FieldWidget.locked, self.done)
        self.title.status = self._status()
        self.buttons.offer = self._offer()

    def _show_values(self, answer: Answer | None) -> None:
        """Bring the fields to an answer, as far as they show another one."""
        for widget in self.fields:
            name = widget.field.name
            if answer is not None and name in answer and widget.value != answer[name]:
                widget.show_value(answer[name])

    def _take_solution(self, solution: Answer) -> None:
        self.remarks.solution = solution
        for widget in self.fields:
            widget.show_solution(solution.get(widget.field.name))

    @property
    def answer(self) -> Answer:
        """What is filled in now.  Raises TypeError when a plugin's widget holds what no field can."""
        return checked.answer({widget.field.name: widget.value for widget in self.fields}, "The widget")

    @property
    def done(self) -> bool:
        """Whether the question is passed or its solution was shown, and the learner is not trying again."""
        return self.remarks.state.done and not self._open_again

    # What the learner does

    @contained
    def check(self, /, **finished: Value) -> None:
        """Ask for the answer to be checked, with these values where keys have gone on changing them."""
        if self.busy or self.done:
            return
        self._stop_draft()
        trouble = next(filter(None, (widget.trouble for widget in self.fields)), "")
        if trouble:
            self.show_trouble(trouble)
            return
        self.busy = True
        self.remarks.trouble, self.remarks.confirm = "", False
        self._show()
        self.post_message(self.AnswerSubmitted(self.block.id, {**self.answer, **finished}))

    @on(FieldWidget.Changed)
    @contained
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
            self._draft_timer = self.set_timer(DRAFT_PAUSE, self.send_draft)
        else:
            self._send()

    @contained
    def send_draft(self) -> None:
        """Tell at once of a draft that is still waiting for a pause."""
        if self._draft_timer is not None:
            self._stop_draft()
            self._send()

    def take_draft(self) -> Answer | None:
        """Return a draft that is still waiting for a pause, so that it can be kept at once; None if there is none."""
        if self._draft_timer is None:
            return None
        self._stop_draft()
        try:
            return self.answer
        except Exception as error:
            self.give_up(error)
            return None

    def _send(self) -> None:
        self.post_message(self.AnswerDrafted(self.block.id, self.answer))

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
        name = self.block.id
        match event.pill.role:
            case "check":
                self.check()
            case "hint":
                self.post_message(self.HintWanted(name))
            case "reveal" if not self.remarks.confirm:
                self.remarks.confirm = True
                self._show()
                self._bring_notes()
            case "reveal":
                self.post_message(self.RevealWanted(name))
            case "retry":
                self.post_message(self.RetryWanted(name))

    # What the learner is told

    @contained
    def show_verdict(self, verdict: Verdict, state: ExerciseState) -> None:
        """Show the outcome of a check, or of an earlier one if the answer has not been changed since."""
        asked, self.busy = self.busy, False
        remarks = self.remarks
        remarks.state = state
        if not asked and state.draft is not None and not verdict.passed:
            self._open_again = state.retries > 0 and remarks.solution is None
            self._show_values(state.draft)
            remarks.stale = True
            self._show()
            return
        if verdict.passed:
            # What was typed while it was being graded was not graded.
            self._stop_draft()
            self._show_values(state.answer)
        remarks.verdict, remarks.stale, remarks.trouble, remarks.confirm = verdict, False, "", False
        self._open_again = state.retries > 0 and not verdict.passed and remarks.solution is None
        if state.revealed and self.done and remarks.solution is None:
            self._take_solution(state.solution or self.block.exercise.solution())
        for widget in self.fields:
            mine = [item for item in verdict.feedback if item.field in ("", widget.field.name)]
            widget.show_marks(mine, passed=verdict.passed, everything=self.done)
        self._show()
        if asked:
            self._bring_notes()

    @contained
    def show_hint(self, hints: Sequence[Inlines], state: ExerciseState) -> None:
        """Show all hints so far."""
        self.remarks.hints, self.remarks.state = hints, state
        self._show()
        self._bring_notes()

    @contained
    def show_solution(self, solution: Answer, state: ExerciseState) -> None:
        """Show the solution beside the learner's own answer."""
        self.busy = False
        self.remarks.state = state
        self.remarks.confirm, self.remarks.trouble = False, ""
        self._open_again = False
        self._take_solution(solution)
        self._show()
        self._bring_notes()

    def show_trouble(self, text: str) -> None:
        """Say why the answer could not be checked; it does not count."""
        self.busy = False
        self.remarks.trouble = text
        self._show()
        self._bring_notes()

    @contained
    def reset(self, state: ExerciseState) -> None:
        """Start over with empty fields."""
        self.busy = False
        self._stop_draft()
        self.remarks = Remarks(explanation=self.block.explanation)
        for widget in self.fields:
            widget.clear_marks()
            widget.show_value(None)
        self._restore(state)
        self._open_again = True
        self._show()
        self.focus_first()

    def give_up(self, error: Exception) -> None:
        """Make room for a note on a fault: the widget that a plugin brought has failed."""
        if self.display and isinstance(self.parent, Widget):
            write_down(error)
            self.display = False
            fault = fault_in(self.block, error, self.catalog)
            self.parent.mount(Prose((fault,), self.catalog), before=self)
            self.post_message(self.GaveUp(self.block.id))

    def show_live(self, live: Mapping[str, str]) -> None:
        """Take the values of the run."""
        self.prompt.show_live(live)
        self.notes.show_live(live)

    def focus_first(self) -> None:
        if not self.built:
            self.build()
            self.call_after_refresh(self.focus_first)
        elif self.fields:
            self.fields[0].focus_first()

    def _offer(self) -> Offer:
        remarks = self.remarks
        left = len(self.block.hints) - len(remarks.hints)
        return Offer(self.done, self.busy, left, remarks.confirm)

    def _show(self) -> None:
        """Bring every part up to date with the remarks."""
        remarks, done = self.remarks, self.done
        if done and self._holds_focus:
            # A locked field or "Try again" would take the keys that are meant for the page.
            self._let_go()
        for name in ("-passed", "-revealed", "-failed"):
            self.set_class(name == self._look(), name)
        for widget in self.fields:
            widget.locked = done
        self.title.show_status(self._status())
        self.buttons.show(self._offer())
        if not self.built:
            self.changed()
            return
        self.notes.show(remarks, done)

    @property
    def _holds_focus(self) -> bool:
        """Whether what has the focus is inside."""
        focused = self.screen.focused if self.is_attached else None
        return focused is not None and self in focused.ancestors

    def _let_go(self) -> None:
        """Give the focus to the page, which then goes on."""
        self.screen.set_focus(self.page, scroll_visible=False)
        self.post_message(self.Completed(self))

    def _bring_notes(self) -> None:
        """Scroll to what was just said, where it would stand below the edge."""
        if self.built:
            self.call_after_refresh(self.notes.scroll_visible, animate=False)

    def _look(self) -> str:
        return look_of(self.remarks.state, stale=self.remarks.stale)

    def _status(self) -> Segment | None:
        say = self.catalog
        match self._look():
            case "-passed":
                return Segment(f"✓ {say('question.mark_passed')}", "question.passed")
            case "-revealed":
                return Segment(f"◇ {say('question.mark_revealed')}", "question.note")
            case "-failed":
                return Segment(f"✗ {say('question.mark_failed')}", "question.failed")
        return None

    def holds(self, block_id: str) -> bool:
        return any(block.id == block_id for block in walk((self.block,)))
