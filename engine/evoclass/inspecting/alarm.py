"""A clock that rings inside the program: in the main thread, between two of its instructions."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
from _thread import start_new_thread
from collections.abc import Callable
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any

SIGNAL: int = getattr(signal, "SIGURG", 0)
"""A signal that programs do not use and that has no effect by default, as Go's runtime has found; 0 on Windows."""

_MONOTONIC, _TO_THREAD = 1, 4  # CLOCK_MONOTONIC and SIGEV_THREAD_ID, for which Python has no names


class _Event(ctypes.Structure):
    """`struct sigevent` of Linux."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("thread", ctypes.c_int),
        ("padding", ctypes.c_int * 16),
    )


class _Times(ctypes.Structure):
    """`struct itimerspec`."""

    _fields_ = tuple(
        (name, ctypes.c_long) for name in ("every_seconds", "every_nanoseconds", "seconds", "nanoseconds")
    )


class KernelTimer:
    """A kernel timer for this thread: it needs no other thread, and no child process inherits it."""

    def __init__(self) -> None:
        library = _library()
        self._set, self._delete = library.timer_settime, library.timer_delete
        self._number, self._times = ctypes.c_void_p(), _Times()
        event = _Event(signal=SIGNAL, notify=_TO_THREAD, thread=threading.get_native_id())
        if library.timer_create(_MONOTONIC, ctypes.byref(event), ctypes.byref(self._number)):
            raise OSError(ctypes.get_errno(), "no timer")

    def set(self, seconds: float) -> None:
        """Send the signal to the thread after this many seconds, replacing an earlier setting."""
        self._times.seconds, part = divmod(int(seconds * 1e9), 1_000_000_000)
        self._times.nanoseconds = part or 1
        self._set(self._number, 0, ctypes.byref(self._times), None)

    def close(self) -> None:
        """Delete the timer."""
        self._delete(self._number)


class ThreadTimer:
    """The same for kernels without such timers: a thread that sleeps."""

    def __init__(self) -> None:
        self._target = threading.get_ident()
        self._due = float("inf")
        self._open = True
        self._changed = threading.Event()
        start_new_thread(self._wait, ())  # hidden from `threading.enumerate`

    def _wait(self) -> None:
        while self._open:
            left = self._due - monotonic()
            if left <= 0:
                self._due = float("inf")
                signal.pthread_kill(self._target, SIGNAL)
            elif self._changed.wait(left if left < 3600 else None):
                self._changed.clear()

    def set(self, seconds: float) -> None:
        """Send the signal to the thread after this many seconds, replacing an earlier setting."""
        self._due = monotonic() + seconds
        self._changed.set()

    def close(self) -> None:
        """End the thread."""
        self._open = False
        self._changed.set()


class Alarm:
    """Calls `ring` with the running frame, once each time it is set; does nothing where there is no such signal."""

    def __init__(self, ring: Callable[[FrameType | None], None]) -> None:
        self._ring = ring
        self._timer: KernelTimer | ThreadTimer | None = None

    @property
    def works(self) -> bool:
        """Whether it is started and the program has not taken the signal for itself."""
        return self._timer is not None and signal.getsignal(SIGNAL) == self._on_signal

    def start(self) -> None:
        """Take the signal, unless other code already handles it."""
        if not SIGNAL or threading.current_thread() is not threading.main_thread():
            return
        before = signal.getsignal(SIGNAL)
        other = getattr(before, "__self__", None)
        if isinstance(other, Alarm):
            other.stop()
        elif before not in (signal.SIG_DFL, signal.SIG_IGN):
            return
        signal.signal(SIGNAL, self._on_signal)
        signal.siginterrupt(SIGNAL, False)
        try:
            self._timer = KernelTimer()
        except (OSError, AttributeError):
            self._timer = ThreadTimer()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._ring(frame)

    def set(self, seconds: float) -> None:
        """Ring after this many seconds, replacing an earlier setting."""
        if self._timer is not None and self.works:
            self._timer.set(seconds)

    def stop(self) -> None:
        """Restore the signal."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.close()
            self.forget()

    def forget(self) -> None:
        """Restore the signal in a forked child, which has no timer."""
        self._timer = None
        if signal.getsignal(SIGNAL) == self._on_signal:
            signal.signal(SIGNAL, signal.SIG_DFL)


def at_once() -> Callable[[Any], None]:
    """Return a function that rings after it has returned.

    It is all C: a function in Python would itself be interrupted first, which is no use because the program is the
    target.
    """
    prototype = ctypes.PYFUNCTYPE(None, ctypes.c_int, ctypes.py_object)
    return partial(prototype(("raise", ctypes.PyDLL(None))), SIGNAL)


def _library() -> ctypes.CDLL:
    """Return the library with the timers: C's own, or a separate one on older systems."""
    if not sys.platform.startswith("linux"):
        raise OSError("no timers for threads")
    library = ctypes.CDLL(None, use_errno=True)
    return library if hasattr(library, "timer_create") else ctypes.CDLL("librt.so.1", use_errno=True)
