"""Parameters of a question: values that are drawn for each learner and used in its prose, options, answers and code.

    :draw: features in [256, 512, 1024]
    :draw: classes in 3..12
    :let: weights = features * classes + classes
    :where: classes != 7

`{{features}}` anywhere in the question then gives the value, and `{{weights + 1}}` a value computed from it.
`{{rate:n}}` gives it as the lesson's language writes numbers: 0,1 in Italian prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from evoclass.errors import LessonError, Problem
from evoclass.frozen import frozen
from evoclass.model import OptionLine
from evoclass.pattern import pattern
from evoclass.reading.arithmetic import ArithmeticFault, evaluate, shown
from evoclass.reading.budget import Budget, TooMuch
from evoclass.reading.source import harmless
from evoclass.wording.numerals import localised
from evoclass.wording.sentences import DEFAULT

OPTIONS = {
    "draw": "A value drawn for each learner: `name in [1, 2, 3]` or `name in 1..10 step 2`.",
    "let": "A value computed from drawn ones: `name = expression`.",
    "where": "A condition that drawn values must meet.",
}

_DRAW = pattern(r"([A-Za-z_]\w*)\s+in\s+(.+)\Z", re.DOTALL)
_STEP = pattern(r"\sstep\s")
_LET = pattern(r"([A-Za-z_]\w*)\s*=(?!=)\s*(.+)\Z", re.DOTALL)
_MOST = 10_000
"""Most values that one name may be drawn from."""
_ATTEMPTS = 2_000
_STEPS = 60_000
"""How often values are drawn, and how many steps that may take, before `:where:` counts as impossible."""

_TAKE = 10
"""Steps of one option in one attempt, in addition to those of its expression."""

_EDGES = 8
"""Most combinations of first and last values that are tried."""

_FILLED = 200_000
"""How many characters the filled-in values may add to a question."""


@frozen
class Draws:
    """The draws of one question, in the order they were written."""

    settings: tuple[OptionLine, ...]
    ends: tuple[tuple[str, int], ...] = ()
    """Names that take their first (0) or last (-1) possible value instead of a random one."""

    @classmethod
    def of(cls, settings: Sequence[OptionLine]) -> Draws | None:
        """Return the draws among the options of a directive, or None when it has none."""
        mine = tuple(setting for setting in settings if setting.key in OPTIONS)
        return cls(mine) if any(setting.key == "draw" for setting in mine) else None

    def values(self, seed: str, budget: Budget | None = None) -> dict[str, Any]:
        """Return the values for one learner: the same for the same seed, on every machine.  Raises LessonError."""
        random = Random(seed)
        budget = budget or Budget(0)
        try:
            with budget.share(_STEPS):
                for _ in range(_ATTEMPTS):
                    values: dict[str, Any] = {}
                    if all(self._take(setting, values, random, budget) for setting in self.settings):
                        return values
        except TooMuch:
            if budget.over:
                raise
        raise LessonError(Problem("E112", self.settings[0].line))

    def _pick(self, name: str, pool: Sequence[Any], random: Random) -> Any:
        value = random.choice(pool)
        place = dict(self.ends).get(name)
        return value if place is None else pool[place % len(pool)]

    def edges(self) -> list[tuple[str, Draws]]:
        """Return a few draws that take their first or last possible values, each with these values in words."""
        matches = (_DRAW.match(setting.value.strip()) for setting in self.settings if setting.key == "draw")
        names = [match[1] for match in matches if match is not None]
        both = [tuple((name, place) for name in names) for place in (0, -1)]
        single = [((name, place),) for name in names for place in (0, -1)] if len(names) > 1 else []
        found: dict[str, Draws] = {}
        for ends in [*both, *single][:_EDGES]:
            draws = Draws(self.settings, ends)
            try:
                values = draws.values("")
                words = ", ".join(f"{name} = {shown(values[name])}" for name in names)
            except (LessonError, ArithmeticFault):
                continue  # a condition excludes them, or they are too long for words
            found.setdefault(words, draws)
        return list(found.items())

    def _take(self, setting: OptionLine, values: dict[str, Any], random: Random, budget: Budget) -> bool:
        """Add the value of one option to `values`; return False when a condition is not met."""
        budget.spend(_TAKE)
        try:
            if setting.key == "where":
                return bool(evaluate(setting.value, values, budget))
            match = (_DRAW if setting.key == "draw" else _LET).match(setting.value.strip())
            if match is None:
                raise ArithmeticFault("it does not have this form")
            name, source = match.groups()
            if name in values:
                raise ArithmeticFault(f"there are two {name!r}")
            values[name] = (
                self._pick(name, _pool(source, values, budget), random)
                if setting.key == "draw"
                else evaluate(source, values, budget)
            )
        except (ArithmeticFault, ArithmeticError, TypeError) as error:
            fields = {
                "option": setting.key,
                "value": setting.value,
                "detail": str(error),
                "variant": setting.key,
            }
            raise LessonError(Problem("E110", setting.line, fields=fields)) from None
        return True


@frozen
class _Range(Sequence[Any]):
    """Numbers at equal distances; only the drawn number is ever computed."""

    first: Any
    step: Any
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        return self.first + place * self.step


def _pool(source: str, values: Mapping[str, Any], budget: Budget) -> Sequence[Any]:
    """Return the values that a draw picks from."""
    start, dots, rest = source.partition("..")
    if not dots:
        pool = evaluate(source, values, budget)
        if not isinstance(pool, tuple) or not pool:
            raise ArithmeticFault("a list in brackets or a range `1..10` is expected")
        return pool
    word = _STEP.search(rest)
    end, stride = (rest[: word.start()], rest[word.end() :]) if word else (rest, "1")
    first, last, step = (evaluate(part, values, budget) for part in (start, end, stride))
    if (
        not all(isinstance(number, (int, float)) for number in (first, last, step))
        or step <= 0
        or last < first
    ):
        raise ArithmeticFault("a range goes from a smaller to a larger number")
    if last - first > _MOST * step:
        raise ArithmeticFault(f"a range may have {_MOST} values at most")
    return _Range(first, step, int((last - first) / step + 1e-9) + 1)


def holes(line: str) -> Iterator[tuple[int, int]]:
    """Yield where each `{{…}}` of a source line begins, and where its closing braces are."""
    at = 0
    while (start := line.find("{{", at)) >= 0 and (end := line.find("}}", start + 3)) >= 0:
        yield start, end
        at = end + 2


def substitute(
    line: str, values: Mapping[str, Any], number: int, budget: Budget | None = None, language: str = DEFAULT
) -> str:
    """Return one source line with its holes filled.  Raises LessonError (E111) with the line's number."""
    parts: list[str] = []
    at = 0
    for start, end in holes(line):
        hole = line[start + 2 : end]
        expression, colon, form = hole.partition(":")
        try:
            value = _written(evaluate(expression, values, budget), form.strip() if colon else "", language)
        except ArithmeticFault as error:
            fields = {"expression": hole, "detail": str(error)}
            raise LessonError(Problem("E111", number, start + 1, fields=fields)) from None
        parts += line[at:start], harmless(value).replace("\n", " ")
        at = end + 2
    return "".join((*parts, line[at:]))


def _written(value: Any, form: str, language: str) -> str:
    """Return a value in its format; as in Python, the type `n` writes a number as people of the language do."""
    if not form.endswith("n"):
        return shown(value, form)
    kind = "d" if isinstance(value, int) and "." not in form else "g"
    return localised(shown(value, form[:-1] + kind), language)


def fill(
    lines: Sequence[str],
    first: int,
    draws: Draws,
    seed: str,
    budget: Budget | None = None,
    language: str = DEFAULT,
) -> list[str]:
    """Return the source lines of a question for one learner; `first` is the number of the first line."""
    values = draws.values(seed, budget)
    filled: list[str] = []
    left = _FILLED + sum(map(len, lines))
    for number, line in enumerate(lines, first):
        filled.append(substitute(line, values, number, budget, language))
        left -= len(filled[-1])
        if left < 0:
            raise TooMuch("", number)
    return filled
