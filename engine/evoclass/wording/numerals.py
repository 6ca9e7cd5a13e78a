"""Numbers as a reader of the interface's language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([,_]\d{3})+)(\.\d+)?(e[+-]?\d+)?([  ]?%)?", re.ASCII).fullmatch
"""One number as Python formats it, and nothing else: what a value of another kind holds stays as it is."""

_SIGNS = {
    "en": str.maketrans({"_": ","}),
    "it": str.maketrans({"_": ".", ",": ".", ".": ","}),
}


def localised(text: str, language: str) -> str:
    """Return a number with the language's decimal and thousands signs; any other text unchanged."""
    return text.translate(_SIGNS.get(language, {})) if _NUMBER(text) else text


def localised_values(values: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the values of a run, by expression, as prose in that language shows them."""
    return {expression: localised(text, language) for expression, text in values.items()}
