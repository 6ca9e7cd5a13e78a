"""`:::{reflect}`: a free text that the learner assesses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from evoclass.directive import Directive, Item
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Choice, Exercise, Feedback, Field, Option, Text, Value, Verdict
from evoclass.frozen import frozen
from evoclass.model import Inline, Inlines, LineBreak, Span

TEXT, CRITERIA = "text", "criteria"


@frozen
class ReflectQuestion(Exercise):
    """Write freely, then tick which criteria the text meets."""

    kind: ClassVar[str] = "reflect"
    reviewed: ClassVar[bool] = False
    options: ClassVar[dict[str, str]] = {
        "answer": "A model answer, shown as the solution and to who passes.",
        "words": "How many words the text must have at least.",
        "lines": "Height of the field.",
        "criteria": "What is asked above the list of criteria.",
    }
    fixed: ClassVar[frozenset[str]] = frozenset({"words"})

    model: str
    criteria: tuple[Item, ...] = ()
    words: int = 0
    lines: int = 5
    label: str = ""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        model = block.require("answer")
        words = block.count("words", 1)
        if len(model.split()) < words:
            raise LessonError(Problem("E098", block.line_of("answer"), fields={"words": words}))
        lines = min(max(block.count("lines", 5), 1), 40)
        return cls(model, block.items, words, lines, block.setting("criteria") or "")

    def remarks(self) -> Iterable[Inlines]:
        return [item.feedback for item in self.criteria if item.feedback]

    def form(self) -> Sequence[Field]:
        text = Text(name=TEXT, lines=self.lines)
        if not self.criteria:
            return [text]
        options = tuple(Option(item.key, item.text) for item in self.criteria)
        return [text, Choice(name=CRITERIA, label=self.label, options=options, multiple=True)]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        text = answer.get(TEXT)
        count = len(text.split()) if isinstance(text, str) else 0
        if count < max(self.words, 1):
            note = bench.text("reflect.more_words", words=self.words, count=count)
            return Verdict.incomplete(Feedback((Span(note),), False, TEXT))
        ticked = answer.get(CRITERIA)
        met = set(ticked) if isinstance(ticked, (list, tuple)) else set()
        feedback = [
            Feedback(item.feedback, item.key in met, CRITERIA, item.key)
            for item in self.criteria
            if item.feedback
        ]
        hits = sum(item.key in met for item in self.criteria)
        if hits == len(self.criteria):
            return Verdict.right(*feedback, Feedback(self._model_answer(bench), True, TEXT))
        feedback.append(Feedback((Span(bench.text("reflect.add")),), False))
        return Verdict.wrong(*feedback, score=hits / len(self.criteria))

    def _model_answer(self, bench: Bench) -> Inlines:
        """Return the text to compare one's own with: who passes never asks for the solution."""
        said: list[Inline] = [Span(bench.text("reflect.model") + " ")]
        for number, line in enumerate(self.model.splitlines()):
            said += [LineBreak(), Span(line)] if number else [Span(line)]
        return tuple(said)

    def solution(self) -> Answer:
        answer: dict[str, Value] = {TEXT: self.model}
        if self.criteria:
            answer[CRITERIA] = [item.key for item in self.criteria]
        return answer
