"""What a translation keeps in a text: live values, pieces of code, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evoclass.exercise import Exercise
from evoclass.model import AnyBlock, Drawing, ExerciseBlock, Inline, Inlines, Live, Span, inlines
from evoclass.reading.normalcode import bare_code
from evoclass.wording.numerals import separators

CODE = re.compile(r"[_.(\[=]")
"""A character that distinguishes code between backticks from a word."""


def items_of(block: AnyBlock) -> Iterator[Inline]:
    """Yield the inline items of a block itself, including those of a question's options and feedback."""
    yield from own_items(block)
    if isinstance(block, ExerciseBlock):
        for text in written(block.exercise):
            yield from text


def own_items(block: AnyBlock) -> Iterator[Inline]:
    """Yield the inline items of a block itself, and the sentence that describes a drawing."""
    yield from inlines(block)
    if isinstance(block, Drawing):
        yield Span(block.alt)


def written(exercise: Exercise) -> Iterator[Inlines]:
    """Yield the author's text in a question other than its prompt: the parts to pick from, and feedback."""
    for field in exercise.form():
        for part in field.parts():
            yield part.text
    yield from exercise.remarks()


def live_values(items: Sequence[Inline]) -> list[str]:
    """Return the expressions of live values in a text, sorted."""
    return sorted(item.expression for item in items if isinstance(item, Live))


def snippets(items: Iterable[Inline]) -> set[str]:
    """Return the pieces of code in a text that are more than a word, without repetitions."""
    return {
        bare_code(item.text)
        for item in items
        if isinstance(item, Span) and "code" in item.marks and CODE.search(item.text)
    }


def formulas(items: Iterable[Inline], language: str) -> list[str]:
    """Return the formulas in a text as `formula` has them, sorted."""
    return sorted(formula(item.tex, language) for item in items if isinstance(item, Span) and item.tex)


def formula(tex: str, language: str) -> str:
    """Return a formula without its words, and with a decimal point in every language."""
    bare = re.sub(r"\\(?:text|textrm|mathrm|operatorname)\s*\{[^{}]*\}|\s+", "", tex)
    thousands, decimal = separators(language)
    for mark, instead in ((thousands, ""), (decimal, ".")):
        bare = re.sub(rf"(?<=\d)\{{{re.escape(mark)}\}}(?=\d)", instead, bare)
    return bare
