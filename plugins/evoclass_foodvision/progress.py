"""One line on the terminal that says how far something has come, and goes when it is done."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from evoclass_foodvision.messages import say

PATIENCE = 1.0
"""Seconds for which nobody needs to be told that the program is alive."""
PAUSE = 0.5
"""Seconds between two lines."""


class Progress:
    """Tells how many of `total` are done, on a terminal only and once it has taken a while."""

    def __init__(self, key: str, total: int) -> None:
        self._key = key
        self._total = total
        self._done = 0
        self._due = time.monotonic() + PATIENCE if _on_terminal() else None
        self._shown = ""

    def __enter__(self) -> Progress:
        return self

    def step(self) -> None:
        """Count one more."""
        self._done += 1
        if self._due is None or time.monotonic() < self._due:
            return
        self._shown = say(self._key, share=f"{self._done / self._total:.0%}")
        print(f"\r{self._shown}\x1b[K", end="\r", file=sys.stderr, flush=True)
        self._due = time.monotonic() + PAUSE

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shown:
            # Blanks too: `evoclass run` into a pipe passes no sequences on, and a terminal may come after it.
            print(f"\r{' ' * len(self._shown)}\r\x1b[K", end="", file=sys.stderr, flush=True)


def _on_terminal() -> bool:
    """Whether someone watches; a program in a window may have no such stream at all."""
    return sys.stderr is not None and sys.stderr.isatty()
