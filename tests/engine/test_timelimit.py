"""The limit on the time of foreign code, at the moment when it strikes."""

from __future__ import annotations

import gc
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
