"""Vim's macros: keys that were recorded, to be pressed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from evoclass_tui.vim.insertion import Typed

SECONDS = 2.0
"""Longest play: a macro may call itself."""

Step = str | Typed
"""A key, or what was typed in insert mode."""


class Macros:
    """What was recorded, by register."""

    def __init__(self) -> None:
        self._steps: dict[str, list[Step]] = {}
        self.recording = ""
        """The register into which keys are recorded now."""
        self._last = ""
        self._until: float | None = None
        """When the macro that is being played ends at the latest."""

    @property
    def playing(self) -> bool:
        """Whether keys are those of a macro."""
        return self._until is not None

    def begin(self, register: str) -> None:
        """Record from now on; a capital letter adds to what its register has."""
        self.recording = register.lower()
        self._steps[self.recording] = self._steps.get(self.recording, []) if register.isupper() else []

    def end(self) -> None:
        """Record no more."""
        self.recording = ""

    def note(self, step: Step) -> None:
        """Record a step, if it comes from the learner."""
        if self.recording and not self.playing:
            self._steps[self.recording].append(step)

    def steps(self, register: str) -> list[Step]:
        """Return the steps of a macro; `@` is the one that was played last."""
        register = self._last if register == "@" else register.lower()
        return list(self._steps.get(register, ()))

    def play(self, register: str, times: int, press: Callable[[Step], bool]) -> bool:
        """Press the keys of a macro until one has no effect; return whether it came to its end in time."""
        steps = self.steps(register)
        outer = self._until
        self._last = self._last if register == "@" else register.lower()
        self._until = outer if outer is not None else time.monotonic() + SECONDS
        try:
            for step in self._repeated(steps, times):
                if time.monotonic() > self._until:
                    return False
                if not press(step):
                    break
            return True
        finally:
            self._until = outer

    def _repeated(self, steps: list[Step], times: int) -> Iterator[Step]:
        for _ in range(times):
            yield from steps
