"""The window's later starts take what earlier ones compiled, whichever way these ended."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evoclass.disk import paths

Launch = Callable[..., Any]


@pytest.mark.parametrize("by_closing", [False, True], ids=["quit", "terminal closed"])
def test_a_third_start_compiles_next_to_nothing(
    launch: Launch, course: Path, monkeypatch: pytest.MonkeyPatch, by_closing: bool
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    kept = paths.cache_folder() / f"start.{sys.implementation.cache_tag}"
    stamps = []
    for _ in range(3):  # the first one reads the lesson's source, the second one what is kept of it
        screen = launch("learn", "1", "--content", str(course), "--trust")
        screen.wait("Adding")
        screen.press("F5")
        screen.wait("total 4")
        if by_closing:
            screen.child.ptyproc.fileobj.close()
            screen.child.wait()
            assert screen.child.signalstatus == signal.SIGHUP
        else:
            screen.press("^Q")
            assert screen.ended() == 0
        stamps.append(kept.stat().st_mtime_ns)
    assert stamps[1] == stamps[2]
