"""Parameters of a question: values that are drawn for each learner and stand in its prose, options, answers and code.

    :draw: features in [256, 512, 1024]
    :draw: classes in 3..12
    :let: weights = features * classes + classes
    :where: classes != 7

`{{features}}` anywhere in the question then gives the value, `{{weights + 1}}` what is computed from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from evoclass.arithmetic import ArithmeticFault, evaluate, shown
from evoclass.directive import Setting
from evoclass.errors import LessonError, Problem

OPTIONS = {
    "draw": "A value drawn for each learner: `name in [1, 2, 3]` or `name in 1..10 step 2`.",
    "let": "A value computed from drawn ones: `name = expression`.",
    "where": "A condition that drawn values must meet.",
}

_DRAW = re.compile(r"([A-Za-z_]\w*)\s+in\s+(.+)\Z", re.DOTALL)
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+?)(?:\s+step\s+(.+))?\Z")
_LET = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*(.+)\Z", re.DOTALL)
_HOLE = re.compile(r"\{\{(.+?)\}\}")
_MOST = 10_000
"""Most values that one name may be drawn from."""
_ATTEMPTS = 2_000
"""How often values are drawn before `:where:` counts as impossible."""


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one question, in the order they were written."""

    settings: tuple[Setting, ...]

    @classmethod
    def of(cls, settings: Sequence[Setting]) -> Draws | None:
        """Return the draws among the options of a directive, or None when it has none."""
        mine = tuple(setting for setting in settings if setting.key in OPTIONS)
        return cls(mine) if any(setting.key == "draw" for setting in mine) else None

    def values(self, seed: str) -> dict[str, Any]:
        """Return the values for one learner: the same for the same seed, on every machine.  Raises LessonError."""
        random = Random(seed)
        line = self.settings[0].line
        for _ in range(_ATTEMPTS):
            values: dict[str, Any] = {}
            if all(self._take(setting, values, random) for setting in self.settings):
                return values
        raise LessonError(Problem("E112", line))

    def _take(self, setting: Setting, values: dict[str, Any], random: Random) -> bool:
        """Add what one option says to `values`; False when a condition is not met."""
        try:
            if setting.key == "where":
                return bool(evaluate(setting.value, values))
            match = (_DRAW if setting.key == "draw" else _LET).match(setting.value.strip())
            if match is None:
                raise ArithmeticFault("it does not have this form")
            name, source = match.groups()
            if name in values:
                raise ArithmeticFault(f"there are two {name!r}")
            values[name] = (
                random.choice(_pool(source, values)) if setting.key == "draw" else evaluate(source, values)
            )
        except ArithmeticFault as error:
            fields = {
                "option": setting.key,
                "value": setting.value,
                "detail": str(error),
                "variant": setting.key,
            }
            raise LessonError(Problem("E110", setting.line, fields=fields)) from None
        return True


def _pool(source: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """Return the values that a draw picks from."""
    span = _RANGE.match(source)
    if span is None:
        pool = evaluate(source, values)
        if not isinstance(pool, tuple) or not pool:
            raise ArithmeticFault("a list in brackets or a range `1..10` is expected")
        return pool
    first, last = evaluate(span[1], values), evaluate(span[2], values)
    step = evaluate(span[3], values) if span[3] else 1
    if (
        not all(isinstance(number, (int, float)) for number in (first, last, step))
        or step <= 0
        or last < first
    ):
        raise ArithmeticFault("a range goes from a smaller to a larger number")
    count = int((last - first) / step + 1e-9) + 1
    if count > _MOST:
        raise ArithmeticFault(f"a range may have {_MOST} values at most")
    return [first + place * step for place in range(count)]


def substitute(line: str, values: Mapping[str, Any], number: int) -> str:
    """Return one source line with its holes filled.  Raises LessonError (E111) with the line's number."""

    def fill(match: re.Match[str]) -> str:
        expression, colon, form = match[1].partition(":")
        try:
            return shown(evaluate(expression, values), form.strip() if colon else "")
        except ArithmeticFault as error:
            fields = {"expression": match[1], "detail": str(error)}
            raise LessonError(Problem("E111", number, match.start() + 1, fields=fields)) from None

    return _HOLE.sub(fill, line)


def fill(lines: Sequence[str], first: int, draws: Draws, seed: str) -> list[str]:
    """Return the source lines of a question for one learner; `first` is the number of the first line."""
    values = draws.values(seed)
    return [substitute(line, values, number) for number, line in enumerate(lines, first)]
