"""Guesses that no run of the lesson could ever answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from evoclass.errors import Problem
from evoclass.learner.guessed import Measured
from evoclass.model import Guess, Lesson
from evoclass.reading.guesses import bare, measure, names


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
    own = bare(lab.code)
    for code in guess.having:
        if bare(code) in own:
            line = _line(guess, "with", code)
            yield Problem("E118", line, fields=fields | {"code": code, "variant": "with"})
    for code in guess.without:
        if bare(code) not in own:
            line = _line(guess, "without", code)
            yield Problem("E118", line, fields=fields | {"code": code, "variant": "without"})


def unanswered(
    lesson: Lesson, found: Mapping[str, Measured | None], failed: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each guess that the lesson's own runs do not answer.

    `found` is what the runs gave, by the guess's id; `failed` has the programs of the labs that failed.
    """
    lost = " ".join(failed.values())
    for guess in lesson.guesses:
        if guess.id not in found or guess.file in failed or any(name in lost for name in names(guess)):
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
