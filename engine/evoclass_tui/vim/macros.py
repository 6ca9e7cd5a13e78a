"""Vim's macros: keys that were recorded, to be pressed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat

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
        self._recorded: list[Step] = []
        self._last = ""
        self._waiting: list[Iterator[Step]] = []
        """What is still to be pressed of the macros that are being played, the innermost one last."""

    @property
    def playing(self) -> bool:
        """Whether keys are those of a macro."""
        return bool(self._waiting)

    def begin(self, register: str) -> None:
        """Record from now on; a capital letter adds to what its register has."""
        self.recording = register.lower()
        self._recorded = self.steps(register) if register.isupper() else []

    def end(self) -> None:
        """Record no more; only now can the macro be played."""
        self._steps[self.recording] = self._recorded
        self.recording = ""

    def note(self, step: Step) -> None:
        """Record a step, if it comes from the learner."""
        if self.recording and not self.playing:
            self._recorded.append(step)

    def steps(self, register: str) -> list[Step]:
        """Return the steps of a macro; `@` is the one that was played last."""
        register = self._last if register == "@" else register.lower()
        return list(self._steps.get(register, ()))

    def play(self, register: str, times: int, press: Callable[[Step], bool]) -> bool:
        """Press the keys of a macro until one has no effect; return whether it came to its end in time.

        A macro that is played by another one goes on in the same loop.
        """
        steps = self.steps(register)
        self._last = self._last if register == "@" else register.lower()
        inner = self.playing
        self._waiting.append(chain.from_iterable(repeat(steps, times)))
        if inner:
            return True
        until = time.monotonic() + SECONDS
        try:
            while self._waiting:
                step = next(self._waiting[-1], None)
                if step is None:
                    self._waiting.pop()
                elif time.monotonic() > until:
                    return False
                elif not press(step):
                    break
            return True
        finally:
            self._waiting.clear()
