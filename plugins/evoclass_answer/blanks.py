"""`:::{blanks}`: code with gaps, each written as `____`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Self

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.exercise import Answer, Bench, Exercise, Feedback, Field, Text, Verdict
from evoclass.frozen import frozen
from evoclass.model import AnyBlock, CodeBlock, Inlines, Span
from evoclass_answer.text import folded_code

GAP = re.compile(r"(?<![A-Za-z0-9_])____(?![A-Za-z0-9_])")
"""Four underscores that are not part of a longer name."""


@frozen
class Gap:
    """One gap: the accepted texts, with the one to show as the solution first, and the reason."""

    accepted: tuple[str, ...]
    why: Inlines = ()


@frozen
class BlanksQuestion(Exercise):
    """Fill the gaps of a program."""

    kind: ClassVar[str] = "blanks"
    options: ClassVar[dict[str, str]] = {
        "blank": "What goes in the next gap; alternatives are separated by ` | `.",
        "why": "Feedback for the gap above, shown when it is filled right.",
    }
    repeatable: ClassVar[frozenset[str]] = frozenset({"blank", "why"})
    fixed: ClassVar[frozenset[str]] = frozenset({"blank"})

    code: str
    gaps: tuple[Gap, ...]

    @classmethod
    def parse(cls, block: Directive) -> Self:
        with_gaps = [(code, line) for _, code, line in block.codes if GAP.search(code)]
        if len(with_gaps) != 1:
            fields = {"directive": block.name, "count": len(with_gaps)}
            if block.codes and not with_gaps:
                fields["variant"] = "gap"
            raise LessonError(
                Problem("E061", block.codes[0][2] - 1 if block.codes else block.line, fields=fields)
            )
        (code, line) = with_gaps[0]
        gaps: list[Gap] = []
        for setting in block.settings:
            if setting.key == "blank":
                # A bar at either end leaves an empty alternative that no author intends.
                parts = tuple(
                    part.strip().replace("\\|", "|")
                    for part in re.split(r"(?<!\\)(?:\A| )\|(?= |\Z)", setting.value)
                )
                if not all(parts):
                    raise LessonError(Problem("E062", setting.line, fields={"directive": block.name}))
                gaps.append(Gap(tuple(_bare(part) for part in parts)))
            elif setting.key == "why" and not gaps:
                raise LessonError(
                    Problem("E062", setting.line, fields={"directive": block.name, "variant": "why"})
                )
            elif setting.key == "why":
                gaps[-1] = replace(gaps[-1], why=block.inlines(setting.value))
        count = len(GAP.findall(code))
        if count != len(gaps):
            fields = {"directive": block.name, "gaps": count, "blanks": len(gaps)}
            raise LessonError(Problem("E063", line, fields=fields))
        texts = [gap.accepted[0] for gap in gaps]
        problem = _broken(code, _fill(code, texts))
        if problem:
            fields = {"detail": problem, "file": "blank", "variant": "blank"}
            raise LessonError(Problem("E079", block.line_of("blank"), fields=fields))
        return cls(code, tuple(gaps))

    def remarks(self) -> Iterable[Inlines]:
        return [gap.why for gap in self.gaps if gap.why]

    def programs(self) -> Sequence[str]:
        return (self.code,)

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        return tuple(
            replace(part, code=_numbered(part.code))
            if isinstance(part, CodeBlock) and GAP.search(part.code)
            else part
            for part in block.body
        )

    def form(self) -> Sequence[Field]:
        return [
            Text(name=_name(number), label=f"__{number}__", language="python")
            for number in range(1, len(self.gaps) + 1)
        ]

    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        values = [answer.get(_name(number)) for number in range(1, len(self.gaps) + 1)]
        given = [value.strip() if isinstance(value, str) else "" for value in values]
        if not any(given):
            return Verdict.incomplete(Feedback((Span(bench.text("blanks.empty")),), False))
        feedback = []
        right = 0
        for place, (gap, text) in enumerate(zip(self.gaps, given, strict=True)):
            good = bool(text) and self._fits(place, text)
            right += good
            key = "blanks.right" if good else "blanks.wrong" if text else "blanks.open"
            words = gap.why if good and gap.why else (Span(bench.text(key)),)
            feedback.append(Feedback(words, good, _name(place + 1)))
        if right == len(self.gaps):
            return Verdict.right(*feedback)
        return Verdict.wrong(*feedback, score=right / len(self.gaps))

    def _fits(self, place: int, text: str) -> bool:
        """Whether `text` fits a gap: as one of the alternatives, or because the whole program is the same."""
        gap = self.gaps[place]
        if any(folded_code(text) == folded_code(option) for option in gap.accepted):
            return True
        try:
            mine = ast.dump(ast.parse(self._filled(place, text)))
            return any(mine == ast.dump(ast.parse(self._filled(place, option))) for option in gap.accepted)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False

    def _filled(self, place: int, text: str) -> str:
        texts = [gap.accepted[0] for gap in self.gaps]
        texts[place] = text
        return _fill(self.code, texts)

    def solution(self) -> Answer:
        return {_name(number): gap.accepted[0] for number, gap in enumerate(self.gaps, 1)}


def _broken(code: str, filled: str) -> str:
    """Return why a program that is valid Python with its gaps is invalid once they are filled; empty if it is valid."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""  # a piece of a program, or not Python
    try:
        ast.parse(filled)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(getattr(error, "msg", error))
    return ""


def _name(number: int) -> str:
    return f"blank{number}"


def _fill(code: str, texts: Sequence[str]) -> str:
    remaining = iter(texts)
    return GAP.sub(lambda _: next(remaining), code)


def _numbered(code: str) -> str:
    numbers = iter(range(1, len(GAP.findall(code)) + 1))
    return GAP.sub(lambda _: f"__{next(numbers)}__", code)


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1] else text
