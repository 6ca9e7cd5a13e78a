"""The event log (SQLite) and what is derived from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from evoclass.exercise import Answer
from evoclass.protocol import Exit, Frame


@dataclass(slots=True)
class ExerciseState:
    """Where a learner stands with one exercise."""

    attempts: int = 0
    passed: bool = False
    """Passed without having seen the solution first."""
    revealed: bool = False
    hints: int = 0
    """How many hints have been shown."""
    score: float = 0.0
    """Best score before a reveal."""
    answer: Answer | None = None
    """Last answer that was checked."""
    draft: Answer | None = None
    """Last answer that was not checked yet."""

    @property
    def done(self) -> bool:
        """Whether the next step of a challenge may open."""
        return self.passed or self.revealed


@dataclass(slots=True)
class RunRecord:
    """The last run of a lab, as far as it is kept: enough to show the panels as they were."""

    file: str
    code: str
    runner: str
    exit: Exit
    output: str
    """End of the output, at most 20,000 characters."""
    frame: Frame | None = None
    """The last frame, whole."""
    live: dict[str, str] = field(default_factory=dict)
    time: float = 0.0
    """When it started, as seconds since 1970."""


@dataclass(slots=True)
class LessonState:
    """Where a learner stands with one lesson, folded from the events."""

    exercises: dict[str, ExerciseState] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    """The learner's version of each lab file that was edited."""
    runs: dict[str, list[RunRecord]] = field(default_factory=dict)
    """Latest runs of each lab file, newest last."""
    block: str = ""
    """Block that stood at the top of the reader."""
    seconds: float = 0.0
    """Active study time."""
    language: str = ""
    opened: bool = False

    def exercise(self, block_id: str) -> ExerciseState:
        """Return the state of one exercise, making it on first use."""
        return self.exercises.setdefault(block_id, ExerciseState())
