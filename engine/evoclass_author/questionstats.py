"""How a question went, over many learners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from evoclass.errors import EvoClassError
from evoclass.exercise import Choice, Code, Field, Match, Order, Row
from evoclass.fields.field import words_in
from evoclass.learner.trail import Trail
from evoclass.model import CodeBlock, ExerciseBlock, plain_text
from evoclass.wording.printable import printable

LONGEST = 60
"""Most characters of an answer."""

MOST = 2_000
"""Most different wrong answers of one question that are counted."""


@dataclass(slots=True)
class QuestionStats:
    """How many learners did what at one question.  Who only typed something is not counted."""

    learners: int = 0
    """Who checked an answer or looked at the solution."""
    right_at_once: int = 0
    """Whose first answer was right, with the solution unseen."""
    passed: int = 0
    seen: int = 0
    """Who looked at the solution before a right answer."""
    hinted: int = 0
    """Who asked for a hint."""
    tries: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    """How many learners gave each wrong answer."""
    numbers: dict[str, tuple[Field, float]] = field(default_factory=dict)
    """Which of them are numbers, in which field."""

    def take(self, trail: Trail, asked: ExerciseBlock | None) -> None:
        """Add one learner; without the question, wrong answers have no words."""
        if not trail.attempts and not trail.seen:
            return
        self.learners += 1
        self.right_at_once += trail.right_at_once
        self.passed += trail.passed
        self.seen += trail.seen
        self.hinted += trail.hints > 0
        if trail.attempts:
            self.tries.append(trail.tries)
        if trail.seconds:
            self.seconds.append(trail.seconds)
        if asked is not None:
            for text, number in _wrong(trail, asked).items():
                if text in self.wrong or len(self.wrong) < MOST:
                    self.wrong[text] += 1
                    if number is not None:
                        self.numbers[text] = number

    @property
    def share_at_once(self) -> float:
        """The share of learners who were right at once."""
        return self.right_at_once / self.learners

    @property
    def mean_tries(self) -> float | None:
        """How many answers a learner checked, on average."""
        return fmean(self.tries) if self.tries else None

    @property
    def usual_seconds(self) -> float | None:
        """How long half of the learners took at most."""
        return median(self.seconds) if self.seconds else None

    def worst(self, count: int) -> list[tuple[str, int]]:
        """Return the wrong answers given by most learners, each with their number."""
        return sorted(self.wrong.items(), key=lambda found: (-found[1], found[0]))[:count]

    def worst_in(self, language: str, count: int) -> Iterator[tuple[str, int]]:
        """Yield the same as a language writes numbers."""
        for text, learners in self.worst(count):
            if text in self.numbers:
                part, number = self.numbers[text]
                text = " ".join(_short(row) for row in _rows(words_in(part, number, language)))
            yield text, learners


def _wrong(trail: Trail, asked: ExerciseBlock) -> dict[str, tuple[Field, float] | None]:
    """Return the wrong answers of one learner in words, each once, and with its number if it is one."""
    wrong = [attempt.answer for attempt in trail.attempts if not attempt.passed]
    try:
        parts, solution = (asked.exercise.form(), asked.exercise.solution()) if wrong else ((), {})
    except EvoClassError:
        return {}
    found: dict[str, tuple[Field, float] | None] = {}
    # With values of the learner's own, only the learner's program knew what is right.
    certain = None if asked.variants is None else len(parts) == 1
    for part in parts:
        for answer in wrong:
            try:
                value = answer.get(part.name)
                words = _words(part, value, solution, certain=certain)
                number = (part, value) if isinstance(value, float) else None
                found.update((text, number) for text in map(_short, words) if text)
            except Exception:  # the file may hold anything where the field expects a key or a number
                continue
    return found


def _words(part: Field, value: Any, solution: Mapping[str, Any], *, certain: bool | None) -> Iterator[str]:
    """Yield what is wrong in a wrong answer: options, pairs or all of it; no two programs are the same.

    `certain` says that a typed value is wrong, or is right for all one knows; None lets the solution decide.
    """
    right = solution.get(part.name)
    match part:
        case Choice():
            keys = value if isinstance(value, list) else [value]
            allowed = right if isinstance(right, list) else [right]
            for option in part.options:
                if option.key in keys and option.key not in allowed:
                    yield plain_text(option.text)
        case Match():
            pairs = right if isinstance(right, dict) else {}
            given = value.items() if isinstance(value, dict) else ()
            for left, partner in given:
                if pairs.get(left) != partner:
                    yield from _text(part, {left: partner})
        case Code() | Order():
            return
        case _ if not part.several_lines and (value != right if certain is None else certain):
            yield from _text(part, value.strip() if isinstance(value, str) else value)


def _text(part: Field, value: Any) -> Iterator[str]:
    yield from _rows(part.words(value))


def _rows(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield row.code if isinstance(row, CodeBlock) else plain_text(row)


def _short(text: str) -> str:
    text = " ".join(printable(text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
