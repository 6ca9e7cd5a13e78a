"""A time limit for foreign code, whether it blocks in Python or computes forever."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

AGAIN = 0.05
"""Seconds after which code that swallowed the interruption is interrupted again."""

_inside = threading.local()

_LEAVING = (__file__, contextlib.__file__)
"""Files of the code that leaves the block: an interruption there would escape from it unconverted."""


class Overdue(BaseException):
    """Interrupts code that takes too long; not an `Exception`, so that `except Exception` lets it through."""


@contextlib.contextmanager
def time_limit(seconds: float, slow: float = 0.0, tell: Callable[[], None] | None = None) -> Iterator[None]:
    """Raise TimeoutError in the block once it has taken `seconds`; call `tell` once it has taken `slow`.

    Interrupts Python code, sleeping and waiting included, on the main thread; on other threads, sleeping or waiting
    code is interrupted when it wakes up.  Code that computes in C is interrupted when it returns.  A limit inside
    another one has no effect: the outer one holds.
    """
    if getattr(_inside, "busy", False):
        yield
        return
    on_main = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    clock = _Alarm(seconds, slow, tell) if on_main else _Watchman(seconds, slow, tell)
    _inside.busy = True
    try:
        clock.start()
        try:
            yield
        finally:
            clock.stop()
    except Overdue:
        raise TimeoutError(f"took more than {seconds:g} s") from None
    finally:
        _inside.busy = False


class _Alarm:
    """Interrupts the main thread with the alarm signal, and restores an alarm of other code."""

    def __init__(self, seconds: float, slow: float, tell: Callable[[], None] | None) -> None:
        self._seconds, self._slow, self._tell = seconds, slow, tell
        self._on = True

    def start(self) -> None:
        self._begun = time.monotonic()
        self._handler = signal.signal(signal.SIGALRM, self._ring)
        first = self._slow if self._tell is not None else self._seconds
        self._other = signal.setitimer(signal.ITIMER_REAL, first, AGAIN)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if not self._on:
            return
        if time.monotonic() - self._begun >= self._seconds:
            if not _leaves(frame):
                raise Overdue
            return
        if self._tell is not None:
            tell, self._tell = self._tell, None
            tell()

    def stop(self) -> None:
        self._on = False
        left, interval = self._other
        if left:
            left = max(left - (time.monotonic() - self._begun), 1e-3)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._handler if self._handler is not None else signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, left, interval)


class _Watchman:
    """Interrupts a thread other than the main one from a separate thread."""

    def __init__(self, seconds: float, slow: float, tell: Callable[[], None] | None) -> None:
        self._seconds, self._slow, self._tell = seconds, slow, tell
        self._over = threading.Event()
        self._interrupted = False

    def start(self) -> None:
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, name="time limit", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        left = self._seconds
        if self._tell is not None:
            if self._over.wait(self._slow):
                return
            self._tell()
            left -= self._slow
        while not self._over.wait(left):
            if not _leaves(sys._current_frames().get(self._watched)):
                self._interrupted = True
                interrupt(self._watched, Overdue)
            left = AGAIN

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        if self._interrupted:
            absorb()


def _leaves(frame: FrameType | None) -> bool:
    """Whether the block is being left: perhaps because of an interruption, with much to clean up."""
    return frame is not None and frame.f_code.co_filename in _LEAVING


def interrupt(thread: int, error: type[BaseException]) -> None:
    """Make a thread raise `error` at its next line of Python."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def absorb() -> None:
    """Take interruptions that were sent too late to be raised, in this thread or in one that has ended.

    Otherwise the interpreter would look for them at every step, and CPython 3.11 never gets past the beginning of a
    function that is traced while it does.  Taking back (`None` instead of an error) leaves it looking too.
    """
    try:
        interrupt(threading.get_ident(), Overdue)
        while True:
            pass
    except Overdue:
        pass
