"""Guesses that no run of the lesson could ever answer, or that come after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from evoclass.errors import Problem
from evoclass.learner.guessed import Measured
from evoclass.model import Guess, Lab, Lesson
from evoclass.reading.guesses import counts, measure


def guess_problems(guess: Guess, lesson: Lesson) -> Iterator[Problem]:
    """Yield what is wrong with a guess beside the lesson's labs."""
    lab = next((lab for lab in lesson.labs if lab.file == guess.file), None)
    fields = {"id": guess.id, "file": guess.file}
    if not guess.prompt:
        yield Problem("E117", guess.line, fields=fields | {"variant": "empty"})
    if lab is None:
        near = get_close_matches(guess.file, [lab.file for lab in lesson.labs], 1, 0.6)
        yield Problem("E118", _line(guess, "lab"), fields=fields | {"near": near[0] if near else ""})
        return
    if guess.asks == "curve" and guess.curve not in lab.watch:
        line = _line(guess, "curve")
        yield Problem("E118", line, fields=fields | {"name": guess.curve, "variant": "curve"})
    if (guess.having or guess.without) and counts(guess, lab.code):
        first = guess.having or guess.without
        line = _line(guess, "with" if guess.having else "without", first[0])
        yield Problem("E118", line, fields=fields | {"variant": "idle"})
    if not (guess.having or guess.without) and _comes_first(lab, guess, lesson):
        yield Problem("W074", guess.line, fields=fields)


def _comes_first(lab: Lab, guess: Guess, lesson: Lesson) -> bool:
    """Whether a learner comes by the lab, and runs it, before the guess."""
    return next((block is lab for block in lesson.walk() if block is lab or block is guess), False)


def unanswered(
    lesson: Lesson, found: Mapping[str, Measured | None], failed: Collection[str]
) -> Iterator[Problem]:
    """Yield a problem for each guess that the lesson's own runs do not answer.

    `found` is what the runs gave, by the guess's id; `failed` has the files of the labs that failed.
    """
    for guess in lesson.guesses:
        if guess.id not in found or guess.file in failed:
            continue
        value = found[guess.id]
        fields: dict[str, object] = {"id": guess.id, "file": guess.file}
        if value is None:
            what = guess.curve if guess.asks == "curve" else guess.value or measure(guess)
            yield Problem(
                "E119",
                _line(guess, {"number": "value", "option": "when", "curve": "curve"}[guess.asks]),
                fields=fields | {"expression": what, "variant": "" if guess.asks == "number" else guess.asks},
            )
        elif _outside(guess, value) and not (guess.having or guess.without):
            fields |= {"value": value, "low": f"{guess.low:g}", "high": f"{guess.high:g}", "variant": "range"}
            yield Problem("E119", _line(guess, "range"), fields=fields)


def _outside(guess: Guess, value: Measured) -> bool:
    return guess.asks == "number" and not (isinstance(value, float) and guess.low <= value <= guess.high)


def _line(guess: Guess, option: str, value: str = "") -> int:
    lines = [line for line in guess.settings if line.key == option]
    return next((line.line for line in lines if value in line.value), guess.line)
