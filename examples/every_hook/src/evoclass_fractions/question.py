"""`:::{parts}`: colour as many parts of a bar as a fraction says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evoclass.directive import Directive
from evoclass.errors import LessonError
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, InvalidAnswer, Row, Value, Verdict
from evoclass.i18n import Catalog
from evoclass.model import Span
from evoclass_fractions.notation import MOST, Parts, read_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsField(Field):
    """A bar of equal parts.  Value: int, the number of coloured parts."""

    whole: int

    def takes(self, word: str) -> bool:
        return word[:1].isdecimal()

    def instruction(self, text: Catalog) -> str:
        return text("evoclass_fractions.instruction", whole=self.whole)

    def read(self, typed: str, text: Catalog) -> Value:
        parts = read_parts(typed if "/" in typed else f"{typed}/{self.whole}")
        if parts is None or parts.whole != self.whole:
            raise InvalidAnswer(self.instruction(text))
        return parts.taken

    def words(self, value: Value) -> Sequence[Row]:
        if not isinstance(value, int):
            return []
        parts = Parts(value, self.whole)
        return [(Span(f"{parts.bar} {parts}"),)]

    def signature(self, value: Value) -> object:
        return self.whole, value


class PartsQuestion(Exercise):
    """Asks for a number of parts."""

    kind = "parts"
    options = {"answer": f"The fraction, such as 3/8, with at most {MOST} parts"}
    fixed = frozenset({"answer"})

    def __init__(self, right: Parts) -> None:
        self.right = right

    @classmethod
    def parse(cls, block: Directive) -> PartsQuestion:
        written = block.require("answer")
        parts = read_parts(written)
        if parts is None or not parts.taken:
            fix = "Write `:answer: 3/8`."
            raise LessonError(f"{written!r} is no fraction of a bar", block.line_of("answer"), fix=fix)
        return cls(parts)

    def form(self) -> Sequence[Field]:
        return [PartsField(name="taken", whole=self.right.whole)]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        taken = answer.get("taken")
        if type(taken) is not int:
            return Verdict.incomplete()
        if taken == self.right.taken:
            return Verdict.right()
        sentence = bench.text("evoclass_fractions.wrong", given=Parts(taken, self.right.whole))
        return Verdict.wrong(Feedback((Span(sentence),), good=False, field="taken"))

    def solution(self) -> Answer:
        return {"taken": self.right.taken}
