"""`:::{choice}` and `:::{multiple}`: a task list whose checked items are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import ClassVar, Self

from evoclass.directive import Directive, Item
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Choice, Exercise, Feedback, Field, Option, Verdict
from evoclass.frozen import frozen
from evoclass.model import ExerciseBlock, Inlines, Span, plain_text

FIELD = "choice"

ORDER_OPTIONS = {
    "shuffle": "Each learner sees the options in an order of their own; with `no`, reviews keep the author's, too.",
    "last": "How many options at the end keep their place when shuffled, in reviews too (`1` for “none of these”).",
}


def _items(block: Directive) -> tuple[Item, ...]:
    """Return the options of the directive; raises LessonError when they do not make a question."""
    if len(block.items) < 2:
        raise LessonError(
            Problem("E041", block.line, fields={"directive": block.name, "count": len(block.items)})
        )
    if not any(item.checked for item in block.items):
        raise LessonError(Problem("E040", block.line, fields={"directive": block.name}))
    seen: dict[str, int] = {}
    for item in block.items:
        text = plain_text(item.text).strip()
        if not text:
            raise LessonError(Problem("E047", item.line, fields={"directive": block.name}))
        if text in seen:
            raise LessonError(Problem("E048", item.line, fields={"text": text[:50], "first": seen[text]}))
        seen[text] = item.line
    return block.items


@frozen
class SingleChoice(Exercise):
    """Pick the one right option; with `:multiple:`, all right ones."""

    kind: ClassVar[str] = "choice"
    options: ClassVar[dict[str, str]] = {"multiple": "More than one option may be right.", **ORDER_OPTIONS}
    fixed: ClassVar[frozenset[str]] = frozenset({"multiple", "shuffle", "last"})

    items: tuple[Item, ...]
    multiple: bool = False
    shuffle: bool | None = None
    """Whether each learner has an order of their own; None for the author's on the page and others in reviews."""
    last: int = 0
    """How many options at the end keep their place."""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        items = _items(block)
        multiple = block.flag("multiple")
        right = [item for item in items if item.checked]
        if not multiple and len(right) > 1:
            raise LessonError(
                Problem("E046", right[1].line, fields={"count": len(right), "directive": block.name})
            )
        return cls(items, multiple, _shuffle(block), _last(block))

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        yield from (Problem("W040", item.line) for item in self.items if not item.feedback)
        if self.last and self.shuffle is False:
            line = next((setting.line for setting in block.settings if setting.key == "last"), block.line)
            yield Problem("W073", line)

    def remarks(self) -> Iterable[Inlines]:
        return [item.feedback for item in self.items if item.feedback]

    def form(self) -> Sequence[Field]:
        options = tuple(Option(item.key, item.text) for item in self.items)
        return [Choice(name=FIELD, options=options, multiple=self.multiple)]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        picked = _picked(answer.get(FIELD))
        known = {item.key for item in self.items}
        if not picked or not picked <= known or (not self.multiple and len(picked) > 1):
            return Verdict.incomplete(Feedback((Span(bench.text("choice.nothing_picked")),), False, FIELD))
        feedback = [
            Feedback(item.feedback, item.checked, FIELD, item.key)
            for item in self.items
            if item.key in picked and item.feedback
        ]
        right = {item.key for item in self.items if item.checked}
        if picked == right:
            return Verdict.right(*feedback)
        if not self.multiple:
            return Verdict.wrong(*feedback)
        hits, misses = len(picked & right), len(picked - right)
        key = "choice.some_missing" if hits and not misses else "choice.some_wrong"
        feedback.append(Feedback((Span(bench.text(key, hits=hits, misses=misses)),), False, FIELD))
        return Verdict.wrong(*feedback, score=max(0.0, (hits - misses) / len(right)))

    def shuffled(self, random: Random) -> Self:
        return self._mixed(random) if self.shuffle else self

    def reordered(self, random: Random) -> Self:
        return self if self.shuffle is False else self._mixed(random)

    def _mixed(self, random: Random) -> Self:
        # From the order in the source, so that the same seed always gives the same order.
        items = sorted(self.items, key=lambda item: (len(item.key), item.key))
        free, fixed = items[: len(items) - self.last], items[len(items) - self.last :]
        random.shuffle(free)
        return replace(self, items=(*free, *fixed))

    def solution(self) -> Answer:
        right = [item.key for item in self.items if item.checked]
        return {FIELD: right if self.multiple else right[0]}


@frozen
class MultipleChoice(SingleChoice):
    """Pick every right option."""

    kind: ClassVar[str] = "multiple"
    options: ClassVar[dict[str, str]] = ORDER_OPTIONS

    @classmethod
    def parse(cls, block: Directive) -> Self:
        return cls(_items(block), True, _shuffle(block), _last(block))


def _shuffle(block: Directive) -> bool | None:
    """Return what the author says about the order; None where nothing."""
    return block.flag("shuffle") if block.setting("shuffle") is not None else None


def _last(block: Directive) -> int:
    """Return how many options keep their place at the end."""
    last = block.count("last")
    if last > len(block.items):
        raise block.not_allowed("last", last, f"0 – {len(block.items)}")
    return last


def _picked(value: object) -> set[str]:
    if isinstance(value, str):
        return {value} if value else set()
    if isinstance(value, (list, tuple)):
        return {item for item in value if isinstance(item, str)}
    return set()
