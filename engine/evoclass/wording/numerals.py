"""Numbers as a reader of the interface's language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evoclass.wording.languages import Languages, language

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([,_]\d{3})+)(\.\d+)?(e[+-]?\d+)?([  ]?%)?", re.ASCII).fullmatch
"""One number as Python formats it, and nothing else: what a value of another kind holds stays as it is."""


def separators(code: str) -> tuple[str, str]:
    """Return the thousands and the decimal mark of a language; of one that is not known, those of most of Europe."""
    if code not in Languages():
        return ".", ","
    return language(code).thousands, language(code).decimal


def localised(text: str, code: str) -> str:
    """Return a number with the decimal and thousands signs of a language; any other text unchanged."""
    if not _NUMBER(text):
        return text
    signs = language(code)
    swapped = {"_": signs.thousands, ",": signs.thousands, ".": signs.decimal}
    return "".join(swapped.get(sign, sign) for sign in text)


def localised_values(values: Mapping[str, str], code: str) -> dict[str, str]:
    """Return the values of a run, by expression, as prose in that language shows them."""
    return {expression: localised(text, code) for expression, text in values.items()}
