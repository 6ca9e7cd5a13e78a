"""Text as it is searched: without capitals and accents, so that “perche” finds “Perché”."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(2048)
def _letter(char: str) -> str:
    """Return a character without accent, in lower case; a mark alone is nothing, a ligature several letters."""
    decomposed = unicodedata.normalize("NFKD", char.casefold())
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def folded(text: str) -> str:
    """Return a text as it is searched."""
    return text.lower() if text.isascii() else "".join(map(_letter, text))


def occurrences(text: str, sought: str) -> list[tuple[int, int]]:
    """Return where a folded text occurs in another one, as places in the text as it is; they do not overlap."""
    if not sought:
        return []
    if text.isascii():
        plain, places = text.lower(), None
    else:
        letters = [_letter(char) for char in text]
        plain = "".join(letters)
        places = [at for at, letter in enumerate(letters) for _ in letter]
    found, start = [], plain.find(sought)
    while start >= 0:
        end = start + len(sought)
        if places is None:
            found.append((start, end))
        else:
            found.append((places[start], places[end - 1] + 1))
        start = plain.find(sought, end)
    return found
