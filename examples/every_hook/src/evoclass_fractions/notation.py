"""How a fraction is written, in a lesson and by a learner: `3/8`."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST = 24
"""Parts that a bar can have."""


class Parts(NamedTuple):
    """Some parts of a whole.  No `Fraction`, which would make `1/2` of `4/8`."""

    taken: int
    whole: int

    def __str__(self) -> str:
        return f"{self.taken}/{self.whole}"

    @property
    def bar(self) -> str:
        """The parts as one row of characters."""
        return "▰" * self.taken + "▱" * (self.whole - self.taken)


def read_parts(text: str) -> Parts | None:
    """Return the parts that `3/8` names, or None for anything else."""
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*/\s*([0-9]{1,2})\s*", text)
    parts = Parts(int(found[1]), int(found[2])) if found else Parts(0, 0)
    return parts if 0 < parts.whole <= MOST and parts.taken <= parts.whole else None
