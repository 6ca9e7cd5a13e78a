"""Small parts of a question: its title, the labels of its fields, its look, and the fault that can replace it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from evoclass.errors import Problem
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment, cell_width
from evoclass.learner.progress import ExerciseState
from evoclass.model import AnyBlock, Fault
from evoclass.pluginhost.blame import reason
from evoclass_tui.widgets.lines import LineView

Arguments = ParamSpec("Arguments")


class CanGiveUp(Protocol):
    """A widget that can replace itself with a fault."""

    def give_up(self, error: Exception) -> None: ...


Giver = TypeVar("Giver", bound=CanGiveUp)


def gives_up_on_error(
    method: Callable[Concatenate[Giver, Arguments], None],
) -> Callable[Concatenate[Giver, Arguments], None]:
    """Make the widget give up when a method's call to plugin code raises; the exception does not leave the widget."""

    @wraps(method)
    def call(self: Giver, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception as error:
            self.give_up(error)

    return call


class QuestionTitle(LineView):
    """`Question 1`, and at the right the learner's state in it."""

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
    """Return the CSS class of the learner's state, or an empty string; `stale` if the answer is not the checked one."""
    if state.passed:
        return "-passed"
    if state.revealed:
        return "-revealed"
    return "-failed" if state.attempts and not stale and state.answer is not None else ""


class FieldLabel(LineView):
    """The label of one of several fields."""

    def __init__(self, text: str) -> None:
        super().__init__(classes="label")
        self.text = text

    def make_lines(self, width: int) -> list[Line]:
        return [Line((Segment(self.text, "strong"),))]


def fault_in(block: AnyBlock, error: Exception, catalog: Catalog) -> Fault:
    """Return the fault that replaces a question whose plugin failed."""
    text = catalog("question.broken", reason=reason(error))
    return Fault(id=block.id, line=block.line, problem=Problem("E100", block.line, message=text), source="")
