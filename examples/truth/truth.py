"""A question that is true or false: the whole of a plugin.  Try it: `evoclass learn --plugin truth.py sample.md`."""

from __future__ import annotations

from evoclass import hookimpl
from evoclass.directive import Directive
from evoclass.errors import LessonError
from evoclass.exercise import Answer, Bench, Choice, Exercise, Option, Verdict
from evoclass.model import Span


class Truth(Exercise):
    kind = "truth"
    options = {"answer": "true or false"}

    def __init__(self, answer: str) -> None:
        self.answer = answer

    @classmethod
    def parse(cls, block: Directive) -> Truth:
        answer = block.require("answer")
        if answer not in ("true", "false"):
            raise LessonError(f"{answer!r} is neither true nor false", block.line_of("answer"))
        return cls(answer)

    def form(self) -> list[Choice]:
        return [Choice(name="said", options=tuple(Option(key, (Span(key),)) for key in ("true", "false")))]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        if not (said := answer.get("said")):
            return Verdict.incomplete()
        return Verdict.right() if said == self.answer else Verdict.wrong()

    def solution(self) -> Answer:
        return {"said": self.answer}


@hookimpl
def register_exercises() -> list[type[Exercise]]:
    return [Truth]
