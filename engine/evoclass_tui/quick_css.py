"""Keeps the tokens of style sheets from one start to the next: splitting them up took a fortieth of a start."""

from __future__ import annotations

from collections.abc import Iterator

from textual.css import parse
from textual.css.tokenize import tokenize
from textual.css.tokenizer import Token
from textual.css.types import CSSLocation

from evoclass import startup


def tokens_of(css: str, read_from: CSSLocation) -> Iterator[Token]:
    """Yield what Textual's `tokenize` yields.  Raises its errors."""
    found = startup.remembered(
        f"tokens of {css}",
        lambda: [(token.name, token.value, token.location) for token in tokenize(css, read_from)],
    )
    return (Token(name, value, read_from, css, location) for name, value, location in found)


vars(parse)["tokenize"] = tokens_of
