"""Rules of plugins: what `evoclass check` finds under a code of theirs, and how it is put right."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from evoclass.errors import Problem
from evoclass.model import Lesson

__all__ = ["Edit", "LessonRule"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one line: another text for it, none at all, or a further line before it."""

    line: int
    """Counted from 1."""
    text: str | None = None
    """The new line; None removes it."""
    insert: bool = False
    """Whether `text` comes before the line instead of replacing it."""


class LessonRule(ABC):
    """One thing that can be wrong with a lesson.  Subclasses are registered with the hook `register_rules`.

    Its sentence is `problem.CODE` of the plugin's locale files, what to do about it `problem.CODE_fix`.
    """

    code: ClassVar[str]
    """One to four capitals that no other plugin uses, and three digits: `ACME001`."""
    error: ClassVar[bool] = False
    """Whether the lesson cannot be used like this; else it is a warning."""
    wrong: ClassVar[str] = ""
    """A few lines of a lesson that it finds something in, for `evoclass explain` and for tests."""
    right: ClassVar[str] = ""
    """The same lines as they should be."""

    @abstractmethod
    def check(self, lesson: Lesson) -> Iterable[Problem]:
        """Return what is wrong with a lesson, each a `self.problem(line)`."""

    def fix(self, problem: Problem, lines: Sequence[str]) -> Iterable[Edit]:
        """Return the edits for `check --fix`; none where it takes an author."""
        return ()

    def problem(self, line: int, column: int = 1, **fields: Any) -> Problem:
        """Return a problem at a line; `fields` fill the sentence."""
        return Problem(self.code, line, column, fields, severity="error" if self.error else "warning")
