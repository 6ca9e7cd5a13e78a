"""Hints that say the solution itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evoclass.errors import Problem
from evoclass.exercise import Answer, Choice, Field, Match, Number, Order
from evoclass.model import ExerciseBlock, inlines, plain_text


def telling_hints(block: ExerciseBlock, solution: Answer) -> Iterator[Problem]:
    """Yield a problem for each hint that is one of the right answers, or the explanation of the solution."""
    if not block.hints:
        return
    told = set(_told(block, solution)) - {""}
    lines = [setting.line for setting in block.settings if setting.key == "hint"]
    for number, hint in enumerate(block.hints, 1):
        if _bare(plain_text(hint)) in told:
            line = lines[number - 1] if number <= len(lines) else block.line
            yield Problem("W052", line, fields={"number": number})


def _told(block: ExerciseBlock, solution: Answer) -> Iterator[str]:
    """Yield in bare words all that would be the solution."""
    explained = [plain_text(tuple(inlines(part))) for part in block.explanation]
    yield from map(_bare, (*explained, " ".join(explained)))
    for field in block.exercise.form():
        yield from map(_bare, _answers(field, solution.get(field.name)))
    for setting in block.settings:
        if setting.key == "accept":
            yield _bare(setting.value)


def _answers(field: Field, value: object) -> list[str]:
    """Return the ways to write an answer out."""
    match field:
        case Choice(options=options):
            right = value if isinstance(value, list) else [value]
            return [" ".join(plain_text(option.text) for option in options if option.key in right)]
        case Order(items=items):
            by_key = {item.key: plain_text(item.text) for item in items}
            keys = [str(key).partition(":")[0] for key in value] if isinstance(value, list) else []
            return [" ".join(by_key.get(key, "") for key in keys)]
        case Match():
            return []
        case Number(unit=unit) if isinstance(value, (int, float)):
            return [
                text for number in (f"{value:g}", str(float(value))) for text in (number, f"{number} {unit}")
            ]
    return [str(value)] if isinstance(value, (str, int, float)) else []


def _bare(text: str) -> str:
    """Return a text without capitals, spaces, quotes, and the signs between words."""
    return re.sub(r"[\s`'\"“”«».,;:]+", "", text.casefold())
