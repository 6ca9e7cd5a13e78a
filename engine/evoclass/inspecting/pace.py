"""How often the inspector may look: a rate, and a share of the program's time."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import get_clock_info, perf_counter, process_time, thread_time

cost_clock = thread_time if get_clock_info("thread_time").resolution < 1e-4 else perf_counter
"""Counts the inspector's own time, not the time in which the system gave the processor to others."""

work_clock = process_time if get_clock_info("process_time").resolution < 1e-4 else perf_counter
"""Counts the program's work in all its threads together."""


def starved_clock() -> float:
    """Return the seconds in which this thread could have worked and others had the processors, if the system tells."""
    try:
        file = os.open("/proc/thread-self/schedstat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return int(os.read(file, 100).split()[1]) / 1e9
        finally:
            os.close(file)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


class Pace:
    """Grants frames: never more than `rate` a second, never more than `share` of the program's working time."""

    ALLOWANCE = 0.015
    """Seconds that may be spent in advance at the start, so that a short program is seen too."""

    SAVED = 0.005
    """Seconds that may be saved later, for the frame after a long statement."""

    IDLE = 0.001
    """Seconds without work from which it is asked why there was none."""

    TRAINING = 0.01
    """Seconds that may be spent in advance when training begins, which may end before they are earned."""

    UNCOUNTED = 0.35
    """Part of the share kept for costs that no clock counts: after a frame the program's caches are cold."""

    WAITING = 0.25
    """Credit for a second in which the program waits, as a part of that for a second of work.  Looking costs processor
    time, and threads with small tensors wait for each other half of the time; but a sleeping program is looked at
    too."""

    def __init__(
        self,
        rate: float,
        share: float,
        worked: Callable[[], float] | None = None,
        starved: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._worked = worked
        """Returns the processor seconds of the program so far; None means that it works all the time."""
        self._worked_before = 0.0
        self._starved = starved
        """Returns the seconds so far in which others had the processors: those are neither work nor waiting."""
        self._starved_before = 0.0
        self._gap = 1.0 / rate if rate > 0 else float("inf")
        self._share = share * (1 - self.UNCOUNTED)
        self._credit = self.ALLOWANCE
        self._counted = 0.0
        self.next = 0.0
        """Time of the next frame."""

    def begin(self, now: float) -> None:
        """Start counting the program's time."""
        self._counted = self.next = now
        if self._worked is not None:
            self._worked_before = self._worked()
            self._starved_before = self._starved()

    def training_begins(self, now: float) -> None:
        """Make the first step's frame due, however much was spent before it."""
        self._count(now)
        self._credit = max(self._credit, self.TRAINING)
        self.next = min(self.next, now)

    def earn(self, now: float, share: float) -> None:
        """Grant this share of the time from now on."""
        self._count(now)
        self._share = share * (1 - self.UNCOUNTED)

    def due(self, now: float) -> bool:
        """Whether it is time for the next frame and the last ones are paid for; otherwise set the time of the next."""
        if now < self.next:
            return False
        self._count(now)
        if self._credit < -1e-6:
            self.next = now + self._wait()
            return False
        return True

    def affords(self, now: float) -> bool:
        """Whether there is credit left now, regardless of the rate."""
        self._count(now)
        return self._credit > 0

    def slice(self) -> float:
        """Return the longest time in seconds that one frame may take at the full rate."""
        return self._gap * self._share if self._gap < 60 else self.ALLOWANCE

    def spent(self, now: float, seconds: float) -> None:
        """Charge a frame that ended at `now` and set the time of the next."""
        self.next = now + self._gap
        self.charge(now, seconds)

    def charge(self, now: float, seconds: float) -> None:
        """Charge work that is not a frame: it delays the next frame only if the share is used up."""
        self._count(now)
        self._credit -= seconds
        self.next = max(self.next, now + self._wait())

    def _wait(self) -> float:
        return -self._credit / self._share if self._share > 0 else float("inf")

    def _count(self, now: float) -> None:
        passed = max(0.0, now - self._counted)
        if self._worked is not None:
            worked = self._worked()
            busy = min(passed, worked - self._worked_before)  # several working threads earn no more than one
            self._worked_before = worked
            idle = passed - busy
            if idle > self.IDLE:
                starved = self._starved()
                idle = max(0.0, idle - (starved - self._starved_before))
                self._starved_before = starved
            passed = busy + self.WAITING * idle
        self._credit = max(self._credit, min(self.SAVED, self._credit + passed * self._share))
        self._counted = now
