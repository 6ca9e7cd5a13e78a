"""Guesses before a run: what a run gives for them, and how the two compare, in sentences.  Nothing here is graded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from evoclass.curves import Curve
from evoclass.exercise import Choice, Number, Option
from evoclass.fields.field import Field, Value
from evoclass.fields.sketch import PLACES, TOP, Sketch, in_words, levels_of
from evoclass.i18n import Catalog
from evoclass.learner.guessed import Guessed, GuessState, GuessValue, Measured
from evoclass.learner.progress import LessonState, RunRecord
from evoclass.model import Guess, Lesson, Paragraph, plain_text, walk
from evoclass.reading.guesses import counts, measure, share
from evoclass.wording.numerals import localised

NAME = "guess"
"""Name of the only field."""

POINTS = 64
"""Most points of a measured curve in the log."""

ENOUGH = 6
"""Fewest guesses of which it is said whether the later ones came nearer: two or three in a half are chance."""

CLEAR = 5
"""Least difference between the halves, in percent of the range, that is told as one."""

NEAR = 1 / 16
"""Part of a run, on either side, over which a curve is averaged: a single noisy step says little."""


def field_of(guess: Guess) -> Field:
    """Return the field in which a guess is made."""
    if guess.asks == "option":
        return Choice(name=NAME, options=tuple(Option(option.key, option.text) for option in guess.options))
    return Sketch(name=NAME) if guess.asks == "curve" else Number(name=NAME, unit=_unit(guess))


def guess_of(guess: Guess, value: Value) -> GuessValue | None:
    """Return what a field's value says as a guess; None if it is not one."""
    match guess.asks:
        case "number":
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value) if guess.low <= value <= guess.high else None
            return None
        case "option":
            return value if isinstance(value, str) and _option(guess, value) else None
        case "curve":
            levels = levels_of(value)
            return [str(level) for level in levels] if levels is not None else None


def trouble(guess: Guess, value: Value, catalog: Catalog) -> str:
    """Return why a field's value is not a guess; empty if it is."""
    if guess_of(guess, value) is not None:
        return ""
    if guess.asks == "option":
        return catalog("guess.choose")
    low, high = ends(guess, catalog)
    return catalog("guess.outside", low=low, high=high)


def ends(guess: Guess, catalog: Catalog) -> tuple[str, str]:
    """Return the ends of the range as a reader sees them; the unit stands beside the field."""
    mark = "%" if guess.unit == "%" else ""
    return _rounded(guess, guess.low, catalog) + mark, _rounded(guess, guess.high, catalog) + mark


# ------------------------------------------------------------------------------------------------ what a run gave


def expressions(lesson: Lesson, file: str) -> tuple[str, ...]:
    """Return what a run of a lab evaluates for the guesses about it."""
    found = (measure(guess) for guess in lesson.guesses if guess.file == file)
    return tuple(dict.fromkeys(filter(None, found)))


def measured(guess: Guess, live: Mapping[str, str], curves: Mapping[str, Curve]) -> Measured | None:
    """Return what a run gave; None if it gave nothing."""
    if guess.asks == "curve":
        curve = curves.get(guess.curve)
        return Curve(curve.points, POINTS).known or None if curve is not None else None
    text = live.get(measure(guess), "")
    if guess.asks == "option":
        return text if _option(guess, text) else None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else str(number)


def given(lesson: Lesson, run: RunRecord, curves: Mapping[str, Curve]) -> dict[str, Measured]:
    """Return what a finished run of a lab gave for each guess that is about it, by the guess's id."""
    found = {guess.id: measured(guess, run.live, curves) for guess in about(lesson, run)}
    return {name: value for name, value in found.items() if value is not None}


def about(lesson: Lesson, run: RunRecord) -> list[Guess]:
    """Return the guesses that a run answers if it has their values."""
    if run.exit.reason != "finished" or run.exit.code:
        return []
    return [guess for guess in lesson.guesses if guess.file == run.file and counts(guess, run.code)]


