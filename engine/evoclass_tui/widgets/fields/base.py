"""The base of every field widget, including those of plugins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from evoclass.exercise import Feedback, Field, Value
from evoclass.frozen import mutable
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment


class FieldWidget(Widget):
    """One thing to fill in.  A subclass keeps a value, reports the learner's changes, and shows marks."""

    DEFAULT_CSS = """
    FieldWidget { width: 1fr; height: auto; }
    """

    typed: ClassVar[bool] = False
    """Whether the value is typed letter by letter, so that drafts can wait for a pause."""

    locked: reactive[bool] = reactive(False)
    """Whether the learner is done with the question; the value cannot be changed then."""

    @mutable
    class Changed(Message, namespace="field_widget"):
        """The learner changed the value."""

        widget: FieldWidget

    @mutable
    class Finished(Message, namespace="field_widget"):
        """The learner pressed Enter on a complete answer and wants it checked."""

        widget: FieldWidget
        value: Value = None
        """The value at that moment, because later keys may have changed it."""

    def __init__(self, field: Field, catalog: Catalog) -> None:
        super().__init__(classes="field")
        self.field = field
        self.catalog = catalog

    @property
    def value(self) -> Value:
        """The learner's current value."""
        raise NotImplementedError

    @property
    def trouble(self) -> str:
        """Why the value is not an answer that can be checked; empty when it is."""
        return ""

    def show_value(self, value: Value) -> None:
        """Show a value from outside (a draft, a reset); None empties the field.  Sends no message."""
        raise NotImplementedError

    def preview(self, width: int) -> list[Line]:
        """Return how the field looks before it is mounted; the widget must take as many rows."""
        return [Line(), Line((Segment("…", "muted"),)), Line()]

    def show_marks(self, feedback: Sequence[Feedback], *, passed: bool, everything: bool) -> None:
        """Show grading's feedback on single options; with `everything` also on those not chosen."""

    def show_solution(self, value: Value) -> None:
        """Mark the right answer beside the learner's own."""

    def clear_marks(self) -> None:
        """Remove the marks: the answer is being changed."""

    def focus_first(self) -> None:
        """Put the cursor into the first place to fill in."""
        self.focus()
