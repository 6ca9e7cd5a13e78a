"""The parts of a question: its text, the fields to fill in, the buttons, and the notes on the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.reactive import var
from textual.widget import Widget

from evoclass.exercise import Answer, Field
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment
from evoclass.learner.progress import ExerciseState
from evoclass.model import ExerciseBlock, walk
from evoclass.pluginhost import checked
from evoclass_tui.widgets.fields import FieldWidget, make_field
from evoclass_tui.widgets.fields.make import CustomWidget
from evoclass_tui.widgets.lazy import LazyBox
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.prose import Prose
from evoclass_tui.widgets.question_buttons import Offer, QuestionButtons
from evoclass_tui.widgets.question_notes import QuestionNotes, Remarks
from evoclass_tui.widgets.question_parts import (
    FieldLabel,
    QuestionTitle,
    look_of,
)


class QuestionForm(LazyBox):
    """One exercise, in the learner's current state."""

    DEFAULT_CSS = """
    QuestionForm {
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
        self.form = tuple(block.exercise.form())
        self.fields = [make_field(field, catalog, custom) for field in self.form]
        key = "question.step" if step else "question.title"
        self._passed = catalog("question.mark_passed_step" if step else "question.mark_passed")
        self.title = QuestionTitle(catalog(key, number=block.number))
        self.prompt = Prose(block.prompt, catalog, live, classes="prompt")
        self.notes = QuestionNotes(self.form, catalog, live, own=not block.exercise.reviewed)
        self.buttons = QuestionButtons(catalog)
        self.remarks = Remarks(explanation=block.explanation)
        self._open_again = False
        for part in (self.title, self.prompt, self.notes, *self.fields):
            if isinstance(part, LineView):
                part.drawn_in = self
        self._restore(state)
        for widget in self.fields:
            widget.set_reactive(FieldWidget.locked, self.done)

    # Parts inside

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
        """Show the answer and notes of the learner's last visit."""
        self._open_again = state.retrying
        # Text typed elsewhere into a question that is done is not part of its answer.
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
        self.title.status = self._status()
        self.buttons.offer = self._offer()

    def _show_values(self, answer: Answer | None) -> None:
        """Show an answer in the fields, changing only those that differ."""
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
        """The current values of the fields.  Raises TypeError when a plugin's widget has a value that no field has."""
        return checked.answer({widget.field.name: widget.value for widget in self.fields}, "The widget")

    @property
    def done(self) -> bool:
        """Whether the question is passed or its solution was shown, and the learner is not trying again."""
        return self.remarks.state.done and not self._open_again

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
        """Update every part from the remarks."""
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
        """Whether the focus is inside the question."""
        focused = self.screen.focused if self.is_attached else None
        return focused is not None and self in focused.ancestors

    def _let_go(self) -> None:
        """Give the focus to the page, which then continues."""
        self.screen.set_focus(self.page, scroll_visible=False)

    def _look(self) -> str:
        return look_of(self.remarks.state, stale=self.remarks.stale)

    def _status(self) -> Segment | None:
        say = self.catalog
        match self._look():
            case "-passed":
                return Segment(f"✓ {self._passed}", "question.passed")
            case "-revealed":
                return Segment(f"◇ {say('question.mark_revealed')}", "question.note")
            case "-failed":
                return Segment(f"✗ {say('question.mark_failed')}", "question.failed")
        return None

    def holds(self, block_id: str) -> bool:
        return any(block.id == block_id for block in walk((self.block,)))
