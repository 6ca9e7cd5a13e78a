"""The cost limit of reading a lesson, in steps and not in seconds: a lesson has the same faults on every machine.

A step is about a microsecond of work.  All parts of reading spend from one budget.  A block that exceeds its share
becomes a fault with its line.  When the budget is spent, so does the rest of the lesson.
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
"""Steps of a block itself, whatever it contains."""

VISIT = 5
"""Steps of one look at a line: lines inside quotes inside lists are read several times."""

ELEMENT = 5
"""Steps of one piece of inline text."""

A_FILE = 500
"""Steps of finding another file of the course."""

SEARCH = 100
"""Steps of finding the known name that an unknown one was meant to be."""

COMMAND = 2_000
"""Steps of the same for a TeX command: there are very many."""

INLINE = 20_000
"""Longest stretch of inline text, in characters: a paragraph, a cell, an option."""

DEPTH = 40
"""How deep blocks may be nested; a list and its item count as two."""


class TooMuch(LessonError):
    """A block exceeds the budget of reading; its one problem (E035) may not have a line yet."""

    def __init__(self, variant: str = "", line: int = 0, **fields: object) -> None:
        super().__init__(Problem("E035", line, fields={"variant": variant, **fields}))

    @property
    def variant(self) -> str:
        """Which limit was reached: `depth`, `length`, or an empty text for the steps."""
        return str(self.problems[0].fields["variant"])

    def at(self, line: int) -> Problem:
        """Return the problem with its line; a line that it already has is kept."""
        problem = self.problems[0]
        return problem if problem.line else Problem(problem.code, line, fields=problem.fields)


def too_much(error: TooMuch | RecursionError) -> TooMuch:
    """Return the problem of a block: Python's limit counts as too deep."""
    return error if isinstance(error, TooMuch) else TooMuch("depth")


class Budget:
    """Steps that are left for a lesson."""

    def __init__(self, size: int) -> None:
        self.left = min(BASE + A_CHARACTER * size, MOST)
        self._floor = 0
        """Steps that the current part must leave to the others."""

    @classmethod
    def of(cls, steps: int) -> Budget:
        """Return a budget of so many steps."""
        budget = cls(0)
        budget.left = steps
        return budget

    def spend(self, steps: int) -> None:
        """Take steps.  Raises TooMuch when the current part does not have that many."""
        self.left -= steps
        if self.left < self._floor:
            raise TooMuch

    @property
    def spent(self) -> bool:
        """Whether too few steps are left to go on."""
        return self.left < ENOUGH

    @property
    def over(self) -> bool:
        """Whether the current part has used up its share."""
        return self.left < self._floor

    def begin(self) -> None:
        """Begin the next block of the lesson: it may take half of what is left."""
        self._floor = self.left // 2

    @contextmanager
    def share(self, steps: int) -> Iterator[None]:
        """Allow the code inside the context at most so many steps."""
        floor = self._floor
        self._floor = max(floor, self.left - steps)
        try:
            yield
        finally:
            self._floor = floor