def heights(guess: Guess, measured: object) -> list[float]:
    """Return where a measured curve lies at the places of a drawn one, from 0 to 1; nothing for no curve."""
    points = [point for point in measured if isinstance(point, tuple)] if isinstance(measured, list) else []
    if not points:
        return []
    first, last = points[0][0], points[-1][0]
    length = (last - first) or 1
    found = []
    for place in range(PLACES):
        here = first + length * place / (PLACES - 1)
        near = [y for step, y in points if abs(step - here) <= NEAR * length]
        near = near or [min(points, key=lambda point: abs(point[0] - here))[1]]
        found.append(sum(share(guess, y) for y in near) / len(near))
    return found


# ------------------------------------------------------------------------------------------------- in sentences


def said(guess: Guess, value: GuessValue | Measured, catalog: Catalog) -> str:
    """Return a guess, or what a run gave, in words."""
    match guess.asks, value:
        case "number", float() | int():
            return shown(guess, float(value), catalog)
        case "option", str():
            return catalog("guess.quoted", text=_option(guess, value))
        case "curve", [*_]:
            levels = levels_of(value)
            places = [level / TOP for level in levels] if levels is not None else heights(guess, value)
            return in_words(places, catalog)
    return str(value)


def compared(guess: Guess, value: GuessValue, found: Measured, catalog: Catalog) -> str:
    """Return a guess beside what the run gave."""
    words, came = said(guess, value, catalog), said(guess, found, catalog)
    if guess.asks == "option":
        return catalog("guess.same" if value == found else "guess.option", said=words, found=came)
    if guess.asks == "curve":
        apart = round(100 * (distance(guess, value, found) or 0.0))
        return catalog("guess.curve", said=words, found=came, apart=apart)
    if not isinstance(value, float) or not isinstance(found, float):
        return catalog("guess.option", said=words, found=came)
    if words == came:
        return catalog("guess.same", said=words, found=came)
    if guess.log and min(found, value) > 0:
        # On such a ruler equal distances are equal ratios.
        factor = _rounded(guess, max(found, value) / min(found, value), catalog)
        key = "guess.times_more" if found > value else "guess.times_less"
        return catalog(key, said=words, found=came, factor=factor)
    key = "guess.more" if found > value else "guess.less"
    return catalog(key, said=words, found=came, difference=_difference(guess, abs(found - value), catalog))


def standing(guess: Guess, state: GuessState, catalog: Catalog) -> list[str]:
    """Return how the guesses at a block stand: the one that counts, and a later one that does not."""
    lines = []
    own, newest, found = state.own, state.newest, state.measured
    if own is not None:
        lines.append(
            catalog(_waits(guess), said=said(guess, own.value, catalog), file=guess.file)
            if found is None
            else compared(guess, own.value, found, catalog)
        )
    if newest is not None and newest is not own:
        looked = state.looked is not None and state.looked <= newest.time
        if found is not None:
            key = "guess.late_looked" if looked else "guess.late"
            lines.append(catalog(key, said=compared(guess, newest.value, found, catalog)))
        else:
            lines.append(catalog("guess.said_looked", said=said(guess, newest.value, catalog)))
    if newest is None and found is not None:
        lines.append(catalog("guess.came", found=said(guess, found, catalog)))
    elif newest is None and state.looked is not None:
        lines.append(catalog("guess.looked"))
    return lines


def _waits(guess: Guess) -> str:
    return "guess.waits_change" if guess.having or guess.without else "guess.waits"


def news(
    lesson: Lesson, state: LessonState, run: RunRecord, catalog: Catalog
) -> list[tuple[tuple[str, float], str]]:
    """Return how the guesses compare with a run that has just ended, each with its block and its time."""
    found: list[tuple[tuple[str, float], str]] = []
    for guess in about(lesson, run):
        known = state.guesses.get(guess.id)
        if known is not None and known.newest:
            lines = standing(guess, known, catalog)[:1] if known.measured is not None else []
            found += [((guess.id, known.newest.time), line) for line in lines]
    return found


