"""Inspection inside the worker: what a probe must offer, and when frames are made.  No torch here: probes bring it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from evoclass.protocol import Detail, Look, Summary


class Probe(ABC):
    """Knows one family of values.  Subclasses are registered with the hook `register_probes`."""

    name: ClassVar[str]
    priority: ClassVar[int] = 0
    """Probes with a higher number are asked first."""

    def install(self, step: Callable[[], None]) -> None:  # noqa: B027 - most probes have no clock
        """Called once in the worker before the program; a probe that knows of training steps calls `step` after each."""

    @abstractmethod
    def matches(self, value: Any) -> bool:
        """Say if this probe summarises `value`; must not call the value's own code."""

    @abstractmethod
    def summarise(self, named: Mapping[str, Any]) -> Iterable[Summary]:
        """Return a row (or several, for parts) for each named value, all in one go so that figures can be batched."""

    def detail(self, value: Any, look: Look) -> Detail | None:
        """Return the close look at one value, or None when the probe has none."""
        return None
