"""Small parts of a question: its title, the labels of its fields, its buttons, and its look."""

from __future__ import annotations

from evoclass.layout import Line, Segment, cell_width
from evoclass.progress import ExerciseState
from evoclass_tui.widgets.lines import LineView
from evoclass_tui.widgets.pill import Pill


class QuestionTitle(LineView):
    """`Question 1`, and at the right where the learner stands with it."""

    def __init__(self, label: str) -> None:
        super().__init__(classes="title")
        self.label = label
        self.status: Segment | None = None

    def show_status(self, status: Segment | None) -> None:
        """Set the words at the right."""
        if status != self.status:
            self.status = status
            self.changed(height=False)

    def make_lines(self, width: int) -> list[Line]:
        title = Segment(self.label, "question.title")
        if self.status is None:
            return [Line((title,))]
        space = width - cell_width(self.label) - cell_width(self.status.text)
        return [Line((title, Segment(" " * max(1, space)), self.status))]


def look_of(state: ExerciseState, *, stale: bool) -> str:
    """Return the CSS class of where the learner stands, or nothing; `stale` if the answer is not the one checked."""
    if state.passed:
        return "-passed"
    if state.revealed:
        return "-revealed"
    return "-failed" if state.attempts and not stale and state.answer is not None else ""


def make_pill(role: str, label: str) -> Pill:
    """Return a question's button; checking is what it is mainly for."""
    return Pill(label, role, classes="-main" if role == "check" else "")


class FieldLabel(LineView):
    """The label of one field of several."""

    def __init__(self, text: str) -> None:
        super().__init__(classes="label")
        self.text = text

    def make_lines(self, width: int) -> list[Line]:
        return [Line((Segment(self.text, "strong"),))]
