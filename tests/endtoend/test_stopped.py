"""The program is stopped as by a shell, other programs write to the terminal, and it goes on."""

from __future__ import annotations

import os
import select
import signal
import time
from pathlib import Path

import pytest

from terminal import Terminal


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux whether a process has stopped")
def test_all_of_the_window_comes_back(home: Path) -> None:
    terminal = Terminal(["learn", "1", "--lang", "en"], 120, 40, {})
    try:
        terminal.wait(lambda text: "Ready." in text and "F1 Help" in text)
        os.kill(terminal.child.pid, signal.SIGTSTP)
        end = time.monotonic() + 60
        while state(terminal.child.pid) != "T":
            assert time.monotonic() < end
            terminal._read(0.05)
        while select.select([terminal.child], [], [], 0)[0]:
            terminal._read(0)
        before = terminal.text.splitlines()[3:30]
        terminal.screen.reset()
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.wait(lambda text: text.splitlines()[3:30] == before)
    finally:
        terminal.child.close(force=True)
