"""An exercise is a form: a question type names its fields, parses its directive and grades an answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from random import Random
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from evoclass.directive import Directive
from evoclass.errors import Problem
from evoclass.fields.field import Field, InvalidAnswer, Option, Row, Value
from evoclass.fields.picked import Choice, Match, Order
from evoclass.fields.written import Code, Number, Text
from evoclass.frozen import frozen
from evoclass.model import AnyBlock, ExerciseBlock, Inlines
from evoclass.protocol import ErrorReport, Exit, Summary
from evoclass.reading import draw

if TYPE_CHECKING:
    from evoclass.explanation import Explanation

__all__ = [
    "Answer",
    "Bench",
    "Choice",
    "Code",
    "CodeResult",
    "Exercise",
    "Feedback",
    "Field",
    "InvalidAnswer",
    "Match",
    "Number",
    "Option",
    "Order",
    "Row",
    "Text",
    "Value",
    "Verdict",
]

COMMON_OPTIONS = {
    "hint": "A hint; repeat it for more, shown one at a time.",
    "solution": "Explanation shown with the solution and after a right answer.",
    "tries": "How many attempts there are before the solution is shown.",
    **draw.OPTIONS,
}
"""Options that every question type takes."""

REPEATABLE_OPTIONS = frozenset({"hint", "solution", *draw.OPTIONS})

Answer = Mapping[str, Value]
"""The learner's answer: a value for each field, by the field's name."""


@frozen
class Feedback:
    """A sentence to the learner about one field or one option."""

    text: Inlines
    good: bool
    field: str = ""
    option: str = ""
    """Key of the option, for choices."""


@frozen
class Verdict:
    """The result of grading an answer."""

    score: float
    """From 0 to 1; partial credit in between."""
    passed: bool
    feedback: tuple[Feedback, ...] = ()
    valid: bool = True
    """False when the answer could not be graded (nothing chosen, not a number): it does not count as an attempt."""

    @classmethod
    def right(cls, *feedback: Feedback) -> Self:
        """Return full marks."""
        return cls(1.0, True, feedback)

    @classmethod
    def wrong(cls, *feedback: Feedback, score: float = 0.0) -> Self:
        """Return a fail, with partial credit if `score` is above zero."""
        return cls(score, False, feedback)

    @classmethod
    def incomplete(cls, *feedback: Feedback) -> Self:
        """Return 'not an answer yet'."""
        return cls(0.0, False, feedback, valid=False)


@frozen
class CodeResult:
    """The result of running a program for grading."""

    output: str
    exit: Exit
    values: dict[str, str] = field(default_factory=dict)
    """`repr` of each requested expression, by expression; missing when it failed."""
    tensors: tuple[Summary, ...] = ()


class Bench(Protocol):
    """Tools for grading: the learner's language, and a place to run code, seeded and limited."""

    language: str

    async def run(
        self, code: str, *, values: Sequence[str] = (), seconds: float = 20.0, seed: int = 0
    ) -> CodeResult:
        """Run `code` in a clean process and return its output, its end and the requested values.

        Raises RunnerError when there is no runner.
        """
        ...

    def text(self, key: str, **fields: object) -> str:
        """Return an interface sentence in the learner's language."""
        ...

    def explain(self, error: ErrorReport) -> Explanation | None:
        """Return the explanation that a lab gives of an error; None where it gives none."""
        ...


class Exercise(ABC):
    """A question type.  Subclasses are registered with the hook `register_exercises`."""

    kind: ClassVar[str]
    """Name of the directive in lessons."""
    runs_code: ClassVar[bool] = False
    """Whether grading needs the bench; if so, an answer is not graded again when a lesson is reopened."""
    reviewed: ClassVar[bool] = True
    """Whether a review asks it again on another day; what only the learner can judge is asked once."""
    options: ClassVar[Mapping[str, str]] = {}
    """Option names that the directive takes in addition to the common ones, each with its meaning."""
    repeatable: ClassVar[frozenset[str]] = frozenset()
    """Those of `options` that may be repeated."""
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Those of `options` that a translation must not change."""
    fixed_heads: ClassVar[frozenset[str]] = frozenset()
    """Options whose text before the first `|` a translation must not change."""
    takes_code: ClassVar[bool] = False
    """Whether code fences inside belong to the exercise (starter, checks) rather than to the prose."""

    @classmethod
    @abstractmethod
    def parse(cls, block: Directive) -> Self:
        """Make the exercise from its directive.  Raises LessonError with the line."""

    def remarks(self) -> Iterable[Inlines]:
        """Return the feedback that the author wrote, in the order of the source; a translation has as many items."""
        return ()

    def programs(self) -> Sequence[str]:
        """Return its programs, shown or hidden; a translation may change only their comments and strings."""
        return ()

    def prompt(self, block: Directive) -> tuple[AnyBlock, ...]:
        """Return the prompt above the form: the prose of the directive, unless the type overrides this."""
        return block.body

    def check(self, block: ExerciseBlock) -> Iterable[Problem]:
        """Return problems that an author should fix although the question works; only `evoclass check` calls this."""
        return ()

    async def check_run(self, block: ExerciseBlock, bench: Bench) -> Iterable[Problem]:
        """Return further problems that show only when code runs; only `evoclass check --run` calls this."""
        return ()

    @abstractmethod
    def form(self) -> Sequence[Field]:
        """Return the fields to fill in."""

    @abstractmethod
    async def grade(self, answer: Answer, bench: Bench) -> Verdict:
        """Judge an answer."""

    @abstractmethod
    def solution(self) -> Answer:
        """Return an answer that gets full marks."""

    async def solve(self, bench: Bench) -> Answer:
        """Return the solution, running code if the type needs to; `solution` knows the result from then on."""
        return self.solution()

    def shuffled(self, random: Random) -> Self:
        """Return the same question with its options in another order, if the order has no meaning."""
        return self

    def reordered(self, random: Random) -> Self:
        """Return the question for a review: in another order even where its page keeps the author's."""
        return self.shuffled(random)
