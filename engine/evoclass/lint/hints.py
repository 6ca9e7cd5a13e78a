"""Hints that give away the solution."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evoclass.errors import Problem
from evoclass.exercise import Answer, Field, Value
from evoclass.model import CodeBlock, ExerciseBlock, inlines, plain_text, walk


def telling_hints(block: ExerciseBlock, solution: Answer) -> Iterator[Problem]:
    """Yield a problem for each hint that is one of the right answers, or the explanation of the solution."""
    if not block.hints:
        return
    told = set(_told(block, solution)) - {""}
    words = _words(block, solution)
    lines = [setting.line for setting in block.settings if setting.key == "hint"]
    for number, hint in enumerate(block.hints, 1):
        text = plain_text(hint)
        if _bare(text) in told or any(word.search(text) for word in words):
            line = lines[number - 1] if number <= len(lines) else block.line
            yield Problem("W052", line, fields={"number": number})


FEWEST_LETTERS = 4
"""Shortest answer that a hint must not contain; shorter ones such as `a` or `12` may well appear by chance."""


FEWEST_DIGITS = 3

MOST_ANSWERS = 20
"""Most spellings of the answers that are looked for in each hint."""


def _words(block: ExerciseBlock, solution: Answer) -> list[re.Pattern[str]]:
    """Return patterns that find the answer in a hint, for a question with one field and nothing to pick from.

    Words that the question itself contains are not secret.
    """
    fields = block.exercise.form()
    if len(fields) != 1 or fields[0].parts() or block.exercise.runs_code:
        return []
    value = solution.get(fields[0].name)
    asked = " ".join(plain_text(tuple(inlines(part))) for part in walk(block.prompt)).casefold()
    asked += " ".join(part.code for part in walk(block.prompt) if isinstance(part, CodeBlock)).casefold()
    answers = _answers(fields[0], value)
    answers += [setting.value.strip("` ") for setting in block.settings if setting.key == "accept"]
    bare = {answer.strip().casefold() for answer in answers}
    fewest = FEWEST_LETTERS if isinstance(value, str) else FEWEST_DIGITS
    wanted = [answer for answer in bare if len(answer) >= fewest and answer not in asked]
    return [
        re.compile(rf"(?<![\w.]){re.escape(answer)}(?![\w]|\.\d)", re.IGNORECASE)
        for answer in sorted(wanted)[:MOST_ANSWERS]
    ]


def _told(block: ExerciseBlock, solution: Answer) -> Iterator[str]:
    """Yield each form of the solution as bare words."""
    explained = [plain_text(tuple(inlines(part))) for part in block.explanation]
    yield from map(_bare, (*explained, " ".join(explained)))
    for field in block.exercise.form():
        yield from map(_bare, _answers(field, solution.get(field.name)))
    for setting in block.settings:
        if setting.key == "accept":
            yield _bare(setting.value)


def _answers(field: Field, value: Value) -> list[str]:
    """Return the spellings of an answer."""
    rows = field.words(value)
    words = " ".join(row.code if isinstance(row, CodeBlock) else plain_text(row) for row in rows)
    return [words, *_spellings(value)] if isinstance(value, (int, float)) else [words]


def _spellings(number: float) -> list[str]:
    """Return the spellings of a number without its unit."""
    spellings = [f"{number:g}", str(float(number))]
    if float(number).is_integer():
        whole = f"{int(number):,}"
        spellings += [whole.replace(",", group) for group in ("", ",", ".", " ", "\u00a0", "\u202f")]
    return list(dict.fromkeys(spellings))


def _bare(text: str) -> str:
    """Return a text in lower case without spaces, quotes and punctuation."""
    return re.sub(r"[\s`'\"“”«».,;:]+", "", text.casefold())
