"""The options of a lab about constants of its program: `:knob:`, which the learner turns, and `:lighter:`."""

from __future__ import annotations

import ast
import math
import re

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.model import Knob, OptionLine
from evoclass.reading.constants import Constant, Value, changed, constant
from evoclass.reading.syntax import expression

MOST_VALUES = 200
"""Most values of a knob."""

LARGEST, SMALLEST = 1e15, 1e-15
"""Bounds of the ends and steps of a range: beyond them floats have no room for steps."""

STEPS = 20
"""Steps of a range that names none, about."""

_OPTION = re.compile(r"(?P<name>[^\W\d]\w*)\s+(?P<values>\S.*)\Z")
_RANGE = re.compile(
    r"(?P<first>-?[\d.]+(?:e[+-]?\d+)?)\s*\.\.\s*(?P<last>-?[\d.]+(?:e[+-]?\d+)?)"
    r"(?:\s+(?:(?P<log>log)|step\s+(?P<step>[\d.]+(?:e[+-]?\d+)?)))?\Z",
    re.IGNORECASE,
)


def read_knobs(directive: Directive, code: str) -> tuple[Knob, ...]:
    """Return the knobs of a lab with this program.  Raises LessonError."""
    options = [option for option in directive.settings if option.key == "knob"]
    found = [_knob(option, directive.argument, code) for option in options]
    names = [knob.name for knob in found]
    for option, name in zip(options, names, strict=True):
        if names.count(name) > 1:
            raise _refused(option, "twice", name=name)
    return tuple(found)


def read_lighter(directive: Directive, code: str) -> tuple[tuple[str, str], ...]:
    """Return the constants of a lab's lighter version.  Raises LessonError."""
    found: dict[str, str] = {}
    for option in directive.settings:
        if option.key == "lighter":
            name, _, text = (part.strip() for part in option.value.partition("="))
            own = constant(code, name) if name.isidentifier() else None
            fields = {"value": option.value, "name": name, "file": directive.argument}
            if own is None:
                raise LessonError(Problem("E116", option.line, fields=fields))
            if changed(code, own, text) in (None, code) or name in found:
                raise LessonError(Problem("E116", option.line, fields=fields | {"variant": "value"}))
            found[name] = text
    return tuple(found.items())


def _knob(option: OptionLine, file: str, code: str) -> Knob:
    parts = _OPTION.match(option.value.strip())
    found = constant(code, parts["name"]) if parts is not None else None
    own_is_whole = found is None or isinstance(found.value, int)
    values = _values(parts["values"], own_is_whole) if parts is not None else None
    if parts is None or values is None:
        raise _refused(option, "")
    name = parts["name"]
    if found is None:
        raise _refused(option, "name", name=name, file=file)
    values = _with(found, values, is_range=not parts["values"].startswith("["))
    if values is None:
        raise _refused(option, "start", name=name, start=found.text)
    if not 1 < len(values) <= MOST_VALUES:
        raise _refused(option, "count", count=len(values), most=MOST_VALUES)
    return Knob(name, values, option.line)


def _with(start: Constant, values: tuple[str, ...], *, is_range: bool) -> tuple[str, ...] | None:
    """Return the values with the program's own, as the program writes it; None if it is none of them."""
    numbers = [ast.literal_eval(text) for text in values]
    if start.value in numbers:
        return tuple(
            start.text if value == start.value else text for text, value in zip(values, numbers, strict=True)
        )
    own = start.value
    if not is_range or isinstance(own, str | None) or not numbers[0] < own < numbers[-1]:
        return None
    place = sum(value < own for value in numbers)
    return (*values[:place], start.text, *values[place:])


def _refused(option: OptionLine, variant: str, **fields: object) -> LessonError:
    fields = {"value": option.value, **fields, "variant": variant}
    return LessonError(Problem("E115", option.line, fields=fields))


def _values(text: str, whole: bool) -> tuple[str, ...] | None:
    """Return the values as a program writes them; None if they cannot be read.

    A range of a number that is `whole` has whole numbers, if its ends are.
    """
    if text.startswith("["):
        return _listed(text)
    parts = _RANGE.match(text)
    if parts is None:
        return None
    first, last = _number(parts["first"]), _number(parts["last"])
    if first is None or last is None or last - first < SMALLEST:
        return None
    whole = whole and isinstance(first, int) and isinstance(last, int)
    if parts["log"]:
        steps = _decades(first, last) if first > 0 else []
    elif parts["step"]:
        steps = _multiples(first, _number(parts["step"]), last)
    else:
        step = _nice((last - first) / STEPS, whole)
        steps = _multiples(math.ceil(first / step) * step, step, last)
    if not steps:
        return None
    inside = [step for step in steps if first + (last - first) * 1e-9 < step < last - (last - first) * 1e-9]
    whole = whole and all(step == round(step) for step in inside)
    return tuple(_written(value, whole) for value in (first, *inside, last))


def _multiples(first: float, step: float | None, last: float) -> list[float]:
    """Return the steps of a range, and at most a few more than a knob may have; none for a step that is none."""
    if step is None or step < SMALLEST:
        return []
    count = math.floor(min((last - first) / step + 1e-9, MOST_VALUES))
    return [first + n * step for n in range(count + 1)]


def _listed(text: str) -> tuple[str, ...] | None:
    listed = expression(text)
    if not isinstance(listed, ast.List):
        return None
    try:
        if not all(isinstance(ast.literal_eval(element), Value) for element in listed.elts):
            return None
    except (ValueError, RecursionError):
        return None
    return tuple(dict.fromkeys(ast.get_source_segment(text, element) or "" for element in listed.elts))


def _number(text: str) -> int | float | None:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
    return value if abs(value) <= LARGEST else None


def _nice(step: float, whole: bool) -> int | float:
    """Return a step of 1, 2 or 5 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    nice = next((factor * power for factor in (1, 2, 5) if factor * power >= step * (1 - 1e-9)), 10 * power)
    return max(1, round(nice)) if whole else nice


def _decades(first: float, last: float) -> list[float]:
    """Return 1, 2 and 5 times each power of ten around a range."""
    low, high = math.floor(math.log10(first)), math.ceil(math.log10(last))
    return [float(f"{factor}e{power}") for power in range(low, high + 1) for factor in (1, 2, 5)]


def _written(value: float, whole: bool) -> str:
    """Return a number as a program writes it."""
    if whole:
        return str(round(value))
    text = f"{value:.6g}"
    if "e" in text:
        digits, _, power = text.partition("e")
        return f"{digits}e{int(power)}"
    return text if "." in text else f"{text}.0"
