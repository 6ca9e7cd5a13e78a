"""The watch over plugins' widgets borrows the alarm and gives it back."""

from __future__ import annotations

import signal

import pytest

from evoclass_tui.watch import Watch


@pytest.mark.parametrize("seconds", [0.0, 500.0])
def test_the_alarm_of_others_goes_on(seconds: float) -> None:
    before = signal.getsignal(signal.SIGALRM)
    pytests_own = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        watch = Watch()
        watch.beat()
        assert signal.getsignal(signal.SIGALRM) is not before
        watch.stop()
        assert signal.getsignal(signal.SIGALRM) is before
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert seconds - 60 < left <= seconds
    finally:
        signal.setitimer(signal.ITIMER_REAL, *pytests_own)
