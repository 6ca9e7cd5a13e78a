"""Numbers as a reader of the interface's language writes them, and as a learner types them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple


class Signs(NamedTuple):
    """What a language writes between groups of three digits, and before the decimals."""

    group: str
    decimal: str


_LANGUAGES = {"en": Signs(",", "."), "it": Signs(".", ",")}

_WRITTEN = re.compile(r"[+-]?(\d+|\d{1,3}([,_]\d{3})+)(\.\d+)?(e[+-]?\d+)?([  ]?%)?", re.ASCII).fullmatch
"""One number as Python formats it, and nothing else: what a value of another kind holds stays as it is."""

_TYPED = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII).fullmatch
_SPACED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f'_]\d{3})+(?:[.,]\d+)?", re.ASCII).fullmatch
"""Digits in groups of three, separated by a space, an apostrophe or an underscore."""


def signs(language: str) -> Signs:
    """Return what a language puts into its numbers."""
    return _LANGUAGES.get(language, _LANGUAGES["en"])


def localised(text: str, language: str) -> str:
    """Return a number with the language's decimal and thousands signs; any other text unchanged."""
    group, decimal = signs(language)
    return text.translate({ord("_"): group, ord(","): group, ord("."): decimal}) if _WRITTEN(text) else text


def localised_values(values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the values of a run, by expression, as prose in that language shows them."""
    return {expression: localised(text, language) for expression, text in values.items()}


def read_number(text: str, language: str) -> float | None:
    """Return the number that somebody typed in a language, or None.

    Point and comma both begin decimals, unless they stand where the language groups digits: `8,967` is 8967 in English
    and 8.967 in Italian.  A single point always begins decimals, because programs print it so in every language.
    """
    bare = text.strip().replace("−", "-")
    if _SPACED(bare):
        bare = re.sub(r"[ \u00a0\u202f'_]", "", bare)
    elif _grouped(bare, signs(language)):
        bare = bare.replace(signs(language).group, "")
    if not _TYPED(bare):
        return None
    number = float(bare.replace(",", "."))
    return number if math.isfinite(number) else None


def _grouped(text: str, signs: Signs) -> bool:
    """Whether a number has the language's sign between its groups, and no other reading."""
    group, decimal = map(re.escape, signs)
    if not re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{decimal}\d*)?", text, re.ASCII):
        return False
    return signs.group != "." or text.count(".") > 1 or signs.decimal in text
