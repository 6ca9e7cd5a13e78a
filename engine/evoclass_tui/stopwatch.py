"""Active time: counts while events arrive, and stops by itself when none do."""

from __future__ import annotations

import time
from collections.abc import Callable


class Stopwatch:
    """Adds up the time between signs of life, as long as they are not too far apart."""

    def __init__(self, seconds: float = 0.0, idle: float = 60.0, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._idle = idle
        self._counted = seconds
        self._since: float | None = None
        self._last_sign = 0.0
        self._reported = seconds

    def touch(self) -> None:
        """Note a sign of life."""
        now = self._clock()
        self._settle(now)
        if self._since is None:
            self._since = now
        self._last_sign = now

    @property
    def seconds(self) -> float:
        """Active time so far; the stretch without a sign of life before a pause counts up to its limit."""
        self._settle(self._clock())
        running = 0.0 if self._since is None else self._clock() - self._since
        return self._counted + running

    @property
    def paused(self) -> bool:
        """Whether it has stopped because no sign of life came."""
        self._settle(self._clock())
        return self._since is None

    def take_news(self) -> float:
        """Return the seconds that were counted since the last call."""
        seconds = self.seconds
        news, self._reported = seconds - self._reported, seconds
        return news

    def _settle(self, now: float) -> None:
        """Stop the count at the end of the idle time, once that has passed."""
        if self._since is not None and now - self._last_sign >= self._idle:
            self._counted += self._last_sign + self._idle - self._since
            self._since = None
