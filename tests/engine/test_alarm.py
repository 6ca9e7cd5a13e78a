"""The alarm by real signals: it rings in the main thread, late if it must, and disturbs nothing."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

import pytest

from evoclass.inspecting import alarm
from evoclass.inspecting.alarm import SIGNAL, Alarm, KernelTimer, ThreadTimer

pytestmark = pytest.mark.skipif(not SIGNAL, reason="no such signal here")


class Ringing:
    """Counts, and rings again until it is stopped."""

    def __init__(self) -> None:
        self.alarm = Alarm(self.ring)
        self.frames: list[str] = []

    def ring(self, frame: FrameType | None) -> None:
        self.frames.append(frame.f_code.co_name if frame is not None else "")
        assert threading.current_thread() is threading.main_thread()
        self.alarm.set(0.001)


@pytest.fixture(params=[KernelTimer, ThreadTimer])
def ringing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ringing]:
    if request.param is ThreadTimer:
        monkeypatch.setattr(alarm, "KernelTimer", ThreadTimer)
    ringing = Ringing()
    ringing.alarm.start()
    yield ringing
    ringing.alarm.stop()
    assert signal.getsignal(SIGNAL) is signal.SIG_DFL


def busy(ringing: Ringing, times: int) -> None:
    """Compute until it has rung so often."""
    while len(ringing.frames) < times:
        pass


def test_it_rings_in_the_code_that_runs(ringing: Ringing) -> None:
    ringing.alarm.set(0.001)
    busy(ringing, 5)
    assert "busy" in ringing.frames


def test_calls_of_the_system_go_on(ringing: Ringing) -> None:
    ringing.alarm.set(0.001)
    begun = time.monotonic()
    time.sleep(0.1)
    reading, writing = os.pipe()
    assert select.select([reading], [], [], 0.1)[0] == []
    assert time.monotonic() - begun >= 0.2
    threading.Timer(0.05, os.write, (writing, b"x")).start()
    assert os.read(reading, 1) == b"x"
    assert subprocess.run([sys.executable, "-c", "import time; time.sleep(0.1)"], check=False).returncode == 0
    assert ringing.frames


def test_it_rings_no_more_when_it_was_stopped(ringing: Ringing) -> None:
    ringing.alarm.set(0.001)
    busy(ringing, 2)
    ringing.alarm.stop()
    count = len(ringing.frames)
    time.sleep(0.02)
    assert len(ringing.frames) == count
    assert not ringing.alarm.works


def test_a_program_that_takes_the_signal_keeps_it(ringing: Ringing) -> None:
    taken: list[int] = []
    signal.signal(SIGNAL, lambda number, frame: taken.append(number))
    try:
        ringing.alarm.set(0.001)
        time.sleep(0.02)
        assert taken == []
        signal.raise_signal(SIGNAL)
        assert taken == [SIGNAL]
        other = Alarm(ringing.ring)
        other.start()
        assert not other.works
    finally:
        signal.signal(SIGNAL, signal.SIG_DFL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_no_alarm(ringing: Ringing) -> None:
    ringing.alarm.set(0.001)
    busy(ringing, 2)
    pid = os.fork()
    if pid == 0:
        count = len(ringing.frames)
        time.sleep(0.05)
        os._exit(min(len(ringing.frames) - count, 1))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_it_rings_after_a_call_that_is_c_from_end_to_end(ringing: Ringing) -> None:
    call = alarm.at_once()
    assert call(None) is None
    busy(ringing, 1)
