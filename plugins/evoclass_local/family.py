"""The descendants of a process, and how to end them all."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_LISTED = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
"""Whether the kernel lists the children of a process; this is far quicker than looking at every process."""

_ROUNDS = 50


def children(pid: int) -> list[int]:
    """Return the process numbers of the children of `pid`, zombies included."""
    if not _LISTED:
        import psutil  # slow to import, and Linux needs none of it

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


def descendants(pid: int, most: int = sys.maxsize) -> list[int]:
    """Return the process numbers of the descendants of `pid`, nearest first; give up when there are over `most`."""
    found = children(pid)
    for parent in found:  # grows while it is walked
        if len(found) > most:
            break
        found += children(parent)
    return found


def outer_number(pid: int, parent: int) -> int:
    """Return our number of the child of `parent` that has the number `pid` in its own namespace; 0 if it is gone."""
    for child in children(parent):
        if child == pid:
            return child
        with (
            contextlib.suppress(FileNotFoundError, ProcessLookupError),
            open(f"/proc/{child}/status") as file,
        ):
            numbers = next((line.split()[1:] for line in file if line.startswith("NSpid:")), [])
            if numbers and int(numbers[-1]) == pid:
                return child
    return 0


def kill_family(pid: int, spare: int = 0) -> None:
    """Kill the descendants of `pid`, and those that they start meanwhile.

    This finds all only if their orphans are adopted by `pid` or by one of its descendants.  `spare` is left alone: it
    has ended and only its number is still needed.
    """
    killed: set[int] = set()
    for _ in range(_ROUNDS):
        found = [child for child in descendants(pid) if child not in killed and child != spare]
        if not found:
            break
        for child in found:
            killed.add(child)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
