"""The limit on the time of foreign code, at the moment when it strikes."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from evoclass.pluginhost import timelimit
from evoclass.pluginhost.timelimit import time_limit


def compute_for_ever() -> list[list[int]]:
    """Make a list that nobody holds but the interrupted line: its end takes longer than the next interruption."""
    return [[] for _ in iter(int, 1)]


def overdue() -> str:
    try:
        with time_limit(0.2):
            compute_for_ever()
    except TimeoutError as error:
        return str(error)
    except BaseException as error:
        return f"{type(error).__name__} got out"
    return "nothing"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timelimit, "AGAIN", 0.001)
    gc.disable()  # finalizers of earlier tests' garbage and hypothesis' callback would be interrupted, and say so
    yield
    gc.enable()


def test_what_takes_long_to_clear_away_is_a_timeout_all_the_same() -> None:
    assert {overdue() for _ in range(5)} == {"took more than 0.2 s"}


def test_the_same_on_another_thread() -> None:
    found = []
    thread = threading.Thread(target=lambda: found.extend(overdue() for _ in range(5)))
    thread.start()
    thread.join()
    assert set(found) == {"took more than 0.2 s"}


LIMITED_ELSEWHERE = """
def work():
    with time_limit(60):
        pass
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
NEVER_RAISED = """
nothing = ctypes.py_object()
ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), nothing)
absorb()
"""
TRACED_AFTERWARDS = """
import ctypes, sys, threading
from evoclass.pluginhost.timelimit import absorb, time_limit
%s
sys.settrace(lambda frame, event, argument: None)
(lambda: print("went on"))()
"""


@pytest.mark.parametrize("before", [LIMITED_ELSEWHERE, NEVER_RAISED])
def test_a_function_that_is_traced_afterwards_gets_past_its_beginning(before: str) -> None:
    command = [sys.executable, "-c", TRACED_AFTERWARDS % before]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout == "went on\n", ended.stderr
