"""Ends a process as an interpreter does, although it leaves by `os._exit`: no written data is lost."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import io
import sys
import threading
from typing import Any


def flush() -> None:
    """Write out the standard streams, Python's and C's."""
    for stream in {id(stream): stream for stream in (sys.stdout, sys.__stdout__, sys.stderr)}.values():
        with contextlib.suppress(Exception):  # the program may have replaced or closed it
            stream.flush()  # type: ignore[union-attr]
    ctypes.CDLL(None).fflush(None)


def flush_files() -> None:
    """Write out the files that the program has left open: others read them while its prompt stays."""
    for thing in gc.get_objects():
        if issubclass(type(thing), io.IOBase):
            with contextlib.suppress(Exception):  # it may be closed, read-only, or the program's own class
                thing.flush()


def leave(namespace: dict[str, Any]) -> None:
    """Run the program's `atexit` functions, then clear its global values, as Python does.

    This closes files, runs finalizers and ends generators.
    """
    atexit._run_exitfuncs()
    flush()
    # Python stops the remaining threads before it clears names; here they may still fail because of that.
    threading.excepthook = lambda arguments: None
    for name in list(namespace):
        if not (name.startswith("__") and name.endswith("__")):
            namespace[name] = None
    sys.last_traceback = sys.last_value = sys.last_type = None
    gc.collect()
    flush_files()
    flush()
