"""How a process ends as an interpreter does, although it leaves by `os._exit`: nothing that was written is lost."""

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
        with contextlib.suppress(Exception):  # the program may have put anything there, or closed it
            stream.flush()  # type: ignore[union-attr]
    ctypes.CDLL(None).fflush(None)


def flush_files() -> None:
    """Write out the files that the program has left open: others read them while its prompt stays."""
    for thing in gc.get_objects():
        if issubclass(type(thing), io.IOBase):
            with contextlib.suppress(Exception):  # it may be closed, read-only, or the program's own class
                thing.flush()


def leave(namespace: dict[str, Any]) -> None:
    """Run what the program has registered with `atexit`, then let its global values go, as Python does.

    Files are closed so, finalizers run, generators end.
    """
    atexit._run_exitfuncs()
    flush()
    # Python stops the threads that are left before it clears names away; here they may still stumble over that.
    threading.excepthook = lambda arguments: None
    for name in list(namespace):
        if not (name.startswith("__") and name.endswith("__")):
            namespace[name] = None
    sys.last_traceback = sys.last_value = sys.last_type = None
    gc.collect()
    flush_files()
    flush()
