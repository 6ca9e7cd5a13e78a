"""The limits that a process can set for itself."""

from __future__ import annotations

import sys

from evoclass.running.program import Limits

if sys.platform != "win32":  # where every module can be imported, although no worker runs
    import resource


def hold_to(limits: Limits) -> None:
    """Set the limits on open files and on the size of a file for this process and those that it starts."""
    lower_limit(resource.RLIMIT_NOFILE, limits.files)
    lower_limit(resource.RLIMIT_FSIZE, limits.file_size)


def lower_limit(which: int, value: int) -> None:
    """Lower a limit of `resource` to `value`, or leave it if it is already lower."""
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
