"""The numbers in a text, each in one spelling, so that `8,967` in English and `8.967` in Italian are the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from evoclass.model import Inline, Span
from evoclass.wording.numerals import separators
from evoclass.wording.sentences import DEFAULT

NUMBER = re.compile(
    r"(?:(?<![\w.,])|(?<=\d[x×]))"  # not inside a name such as conv1, but after the x of 224x224
    r"(?:(?<![^\s(\[])[-−])?"  # a minus follows a space or a bracket; the one in 3-5 does not count
    r"(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    r"(?!\d|(?:st|nd|rd|th)\b)"  # other languages write 1st as a word without a digit
)

DIGIT = re.compile(r"\d")
"""A quick test that rules out most texts at once."""


def numbers(items: Iterable[Inline], language: str) -> Counter[str]:
    """Return the numbers in inline items, except in formulas; code has a decimal point in every language."""
    found: Counter[str] = Counter()
    for item in items:
        if isinstance(item, Span) and DIGIT.search(item.text) and not item.marks & {"footnote", "math"}:
            spelling = DEFAULT if "code" in item.marks else language
            for match in NUMBER.findall(item.text):
                found[canonical(match, spelling)] += 1
    return found


def canonical(number: str, language: str) -> str:
    """Return a number without group separators and with a decimal point, as `language` writes it."""
    if number.isdigit():
        return number
    group, decimal = separators(language)
    bare = re.sub(r"[ \u00a0\u202f'’]", "", number).replace("−", "-")
    # A group has three digits, so the point in 3.10 is not a group separator in any language.
    if re.fullmatch(rf"-?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", bare):
        bare = bare.replace(group, "")
    return bare.replace(decimal, ".").rstrip(".")
