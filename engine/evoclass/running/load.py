"""The processors of this machine, and whether others are using them."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def busy() -> bool:
    """Whether as many programs run or wait to run as there are processors, over the last minute."""
    try:
        return os.getloadavg()[0] >= processors()
    except (AttributeError, OSError):  # a system without load averages
        return False
