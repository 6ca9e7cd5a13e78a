"""A plugin's widget that computes forever holds up the whole screen: it is interrupted, and its failure is reported."""

from __future__ import annotations

import signal
import time
from types import FrameType

from textual.dom import DOMNode

from evoclass.pluginhost.loading import is_bundled
from evoclass.pluginhost.registry import ANSWER_SECONDS
from evoclass.pluginhost.timelimit import AGAIN

BEAT = 1.0
"""Seconds between two signs of life."""


HANDLING = 0.5
"""Seconds allowed for handling a widget's failure; after that the widget must have caught it, and is interrupted again.
"""


class Watch:
    """Raises TimeoutError in a plugin's widget that has blocked the screen for `ANSWER_SECONDS`."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._alarm = signal.getitimer(signal.ITIMER_REAL)
        self._before = signal.signal(signal.SIGALRM, self._ring)
        self.beat()

    def beat(self) -> None:
        """Say that the screen is alive."""
        signal.setitimer(signal.ITIMER_REAL, ANSWER_SECONDS, AGAIN)

    def stop(self) -> None:
        """Give the alarm back, with the rest of the time for which it was set."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before if self._before is not None else signal.SIG_DFL)
        left, interval = self._alarm
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - self._begun), 1e-3), interval)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, DOMNode) and _is_foreign(type(node)):
                signal.setitimer(signal.ITIMER_REAL, HANDLING, AGAIN)
                raise TimeoutError(f"took more than {ANSWER_SECONDS:g} s")
            frame = frame.f_back


def _is_foreign(cls: type) -> bool:
    return not is_bundled(cls) and cls.__module__.partition(".")[0] != "textual"
