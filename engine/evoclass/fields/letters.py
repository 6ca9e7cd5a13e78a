"""Letters before options: a to z, then aa, ab and so on."""

from __future__ import annotations

from string import ascii_lowercase


def letters(count: int) -> list[str]:
    """Return the first `count` of them."""
    return [_letter(place) for place in range(count)]


def _letter(place: int) -> str:
    before, last = divmod(place, len(ascii_lowercase))
    return (_letter(before - 1) if before else "") + ascii_lowercase[last]
