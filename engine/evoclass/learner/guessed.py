"""A learner's guesses at one block, and what the runs gave: a part of the fold over the log."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from evoclass.frozen import mutable

Measured = float | str | list[tuple[int, float]]
"""What a run gave: a number (or `nan` and `inf` as text), the key of an option, or the points of a curve."""

MOST_POINTS = 256
"""Most points of a curve that the log may hold here."""

KEPT = 20
"""How many guesses at one block the state keeps."""

GuessValue = float | str | list[str]
"""A guess: a number, the key of an option, or the levels of a drawn curve."""


@mutable
class Guessed:
    """One guess."""

    value: GuessValue
    time: float
    """When it was made, as seconds since 1970."""
    late: bool
    """Whether the answer was known: a run that gave it had begun, or the learner had asked for it."""


@mutable
class GuessState:
    """The guesses at one block, the newest last, and what the latest run gave."""

    guesses: list[Guessed] = field(default_factory=list)
    measured: Measured | None = None
    draft: GuessValue | None = None
    """What stands in the field and has not been kept as a guess; a number may be half typed, as text."""
    looked: float | None = None
    """When the learner asked what comes instead of waiting for a run, as seconds since 1970."""

    @property
    def own(self) -> Guessed | None:
        """The guess that counts: the last one before the first run."""
        return next((guess for guess in reversed(self.guesses) if not guess.late), None)

    @property
    def told(self) -> bool:
        """Whether what comes may be seen: a run gave it, or the learner asked for it."""
        return self.measured is not None or self.looked is not None

    @property
    def newest(self) -> Guessed | None:
        """The latest guess, before a run or after it."""
        return self.guesses[-1] if self.guesses else None

    def make(self, value: Any, time: float) -> None:
        """Take a guess; one that no version makes changes nothing."""
        guess = _guess(value)
        if guess is not None:
            self.draft = None
            self.guesses = [*self.guesses, Guessed(guess, time, self.told)]
            if len(self.guesses) > KEPT:
                older, own = self.guesses[:-KEPT], self.own  # the one that counts stays
                self.guesses = [each for each in older if each is own] + self.guesses[-KEPT:]

    def write(self, value: Any) -> None:
        """Take what stands in the field; nothing where it was emptied."""
        self.draft = _guess(value)

    def look(self, time: float) -> None:
        """Take that the learner asked what comes."""
        if self.looked is None:
            self.looked = time

    def ran(self, value: Any, start: float) -> None:
        """Take what a run gave that began at `start`."""
        found = _measured(value)
        if found is None:
            return
        self.measured = found
        for guess in self.guesses:
            guess.late = guess.late or guess.time > start


def _guess(value: Any) -> GuessValue | None:
    match value:
        case bool():
            return None
        case int() | float():
            return float(value)
        case str() if value:
            return value
        case [*parts] if parts and all(isinstance(part, str) for part in parts):
            return [str(part) for part in parts]
    return None


def _measured(value: Any) -> Measured | None:
    match value:
        case bool():
            return None
        case int() | float():
            return float(value)
        case str() if value:
            return value
        case [*points] if 0 < len(points) <= MOST_POINTS:
            found = [
                (step, float(y))
                for step, y in (
                    point for point in points if isinstance(point, list | tuple) and len(point) == 2
                )
                if type(step) is int and type(y) in (int, float)
            ]
            return found if len(found) == len(points) else None
    return None
