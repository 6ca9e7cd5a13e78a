"""`:::{number}`: one number, right within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import Problem
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Number, Verdict
from evoclass.frozen import frozen
from evoclass.model import ExerciseBlock, Inlines, Span
from evoclass_answer.nearness import Target, is_typable

FIELD = "number"

HAIR = 1e-9
"""Relative difference up to which two numbers count as the same."""


@frozen
class NumberQuestion(Exercise):
    """Ask for one number, right within a tolerance."""

    kind: ClassVar[str] = "number"
    options: ClassVar[dict[str, str]] = {
        "answer": "The right number.",
        "tolerance": "Largest accepted distance, in the same unit, or as a percentage of the answer (`2%`).",
        "unit": "Unit, shown next to the field; the learner may leave it out.",
        "reply": "A wrong number and what to say to it: `1280 | That is …`.",
    }
    repeatable: ClassVar[frozenset[str]] = frozenset({"reply"})
    fixed: ClassVar[frozenset[str]] = frozenset({"tolerance"})
    fixed_heads: ClassVar[frozenset[str]] = frozenset({"reply"})

    target: float
    tolerance: float = 0.0
    """Largest accepted distance from `target`, in the same unit."""
    unit: str = ""
    replies: tuple[tuple[float, Inlines], ...] = ()
    """Wrong numbers that the author expects, each with its reply."""

    @classmethod
    def parse(cls, block: Directive) -> Self:
        target = _option(block, "answer", block.require("answer"))
        wanted = (block.setting("tolerance") or "0").strip()
        share = wanted.endswith("%")
        tolerance = _option(block, "tolerance", wanted.removesuffix("%").strip())
        if tolerance < 0:
            raise block.not_allowed("tolerance", wanted, "≥ 0")
        if share:
            tolerance *= abs(target) / 100
        unit = (block.setting("unit") or "").strip()
        return cls(target, tolerance, unit, tuple(_reply(block, text) for text in block.all("reply")))

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        if not is_typable(self.target, self.tolerance):
            line = next((setting.line for setting in block.settings if setting.key == "answer"), block.line)
            yield Problem("W070", line, fields={"answer": f"{self.target:.12g}"})
        lines = {setting.key: setting.line for setting in block.settings}
        if self.target and self.tolerance >= abs(self.target):
            yield Problem("W070", lines.get("tolerance", block.line), fields={"variant": "wide"})
        percent = any(s.key == "tolerance" and s.value.strip().endswith("%") for s in block.settings)
        fixed = block.variants is None  # with drawn values it may be so by chance
        if not self.target and percent and fixed:
            yield Problem("W070", lines.get("tolerance", block.line), fields={"variant": "zero"})
        replies = [setting.line for setting in block.settings if setting.key == "reply"]
        for place, (number, _) in enumerate(self.replies):
            if fixed and any(
                abs(number - before) <= HAIR * abs(before) for before, _ in self.replies[:place]
            ):
                line = replies[place] if place < len(replies) else block.line
                yield Problem("W070", line, fields={"answer": f"{number:g}", "variant": "twice"})
        for number, _ in self.replies:
            if abs(number - self.target) <= self.tolerance:
                fields = {"answer": f"{number:g}", "variant": "reply"}
                yield Problem("W070", lines.get("reply", block.line), fields=fields)

    def form(self) -> Sequence[Field]:
        return [self._field]

    @property
    def _field(self) -> Number:
        return Number(name=FIELD, unit=self.unit)

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        number = self._number(answer.get(FIELD), bench.language)
        if number is None:
            return Verdict.incomplete(Feedback((Span(bench.text("number.not_a_number")),), False, FIELD))
        given = answer.get(FIELD)
        grouped = self._field.grouped(given, bench.language) if isinstance(given, str) else None
        if self._fits(number) or (grouped is not None and self._fits(grouped)):
            return Verdict.right()
        number = number if grouped is None or abs(self.target) < 1000 else grouped
        for wrong, reply in sorted(self.replies, key=lambda known: abs(number - known[0])):
            # As much is forgiven as for the right number, but never half of the way to that one.
            room = min(self.tolerance, abs(wrong - self.target) / 2)
            if abs(number - wrong) <= room + HAIR * abs(wrong):
                return Verdict.wrong(Feedback(reply, False, FIELD))
        miss = Target(self.target, self.tolerance, self.unit).miss(number)
        return Verdict.wrong(Feedback((Span(bench.text(f"number.{miss}")),), False, FIELD))

    def _fits(self, number: float) -> bool:
        # A hair of slack, so that 0.1 + 0.2 is 0.3.
        return abs(number - self.target) <= self.tolerance + HAIR * max(abs(self.target), 1e-300)

    def _number(self, value: object, language: str) -> float | None:
        if isinstance(value, bool):
            return None
        if isinstance(value, (int, float)):
            return float(value) if math.isfinite(value) else None
        return self._field.number(value, language) if isinstance(value, str) else None

    def solution(self) -> Answer:
        return {FIELD: self.target}


def _reply(block: Directive, text: str) -> tuple[float, Inlines]:
    wrong, bar, said = text.partition("|")
    if not bar or not said.strip():
        raise block.not_allowed("reply", text, "1280 | …")
    return _option(block, "reply", wrong.strip()), block.inlines(said.strip())


def _option(block: Directive, option: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise block.no_number(option, text)
    return number
