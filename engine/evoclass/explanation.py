"""A learner's error in the learner's words."""

from __future__ import annotations

from evoclass.frozen import frozen

__all__ = [
    "Explanation",
]


@frozen
class Explanation:
    """The problem, its reason, and one thing to try: sentences in the learner's language, code between backticks."""

    title: str
    what: str
    try_this: str
    line: int = 0
    """Line of the learner's program, 0 if unknown."""
