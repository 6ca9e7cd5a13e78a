"""`:::{match}`: a table of pairs, taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Match, Option, Verdict
from evoclass.frozen import frozen
from evoclass.model import AnyBlock, Inlines, Span, Table, plain_text

FIELD = "match"


@frozen
class Pair:
    """A row of the table."""

    key: str
    left: Inlines
    """Empty if no left side matches the right one."""
    right: Inlines
    feedback: Inlines = ()


@frozen
class MatchQuestion(Exercise):
    """Match each left side with a right one; a third column of the table is feedback."""

    kind: ClassVar[str] = "match"
    options: ClassVar[dict[str, str]] = {}

    pairs: tuple[Pair, ...]
    seed: str = ""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        tables = [part for part in block.body if isinstance(part, Table)]
        if len(tables) != 1 or len(tables[0].header) not in (2, 3):
            raise LessonError(Problem("E066", block.line, fields={"directive": block.name}))
        pairs = []
        for number, row in enumerate(tables[0].rows, 1):
            cells = (*row, (), (), ())
            if not plain_text(cells[1]).strip():
                raise LessonError(
                    Problem("E067", tables[0].line + 1 + number, fields={"directive": block.name})
                )
            pairs.append(Pair(str(number), cells[0], cells[1], cells[2]))
        if sum(bool(pair.left) for pair in pairs) < 2:
            raise LessonError(Problem("E064", tables[0].line, fields={"directive": block.name}))
        seen: dict[str, int] = {}
        for line, pair in enumerate(pairs, tables[0].line + 2):
            text = plain_text(pair.left).strip()
            if text and seen.setdefault(text, line) != line:
                raise LessonError(Problem("E048", line, fields={"text": text[:50], "first": seen[text]}))
        return cls(tuple(pairs), block.argument)

    def remarks(self) -> Iterable[Inlines]:
        return [pair.feedback for pair in self.pairs if pair.feedback]

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        return tuple(part for part in block.body if not isinstance(part, Table))

    def form(self) -> Sequence[Field]:
        left = tuple(Option(pair.key, pair.left) for pair in self.pairs if pair.left)
        right = list(
            {
                plain_text(pair.right): Option(f"r{pair.key}", pair.right) for pair in reversed(self.pairs)
            }.values()
        )
        right.sort(key=lambda option: int(option.key[1:]))
        order = [option.key for option in right]
        random = Random(self.seed)
        for _ in range(10):
            random.shuffle(right)
            if [option.key for option in right] != order:
                break
        return [Match(name=FIELD, left=left, right=tuple(right))]

    def shuffled(self, random: Random) -> Self:
        return replace(self, seed=str(random.random()))

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        given = answer.get(FIELD)
        texts = {f"r{pair.key}": plain_text(pair.right) for pair in self.pairs}
        asked = [pair for pair in self.pairs if pair.left]
        if not isinstance(given, dict) or not any(given.get(pair.key) in texts for pair in asked):
            return Verdict.incomplete(Feedback((Span(bench.text("match.empty")),), False, FIELD))
        feedback = []
        right = 0
        for pair in asked:
            chosen = given.get(pair.key)
            good = chosen in texts and texts[chosen] == plain_text(pair.right)
            right += good
            key = "match.right" if good else "match.wrong" if chosen in texts else "match.open"
            words = pair.feedback if good and pair.feedback else (Span(bench.text(key)),)
            feedback.append(Feedback(words, good, FIELD, pair.key))
        if right == len(asked):
            return Verdict.right(*feedback)
        return Verdict.wrong(*feedback, score=right / len(asked))

    def solution(self) -> Answer:
        keys: dict[str, str] = {}
        for pair in self.pairs:
            keys.setdefault(plain_text(pair.right), f"r{pair.key}")
        return {FIELD: {pair.key: keys[plain_text(pair.right)] for pair in self.pairs if pair.left}}
