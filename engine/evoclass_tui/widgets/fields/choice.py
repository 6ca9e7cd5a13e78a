"""Pick one option, or several."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from evoclass.exercise import Choice, Feedback, Option, Value
from evoclass.i18n import Catalog
from evoclass.layout import Line, Segment
from evoclass_tui.places import place_bindings
from evoclass_tui.widgets.fields.rows import RowsField, beside, room_beside


class ChoiceField(RowsField):
    """Options with a mark before each; grading's feedback on an option is below it."""

    place = "choice"
    BINDINGS = place_bindings(place)

    field: Choice

    def __init__(self, field: Choice, catalog: Catalog) -> None:
        super().__init__(field, catalog)
        self.chosen: list[str] = []
        self.right: frozenset[str] = frozenset()
        self.tone = ""
        """Style of a chosen option that has no feedback."""

    @property
    def value(self) -> Value:
        if self.field.multiple:
            return [option.key for option in self.field.options if option.key in self.chosen]
        return self.chosen[0] if self.chosen else None

    def show_value(self, value: Value) -> None:
        keys = {option.key for option in self.field.options}
        wanted = value if isinstance(value, list) else [value]
        self.chosen = [key for key in wanted if isinstance(key, str) and key in keys]
        if self.chosen:
            self.set_reactive(ChoiceField.cursor, self.rows().index(self.chosen[0]))
        self.changed()

    def show_marks(self, feedback: Sequence[Feedback], *, passed: bool, everything: bool) -> None:
        self.feedback = {
            item.option: item
            for item in feedback
            if item.option and (everything or item.option in self.chosen)
        }
        # If an option has no words, the verdict on the whole says the same where only one is chosen.
        self.tone = "field.good" if passed else "" if self.field.multiple else "field.bad"
        self.changed()

    def show_solution(self, value: Value) -> None:
        wanted = value if isinstance(value, list) else [value]
        self.right = frozenset(key for key in wanted if isinstance(key, str))
        self.changed()

    def clear_marks(self) -> None:
        self.feedback, self.right, self.tone = {}, frozenset(), ""
        self.changed()

    def rows(self) -> list[str]:
        return [option.key for option in self.field.options]

    def make_lines(self, width: int) -> list[Line]:
        groups = [self._option_lines(option, width - 1) for option in self.field.options]
        airy = any(len(group) > 1 for group in groups)
        lines: list[Line] = []
        for group in groups:
            lines += [Line(), *group] if lines and airy else group
        return lines

    def _option_lines(self, option: Option, width: int) -> list[Line]:
        chosen = option.key in self.chosen
        feedback = self.feedback.get(option.key)
        sign = ("[x]" if chosen else "[ ]") if self.field.multiple else ("(•)" if chosen else "( )")
        tone = (self.tone or "field.chosen") if chosen else "field.mark"
        if chosen and feedback:
            tone = "field.good" if feedback.good else "field.bad"
        if option.key in self.right:
            tone = "field.good"
        style = tone if chosen or option.key in self.right else ""
        verdict = {"field.good": "✓", "field.bad": "✗"}.get(tone, " ")
        marker = [Segment(f"{verdict}{sign} ", tone)]
        lines = beside(marker, self.text_lines(option.text, room_beside(marker, width), option.key, style))
        # Feedback on options that were not chosen is shown in a neutral style.
        return [*lines, *self.remark(option.key, width, "" if chosen else "muted")]

    def action_pick(self, finish: bool = False) -> None:
        """Choose the option under the cursor; Enter on a chosen one asks for the check."""
        if finish and not self.field.multiple and self.current in self.chosen:
            self.post_message(self.Finished(self))
        else:
            self.pick(self.current)

    def pick(self, key: str) -> None:
        """Choose an option, or if several are allowed, unchoose it."""
        if self.locked or not key:
            return
        if self.field.multiple:
            self.chosen = [k for k in self.chosen if k != key] if key in self.chosen else [*self.chosen, key]
        elif self.chosen == [key]:
            return
        else:
            self.chosen = [key]
        self.clear_marks()
        self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        if event.key.isdigit() and 0 < int(event.key) <= len(self.field.options):
            event.stop()
            self.cursor = int(event.key) - 1
            self.pick(self.current)

    def on_click(self, event: events.Click) -> None:
        key = self.row_at(event.y - self.gutter.top)
        if key:
            event.stop()
            self.cursor = self.rows().index(key)
            self.pick(key)
