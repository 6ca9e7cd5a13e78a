"""A plugin with a kind of field that EvoClass does not know: all of it stands here."""

from __future__ import annotations

QUESTION = '''
"""Ask for a number on a scale."""

from dataclasses import dataclass

from evoclass import hookimpl
from evoclass.exercise import Exercise, Field, InvalidAnswer, Verdict
from evoclass.i18n import read_number
from evoclass.model import Span


@dataclass(frozen=True, kw_only=True)
class Slider(Field):
    """A number on a scale.  Value: float."""

    low: float
    high: float
    step: float
    unit: str = ""

    def takes(self, word):
        return False

    def offered(self):
        return [(Span(f"{self.low:g} … {self.high:g} {self.unit}"),)]

    def instruction(self, catalog):
        return catalog("slider.how", step=f"{self.step:g}")

    def read(self, typed, catalog):
        number = read_number(typed.strip().removesuffix(self.unit), catalog.language)
        if number is None or not self.low <= number <= self.high:
            raise InvalidAnswer(catalog("slider.outside", low=f"{self.low:g}", high=f"{self.high:g}"))
        return self.low + round((number - self.low) / self.step) * self.step

    def words(self, value):
        return [(Span(f"{value:g} {self.unit}"),)] if isinstance(value, (int, float)) else ()

    def signature(self, value):
        return self.low, self.high, self.step, value


class Estimate(Exercise):
    """Estimate a number."""

    kind = "estimate"
    options = {"answer": "The right number.", "scale": "Lowest, highest and step.", "unit": "Unit."}

    def __init__(self, slider, right):
        self.slider, self.right = slider, right

    @classmethod
    def parse(cls, block):
        low, high, step = map(float, block.require("scale").split())
        slider = Slider(name="share", label="Share", low=low, high=high, step=step, unit=block.setting("unit") or "")
        return cls(slider, float(block.require("answer")))

    def form(self):
        return [self.slider]

    async def grade(self, answer, bench):
        value = answer.get("share")
        if not isinstance(value, (int, float)):
            return Verdict.incomplete()
        return Verdict.right() if value == self.right else Verdict.wrong()

    def solution(self):
        return {"share": self.right}


@hookimpl
def register_exercises():
    return [Estimate]
'''

WIDGET = '''

@hookimpl
def field_widget(field):
    from textual.reactive import reactive

    from evoclass_tui.fields import FieldWidget

    class SliderWidget(FieldWidget, can_focus=True):
        """A bar that the arrow keys move along."""

        DEFAULT_CSS = "SliderWidget { height: 3; }"
        BINDINGS = [("left", "slide(-1)"), ("right", "slide(1)")]
        place = reactive(None)

        def __init__(self, field):
            super().__init__(field, None)

        @property
        def value(self):
            return self.place

        def show_value(self, value):
            self.place = value

        def action_slide(self, way):
            now = self.field.low if self.place is None else self.place + way * self.field.step
            if not self.locked:
                self.place = min(max(now, self.field.low), self.field.high)
                self.post_message(self.Changed(self))

        def render(self):
            return f"scale {self.field.low:g}|{'' if self.place is None else f'{self.place:g}'}|{self.field.high:g}"

    return SliderWidget(field) if type(field) is Slider else None
'''

SENTENCES = """
[slider]
how = "A number in steps of {step}"
outside = "The scale goes from {low} to {high}."
"""

ASKED = """:::{{estimate}} dropout
Which share of the outputs does dropout switch off here?
:scale: 0 100 5
:unit: %
:answer: {answer}
:hint: {hint}
:solution: It switches off half of them.
:::
"""
