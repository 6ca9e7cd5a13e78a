"""A lesson's questions as an export sees them: their fields, their right answers, and the story they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from evoclass.errors import EvoClassError
from evoclass.exercise import Answer, Bench, Choice, Code, Field, Match, Number, Order, Text, Value
from evoclass.model import AnyBlock, ExerciseBlock, Inlines, Lesson, Steps
from evoclass.pluginhost.kept import Kept

KINDS = (Choice, Code, Match, Number, Order, Text)
"""Kinds of fields that other formats have.  A subclass is a separate kind: only it knows its right answers."""

MOST_LEVELS = 9
"""Most levels of indentation that an export shows."""


@dataclass
class Question:
    """One question, asked once for its form and its solution, so that a broken plugin fails in one place."""

    block: ExerciseBlock
    steps: Steps | None = None
    """The challenge that contains this step."""
    fields: Sequence[Field] = ()
    solution: Answer = field(default_factory=dict)
    remarks: bool = False
    """Whether the author wrote feedback for answers."""
    replies: tuple[tuple[float, Inlines], ...] = ()
    """Wrong numbers that the author expects, each with its feedback."""
    failure: str = ""
    """The error raised when the question type was asked."""

    def __post_init__(self) -> None:
        self.ask()

    def ask(self) -> None:
        """Ask the question type for its form and its solution."""
        try:
            exercise = self.block.exercise
            self.fields, self.solution = tuple(exercise.form()), dict(exercise.solution())
            self.replies = tuple(self.own("replies", ()))
            self.remarks = any(exercise.remarks())
        except Exception as error:  # a plugin may raise anything; the other questions are still exported
            self.fields, self.solution = (), {}
            self.failure = f"{type(error).__name__}: {error}"

    @property
    def story(self) -> tuple[AnyBlock, ...]:
        """A challenge's text before its steps, for formats in which each step is a separate question."""
        return self.steps.intro if self.steps is not None else ()

    @property
    def title(self) -> Inlines:
        """Title of the challenge."""
        return self.steps.title if self.steps is not None else ()

    @property
    def known(self) -> bool:
        """Whether every field is of a kind that other formats have."""
        return bool(self.fields) and all(type(part) in KINDS for part in self.fields)

    @property
    def solved(self) -> bool:
        """Whether there is an answer to show."""
        return any(value not in ("", None) for value in self.solution.values())

    @property
    def checkable(self) -> bool:
        """Whether a web page can tell a right answer from a wrong one by comparing."""
        if not self.known or not self.solved or self.block.exercise.runs_code:
            return False
        right = self.own("accepted", ())
        # How to compare texts of another type, only that type knows; of a shape, each size is known.
        shapes = bool(right) and all(isinstance(shape, tuple) for shape in right)
        compared = shapes or self.own("folds", None) is not None
        texts = self.own("gaps", None) is not None or (bool(right) and compared)
        return all(
            type(part) is Choice
            or (type(part) is Number and self.own("tolerance", None) is not None)
            or (type(part) is Text and part.lines == 1 and texts)
            for part in self.fields
        )

    def value(self, part: Field) -> Value:
        """Return the right value of a field."""
        return self.solution.get(part.name)

    def own(self, name: str, otherwise: Any) -> Any:
        """Return an attribute of a bundled question type; in a plugin's type the same name may mean anything."""
        exercise = self.block.exercise
        return otherwise if issubclass(type(exercise), Kept) else getattr(exercise, name, otherwise)


def entries(part: Order, value: Value) -> list[tuple[str, int]]:
    """Return the key and the level of each line of an order."""
    found = []
    for entry in value if isinstance(value, list) else []:
        key, _, level = entry.partition(":") if part.indent else (entry, "", "")
        found.append((key, min(int(level), MOST_LEVELS) if level.isdecimal() and len(level) < 3 else 0))
    return found


def questions(lesson: Lesson) -> list[Question]:
    """Return the questions of a lesson in order."""
    found = []
    owners = {step.id: block for block in lesson.walk() if isinstance(block, Steps) for step in block.steps}
    for block in lesson.exercises:
        found.append(Question(block, owners.get(block.id)))
    return found


async def solve(asked: Sequence[Question], bench: Bench) -> None:
    """Run the programs of the questions whose answers only a run can find."""
    for question in asked:
        if question.block.exercise.runs_code and not question.solved and not question.failure:
            try:
                await question.block.exercise.solve(bench)
            except EvoClassError as error:
                question.failure = str(error)
            except Exception as error:  # a plugin may raise anything
                question.failure = f"{type(error).__name__}: {error}"
            else:
                question.ask()
