"""Who descends from a process, what they use, and how to end them all."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

_LISTED = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
"""Whether the kernel lists the children of a process, which is far quicker than looking at every process."""


def children(pid: int) -> list[int]:
    """Return the process numbers of the children of `pid`, zombies included."""
    if not _LISTED:
        try:
            return [child.pid for child in psutil.Process(pid).children()]
        except psutil.Error:
            return []
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # it may end in between
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += map(int, file.read().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return the process numbers of all descendants of `pid`, nearest first."""
    found: list[int] = []
    waiting = children(pid)
    while waiting:
        found += waiting
        waiting = [child for parent in waiting for child in children(parent)]
    return found


def kill_family(pid: int, itself: bool = False) -> int:
    """Kill the descendants of `pid` until there are none left, at most a few rounds; return how many there were."""
    killed: set[int] = set()
    if itself:
        # Stopped first, it can start no further ones while they are looked for.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGSTOP)
    for _ in range(20):
        found = [child for child in descendants(pid) if child not in killed]
        if not found:
            break
        for child in found:
            killed.add(child)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
    if itself:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        killed.add(pid)
    return len(killed)
