"""The threads that an interpreter waits for at its end."""

from __future__ import annotations

import threading
import time


def wait_for_threads(seconds: float = float("inf")) -> list[threading.Thread]:
    """Wait for the threads that are not daemons, for a limited time; return those that are still running.

    First, pools are told to stop their threads, as an interpreter does.
    """
    if not _threads():
        return []
    for tell in reversed(getattr(threading, "_threading_atexits", ())):
        tell()
    end = time.monotonic() + seconds
    for thread in _threads():
        thread.join(None if seconds == float("inf") else max(end - time.monotonic(), 0))
    return _threads()


def _threads() -> list[threading.Thread]:
    main = threading.main_thread()
    return [thread for thread in threading.enumerate() if thread is not main and not thread.daemon]
