"""Textual's driver for Unix terminals, with a thread for keys that sleeps until there are some.

Textual's own looks ten times a second whether the program ends: a tenth of a percent of a core in an idle window.
"""

from __future__ import annotations

import os
import select
import threading
import time
from typing import Any

from textual.drivers.linux_driver import LinuxDriver

SOON = 0.3
"""Seconds after a key in which Textual still looks often: a lone Escape becomes a key when nothing follows it."""


class _Ending(threading.Event):
    """Whether the thread for keys is to end; it asks between two looks at the terminal, and may be kept waiting."""

    def __init__(self, terminal: int) -> None:
        super().__init__()
        self.thread = 0
        """The thread for keys."""
        self._terminal = terminal
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        self._heard = time.monotonic()

    def set(self) -> None:
        super().set()
        os.write(self._wake, b"\0")

    def clear(self) -> None:
        super().clear()
        if select.select([self._woken], [], [], 0)[0]:
            os.read(self._woken, 4096)

    def is_set(self) -> bool:
        if threading.get_ident() == self.thread and not super().is_set():
            self._wait()
        return super().is_set()

    def _wait(self) -> None:
        now = time.monotonic()
        if select.select([self._terminal], [], [], 0)[0]:
            self._heard = now
        elif now - self._heard > SOON:
            select.select([self._terminal, self._woken], [], [])
            self._heard = time.monotonic()


class PatientDriver(LinuxDriver):
    """Waits for keys without a look at the clock."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._ending = self.exit_event = _Ending(self.fileno)

    def run_input_thread(self) -> None:
        self._ending.thread = threading.get_ident()
        super().run_input_thread()
