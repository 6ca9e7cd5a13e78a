"""A field in which the learner draws a curve roughly: its height at a few places."""

from __future__ import annotations

from collections.abc import Sequence

from evoclass.fields.field import Field, InvalidAnswer, Value
from evoclass.frozen import frozen
from evoclass.i18n import Catalog

PLACES = 5
"""Places of a curve: its start, its end, and three between."""

TOP = 8
"""The highest level; the lowest is 0."""


@frozen(kw_only=True)
class Sketch(Field):
    """Draw a curve.  Value: a level from 0 to 8 for each place, as text."""

    def takes(self, word: str) -> bool:
        return False

    def instruction(self, catalog: Catalog) -> str:
        names = _names(catalog)
        example = " ".join(names[level] for level in (4, 2, 1, 1, 1))
        listed = ", ".join(reversed(names))
        return catalog("sketch.type", count=PLACES, names=listed, example=example)

    def read(self, typed: str, catalog: Catalog) -> Value:
        names = [name.lower() for name in _names(catalog)]
        levels = []
        for word in typed.lower().replace(",", " ").split():
            near = [place for place, name in enumerate(names) if name.startswith(word)]
            if len(near) != 1:
                raise InvalidAnswer(catalog("sketch.not_there", typed=word, names=", ".join(reversed(names))))
            levels.append(str(near[0] * TOP // (len(names) - 1)))
        if len(levels) != PLACES:
            raise InvalidAnswer(catalog("sketch.count", count=PLACES, typed=len(levels)))
        return levels

    def typed(self, value: Value) -> str:
        return ""


def levels_of(value: object) -> list[int] | None:
    """Return the levels of a drawn curve; None for a value that is none."""
    if not isinstance(value, list) or len(value) != PLACES:
        return None
    levels = [
        int(level) for level in value if isinstance(level, str) and level.isdecimal() and len(level) < 3
    ]
    return levels if len(levels) == PLACES and max(levels) <= TOP else None


def in_words(shares: Sequence[float], catalog: Catalog) -> str:
    """Return heights from 0 to 1 in words."""
    names = _names(catalog)
    return ", ".join(names[round(share * (len(names) - 1))] for share in shares)


def _names(catalog: Catalog) -> list[str]:
    """Return the words for heights, from the lowest to the highest."""
    return catalog("sketch.names").split()
