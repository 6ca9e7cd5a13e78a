"""Numbers as a reader of the interface's language writes them, and as a learner types them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from evoclass.pattern import pattern
from evoclass.wording.languages import Languages, language

_WRITTEN = pattern(r"[+-]?(\d+|\d{1,3}([,_]\d{3})+)(\.\d+)?(e[+-]?\d+)?([  ]?%)?", re.ASCII)
"""One number as Python formats it, and nothing else: values of other kinds stay unchanged."""

_TYPED = pattern(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_POINTED = pattern(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_SPACED = pattern(r"[+-]?\d{1,3}(?:[ \u00a0\u202f'_]\d{3})+(?:[.,]\d+)?", re.ASCII)
"""Digits in groups of three, separated by a space, an apostrophe or an underscore."""


def separators(code: str) -> tuple[str, str]:
    """Return the thousands and decimal marks of a language; an unknown one gets those of most of Europe."""
    if code not in Languages():
        return ".", ","
    return language(code).thousands, language(code).decimal


def localised(text: str, code: str) -> str:
    """Return a number with the decimal and thousands signs of a language; any other text unchanged."""
    if not _WRITTEN.fullmatch(text):
        return text
    signs = language(code)
    swapped = {"_": signs.thousands, ",": signs.thousands, ".": signs.decimal}
    return "".join(swapped.get(sign, sign) for sign in text)


def localised_values(values: Mapping[str, str], code: str) -> dict[str, str]:
    """Return the values of a run, by expression, as prose in a language shows them."""
    return {expression: localised(text, code) for expression, text in values.items()}


def read_number(text: str, code: str) -> float | None:
    """Return the number in an input in a language, or None.

    Point and comma both begin decimals, unless they are where the language groups digits: `8,967` is 8967 in English
    and 8.967 in Italian.  A single point always begins decimals, because programs print it so in every language.
    """
    signs = language(code)
    bare = text.strip().replace("−", "-")
    if _SPACED.fullmatch(bare):
        bare = re.sub(r"[ \u00a0\u202f'_]", "", bare)
    elif _grouped(bare, signs.thousands, signs.decimal):
        bare = bare.replace(signs.thousands, "")
    bare = bare.replace(signs.decimal, ".")
    if not _TYPED.fullmatch(bare):
        return None
    number = float(bare.replace(",", "."))
    return number if math.isfinite(number) else None


def read_grouped(text: str, code: str) -> float | None:
    """Return the other number that an input in a language may mean: `1.216` in Italian is 1.216, as programs print it,
    or 1216, as people write it.  None if there is no other.
    """
    bare = text.strip().replace("−", "-")
    if language(code).thousands != "." or not _POINTED.fullmatch(bare):
        return None
    return float(bare.replace(".", ""))


def _grouped(text: str, group: str, decimal: str) -> bool:
    """Whether a number has the language's mark between its groups, and no other reading."""
    grouped = rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d*)?"
    if not re.fullmatch(grouped, text, re.ASCII):
        return False
    return group != "." or text.count(".") > 1 or decimal in text
