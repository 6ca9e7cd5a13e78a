"""The learner's actions, as plugins' listeners hear of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from evoclass.frozen import frozen
from evoclass.learner.event import Event, Verb
from evoclass.protocol import ErrorReport, Exit

__all__ = ["Event", "RunEnded", "Verb"]


@frozen(kw_only=True)
class RunEnded:
    """A run of a program that has ended."""

    course: str
    """Empty, like `lesson`, for a program that does not belong to a lesson."""
    lesson: str
    file: str
    """Name of the program's file."""
    runner: str
    exit: Exit
    """How it ended, and after how many seconds."""
    steps: int = 0
    """Number of optimizer steps."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Scalars of the program at its end, by name."""
    error: ErrorReport | None = None
    """The exception that ended the program."""
