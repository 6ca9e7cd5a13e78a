"""Ends a command after which plugins from elsewhere would keep running: their threads, and their exit functions."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from typing import NoReturn

from evoclass.i18n import Catalog, system_language
from evoclass.pluginhost.loading import contained
from evoclass.running.threads import wait_for_threads
from evoclass.wording.printable import printable

SECONDS = 5.0
"""Seconds that `atexit` functions may take in total, and then threads."""


def part(code: int) -> NoReturn:
    """End the process as Python does, within a time limit, and with no more writes to standard output."""
    _to_errors()
    with contextlib.suppress(Exception):  # Python has reported which function did not end
        contained(atexit._run_exitfuncs, SECONDS)
    left: list[threading.Thread] = []
    with contextlib.suppress(Exception):  # a pool of the plugin may be broken
        left = wait_for_threads(SECONDS)
    for thread in left:
        _tell(Catalog(system_language())("plugin.left_thread", name=thread.name))
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    os._exit(code)


def _to_errors() -> None:
    """Send later prints to standard error: the document on standard output is complete."""
    with contextlib.suppress(Exception):  # its reader may have gone
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.dup2(2, 1)


def _tell(text: str) -> None:
    with contextlib.suppress(Exception):
        print(printable(text), file=sys.stderr)
