"""The resources of a run: resident memory of its whole process tree, and the number of its processes."""

from __future__ import annotations

import contextlib
import os
from glob import glob

from evoclass.frozen import frozen
from evoclass.runner import Limits
from evoclass_local.family import descendants

MOST = 256
"""Processes in which a delay is looked for."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@frozen
class Usage:
    """One look at a process tree."""

    memory: int
    """Bytes of real memory."""
    processes: int


def measure(pid: int, limits: Limits) -> Usage:
    """Measure the descendants of `pid`, in as much detail as `limits` need.

    Once there are too many processes, memory no longer matters, and looking at each of them would only lose time.
    Shared pages are divided among processes only when the sum is over the limit.
    """
    members = descendants(pid, limits.processes)
    if len(members) > limits.processes:
        return Usage(0, len(members))
    total = sum(_resident(member) for member in members)
    if total > limits.memory and len(members) > 1:
        total = sum(_proportional(member) for member in members)
    return Usage(total, len(members))


def delay(pid: int) -> float:
    """Return the seconds for which a thread of the descendants of `pid` waited for a processor: the most of any."""
    longest = 0
    for member in descendants(pid, MOST):
        for file in glob(f"/proc/{member}/task/*/schedstat"):
            with contextlib.suppress(OSError, ValueError), open(file) as stat:
                longest = max(longest, int(stat.read().split()[1]))
    return longest / 1e9


def _resident(pid: int) -> int:
    """Return resident bytes, without those of files (libraries), which the system can drop at any time."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            fields = file.read().split()
        return (int(fields[1]) - int(fields[2])) * _PAGE
    except FileNotFoundError:
        if os.path.exists("/proc/self/statm"):
            return 0
    except (ProcessLookupError, PermissionError):
        return 0
    import psutil

    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def _proportional(pid: int) -> int:
    """Return resident bytes with shared pages divided among the processes that share them."""
    total = 0
    with (
        contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError),
        open(f"/proc/{pid}/smaps_rollup") as file,
    ):
        for line in file:
            if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                total += int(line.split()[1]) * 1024
    return total


def kills_for_memory() -> int:
    """Return how many processes the kernel has killed so far because the machine ran out of memory."""
    try:
        with open("/proc/vmstat") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)
    except OSError:
        return 0
