"""The end of a command after which plugins from elsewhere would go on: their threads, and what they do at exit."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import time
from typing import NoReturn

from evoclass.i18n import Catalog, system_language
from evoclass.pluginhost.loading import contained
from evoclass.wording.printable import printable

SECONDS = 5.0
"""Seconds that functions of `atexit` may take in all, and then threads."""


def part(code: int) -> NoReturn:
    """End the process as Python does, within a time, and with nothing more on standard output."""
    say = Catalog(system_language())
    _to_errors()
    with contextlib.suppress(Exception):  # Python has told which function did not end
        contained(atexit._run_exitfuncs, SECONDS)
    for thread in _left_after(SECONDS):
        _tell(say("plugin.left_thread", name=thread.name))
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    os._exit(code)


def _to_errors() -> None:
    """Send what is still printed to standard error: the document on standard output is complete."""
    with contextlib.suppress(Exception):  # its reader may have gone
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.dup2(2, 1)


def _left_after(seconds: float) -> list[threading.Thread]:
    """Wait for the threads that Python waits for, at most for a time; return those that go on."""
    for tell in reversed(getattr(threading, "_threading_atexits", ())):
        with contextlib.suppress(Exception):
            tell()
    end = time.monotonic() + seconds
    for thread in _others():
        thread.join(max(end - time.monotonic(), 0))
    return _others()


def _others() -> list[threading.Thread]:
    main = threading.main_thread()
    return [thread for thread in threading.enumerate() if thread is not main and not thread.daemon]


def _tell(text: str) -> None:
    with contextlib.suppress(Exception):
        print(printable(text), file=sys.stderr)
