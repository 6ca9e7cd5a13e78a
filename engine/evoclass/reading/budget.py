"""What reading a lesson may cost, counted in steps and not in seconds: the same lesson has the same faults everywhere.

A step is about a microsecond of work.  Every part of reading spends from one budget; a block that outgrows its share
becomes a fault with its line, and when all is spent, so does the rest of the lesson.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evoclass.errors import LessonError, Problem

BASE = 1_000_000
A_CHARACTER = 8
MOST = 8_000_000
"""Steps of a whole lesson: `BASE` and some for each character, `MOST` in all.  Dense honest text takes one or two a
character."""

ENOUGH = 10_000
"""With fewer steps left, the rest of the lesson is not read."""

BLOCK = 20
"""Steps of a block of its own, whatever stands in it."""

VISIT = 5
"""Steps of a look at one line: lines inside quotes inside lists are looked at several times."""

ELEMENT = 5
"""Steps of one piece of inline text."""

INLINE = 20_000
"""Longest stretch of inline text, in characters: a paragraph, a cell, an option."""

DEPTH = 40
"""How deep blocks may stand inside each other; a list and its item count as two."""


class TooMuch(LessonError):
    """A block outgrows the budget of reading; its one problem (E035) may still have no line."""

    def __init__(self, variant: str = "", line: int = 0, **fields: object) -> None:
        super().__init__(Problem("E035", line, fields={"variant": variant, **fields}))

    @property
    def variant(self) -> str:
        """Which bound was met: `depth`, `length`, or that of steps, which has no name."""
        return str(self.problems[0].fields["variant"])

    def at(self, line: int) -> Problem:
        """Return the problem with the line that it concerns, unless it knows that already."""
        problem = self.problems[0]
        return problem if problem.line else Problem(problem.code, line, fields=problem.fields)


class Budget:
    """Steps that are left for a lesson."""

    def __init__(self, size: int) -> None:
        self.left = min(BASE + A_CHARACTER * size, MOST)
        self._floor = 0
        """What the part at hand must leave to the others."""

    @classmethod
    def of(cls, steps: int) -> Budget:
        """Return a budget of so many steps."""
        budget = cls(0)
        budget.left = steps
        return budget

    def spend(self, steps: int) -> None:
        """Take steps.  Raises TooMuch when the part at hand has not that many."""
        self.left -= steps
        if self.left < self._floor:
            raise TooMuch

    @property
    def spent(self) -> bool:
        """Whether nothing worth speaking of is left."""
        return self.left < ENOUGH

    @property
    def over(self) -> bool:
        """Whether the part at hand has taken all that it may."""
        return self.left < self._floor

    def begin(self) -> None:
        """Begin the next block of the lesson: it may take half of what is left."""
        self._floor = self.left // 2

    @contextmanager
    def share(self, steps: int) -> Iterator[None]:
        """Let what runs inside take so many steps at most."""
        floor = self._floor
        self._floor = max(floor, self.left - steps)
        try:
            yield
        finally:
            self._floor = floor
