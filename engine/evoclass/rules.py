"""Plugins' rules for lessons: what `evoclass check` reports under their codes, and how to fix it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from evoclass.errors import Problem
from evoclass.frozen import frozen
from evoclass.model import Lesson

__all__ = ["Edit", "LessonRule"]


@frozen
class Edit:
    """A change of one line: replace it, remove it, or insert a line before it."""

    line: int
    """Counted from 1."""
    text: str | None = None
    """The new line; None removes it."""
    insert: bool = False
    """Whether `text` comes before the line instead of replacing it."""


class LessonRule(ABC):
    """One thing that can be wrong with a lesson.  Subclasses are registered with the hook `register_rules`.

    Its sentence is `problem.CODE` of the plugin's locale files, and the fix is `problem.CODE_fix`.
    """

    code: ClassVar[str]
    """One to four capitals that no other plugin uses, and three digits: `ACME001`."""
    error: ClassVar[bool] = False
    """Whether the problem is an error, because the lesson cannot be used with it; otherwise it is a warning."""
    wrong: ClassVar[str] = ""
    """A few lines of a lesson with this problem, for `evoclass explain` and for tests."""
    right: ClassVar[str] = ""
    """The same lines as they should be."""

    @abstractmethod
    def check(self, lesson: Lesson) -> Iterable[Problem]:
        """Return the problems of a lesson, each made with `self.problem(line)`."""

    def fix(self, problem: Problem, lines: Sequence[str]) -> Iterable[Edit]:
        """Return the edits for `check --fix`; none where only an author can decide."""
        return ()

    def problem(self, line: int, column: int = 1, **fields: Any) -> Problem:
        """Return a problem at a line; `fields` fill the sentence."""
        return Problem(self.code, line, column, fields, severity="error" if self.error else "warning")