def guesses_said(lesson: Lesson, state: LessonState, catalog: Catalog) -> list[str]:
    """Return how the learner's guesses before a run compare with what came, and how they got better."""
    lines = [
        catalog("guess.recap", question=question_of(guess), said=compared(guess, own.value, came, catalog))
        for guess, own, came in _answered(lesson, state)
    ]
    if better := got_better(apart(lesson, state), catalog):
        lines.append(better)
    return lines


def apart(lesson: Lesson, state: LessonState) -> list[tuple[float, float]]:
    """Return when each guess before a run was made, and how far it is from what came, as a part of its range."""
    found = ((own.time, distance(guess, own.value, came)) for guess, own, came in _answered(lesson, state))
    return [(time, far) for time, far in found if far is not None]


def got_better(apart: Sequence[tuple[float, float]], catalog: Catalog) -> str:
    """Return how the later half of some guesses compares with the earlier one; nothing for fewer than `ENOUGH`."""
    if len(apart) < ENOUGH:
        return ""
    in_order = [far for _, far in sorted(apart)]
    half = len(in_order) // 2
    before, after = _percent(in_order[:half]), _percent(in_order[half:])
    if abs(after - before) < CLEAR:
        return catalog("guess.alike", apart=_percent(in_order))
    return catalog("guess.nearer" if after < before else "guess.farther", before=before, after=after)


def _answered(lesson: Lesson, state: LessonState) -> Iterator[tuple[Guess, Guessed, Measured]]:
    """Yield each guess that counts and that a run has answered."""
    for guess in lesson.guesses:
        known = state.guesses.get(guess.id)
        if known is not None and known.own is not None and known.measured is not None:
            yield guess, known.own, known.measured


def question_of(guess: Guess) -> str:
    """Return the question of a guess in one line: its last paragraph."""
    asked = [plain_text(block.text) for block in walk(guess.prompt) if isinstance(block, Paragraph)]
    return " ".join(asked[-1].split()) if asked else guess.id


def distance(guess: Guess, value: GuessValue, found: Measured) -> float | None:
    """Return how far a guess lies from what came, as a part of its range; None for an option."""
    if guess.asks == "curve":
        levels, came = levels_of(value), heights(guess, found)
        if levels is None or not came:
            return None
        return sum(abs(level / TOP - y) for level, y in zip(levels, came, strict=True)) / PLACES
    if not isinstance(value, float) or not isinstance(found, float):
        return None
    return abs(share(guess, value) - share(guess, found))


def shown(guess: Guess, number: float, catalog: Catalog) -> str:
    """Return a number with as many digits as its range is worth, in the language's signs, with its unit."""
    digits = _rounded(guess, number, catalog)
    return f"{digits}%" if guess.unit == "%" else f"{digits} {_unit(guess, digits)}".strip()


def _unit(guess: Guess, digits: str = "") -> str:
    """Return the unit, in its first form for exactly 1 if it has two."""
    one, _, many = guess.unit.rpartition("|")
    return (one if one and digits == "1" else many).strip()


def _difference(guess: Guess, number: float, catalog: Catalog) -> str:
    if guess.unit != "%":
        return shown(guess, number, catalog)
    digits = _rounded(guess, number, catalog)
    return catalog("guess.point" if digits == "1" else "guess.points", count=digits)


def _rounded(guess: Guess, number: float, catalog: Catalog) -> str:
    if guess.log or abs(number) > 10 * max(abs(guess.low), abs(guess.high)):
        text = f"{number:.3g}"
        if "e" in text and 1e-6 < abs(number) < 1e9:
            text = f"{float(text):.9f}"
    else:
        text = f"{number:.{max(0, round(-math.log10((guess.high - guess.low) / 1000)))}f}"
    text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return localised("0" if text == "-0" else text, catalog.language)


def _option(guess: Guess, key: str) -> str:
    return next((plain_text(option.text).strip() for option in guess.options if option.key == key), "")


def _percent(parts: Sequence[float]) -> int:
    return round(100 * sum(parts) / len(parts))
