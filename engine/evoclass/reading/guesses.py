"""The directive `{guess}`: a prediction of a number, an option or a curve, asked before a lab runs."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Literal

from evoclass.directive import Directive
from evoclass.errors import LessonError, Problem
from evoclass.model import AnyBlock, Guess
from evoclass.pattern import pattern
from evoclass.reading.syntax import expression, value_name

GUESS_OPTIONS = {
    "lab": "File of the lab whose run gives the answer.",
    "value": "Expression of the program that gives the number: `100 * accuracy`.",
    "curve": "Name of a watched value whose curve is guessed.",
    "range": "Least and greatest number, or the ends of the curve's axis: `0..100`, `0.1..1000 log`.",
    "unit": "Unit of the number; a word that differs after 1 in both forms: `point | points`.",
    "when": "Condition on the program under which an option is what came; one for each option.",
    "with": "Code that the program must have for its run to count: `base.train()`.",
    "without": "Code that the program must not have for its run to count.",
    "solution": "What comes and why: hidden until such a run has ended, or the learner asks for it.",
}
REPEATABLE_GUESS_OPTIONS = ("when", "with", "without")
FIXED_GUESS_OPTIONS = frozenset(GUESS_OPTIONS) - {"unit", "solution"}
"""Options that a translation must not change."""

FARTHEST = 1e12
"""Bound of the ends of a range."""

MOST_OPTIONS = 9
"""Options are chosen by a digit, too."""

_TOKEN = pattern(r"""\"[^"\n]*\"|'[^'\n]*'|#.*|\d+\.?\d*(?:e[+-]?\d+)?|\w+|\S""")
"""A piece of a program that is not cut when a part of it is looked for."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_RANGE = pattern(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})(\s+log)?\Z", re.IGNORECASE | re.ASCII)


def read_guess(directive: Directive, explanation: tuple[AnyBlock, ...] = ()) -> Guess:
    """Return the guess that a directive describes, with what its `:solution:` says.  Raises LessonError."""
    asks = _asks(directive)
    low, high, log = (0.0, 1.0, False) if asks == "option" else _range(directive)
    return Guess(
        id=directive.argument,
        line=directive.line,
        end_line=directive.end_line,
        file=directive.require("lab").strip(),
        asks=asks,
        prompt=directive.body,
        value=_expression(directive, "value", directive.require("value")) if asks == "number" else "",
        curve=value_name(directive.require("curve")) if asks == "curve" else "",
        low=low,
        high=high,
        log=log,
        unit=(directive.setting("unit") or "").strip(),
        options=directive.items,
        when=_conditions(directive) if asks == "option" else (),
        having=_codes(directive, "with"),
        without=_codes(directive, "without"),
        explanation=explanation,
        settings=directive.settings,
    )


def _asks(directive: Directive) -> Literal["number", "option", "curve"]:
    """Return what is to be guessed.  Raises LessonError unless it is one thing."""
    has_value, has_curve = (directive.setting(key) is not None for key in ("value", "curve"))
    if has_value + has_curve + bool(directive.items) != 1:
        raise _refused(directive, directive.line, "")
    if has_value:
        return "number"
    return "curve" if has_curve else "option"


def _range(directive: Directive) -> tuple[float, float, bool]:
    text = directive.require("range").strip()
    parts = _RANGE.match(text)
    if parts is not None:
        low, high, log = float(parts[1]), float(parts[2]), parts[3] is not None
        if -FARTHEST <= low < high <= FARTHEST and (low > 0 or not log):
            return low, high, log
    raise _refused(directive, directive.line_of("range"), "range", value=text)


def _conditions(directive: Directive) -> tuple[str, ...]:
    """Return the conditions of the options.  Raises LessonError."""
    count, found = len(directive.items), directive.all("when")
    if not 2 <= count <= MOST_OPTIONS:
        raise _refused(directive, directive.line, "options", count=count, most=MOST_OPTIONS)
    ticked = next((item for item in directive.items if item.checked), None)
    if ticked is not None:
        raise _refused(directive, ticked.line, "ticked")
    if len(found) not in (count, count - 1):
        raise _refused(directive, directive.line_of("when"), "when", count=count, conditions=len(found))
    return tuple(_expression(directive, "when", text) for text in found)


def _expression(directive: Directive, option: str, text: str) -> str:
    if expression(text.strip()) is None:
        line = next((line.line for line in directive.settings if line.value == text), directive.line)
        raise _refused(directive, line, "expression", option=option, value=text)
    return text.strip()


def _codes(directive: Directive, option: str) -> tuple[str, ...]:
    return tuple(filter(None, (text.strip().strip("`").strip() for text in directive.all(option))))


def _refused(directive: Directive, line: int, variant: str, **fields: object) -> LessonError:
    return LessonError(Problem("E117", line, fields={"id": directive.argument, **fields, "variant": variant}))


def measure(guess: Guess) -> str:
    """Return the expression that a run evaluates for a guess; empty for a curve, which is recorded anyway."""
    if guess.asks == "number":
        return f"float({guess.value})"
    if guess.asks == "curve":
        return ""
    chosen = repr(guess.options[-1].key if len(guess.when) < len(guess.options) else "")
    for option, condition in reversed(list(zip(guess.options, guess.when, strict=False))):
        chosen = f"{option.key!r} if ({condition}) else {chosen}"
    return chosen


def counts(guess: Guess, source: str) -> bool:
    """Whether a run of this program is one that the guess is about."""
    code = _tokens(source)
    return all(_tokens(part) in code for part in guess.having) and not any(
        _tokens(part) in code for part in guess.without
    )


@lru_cache(maxsize=16)
def _tokens(code: str) -> str:
    """Return code as its words and signs, without comments and with one kind of quotation marks."""
    found = (token[0] for token in _TOKEN.finditer(code))
    return f" {' '.join(token for token in found if not token.startswith('#'))} ".replace("'", '"')


def share(guess: Guess, number: float) -> float:
    """Return where a number lies in the range of a guess, from 0 to 1; outside of it, at the nearer end."""
    if guess.log:
        number = max(number, guess.low)
        return min(1.0, math.log(number / guess.low) / math.log(guess.high / guess.low))
    return min(1.0, max(0.0, (number - guess.low) / (guess.high - guess.low)))


def at(guess: Guess, place: float) -> float:
    """Return the number at a place of the range, which goes from 0 to 1."""
    if guess.log:
        return float(guess.low * (guess.high / guess.low) ** place)
    return guess.low + (guess.high - guess.low) * place
