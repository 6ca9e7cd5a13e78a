"""The thread for keys sleeps while there are none, and wakes for a key and for the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from evoclass_tui.patient_driver import SOON, _Ending


class Asking(threading.Thread):
    """Asks once whether to end."""

    def __init__(self, ending: _Ending) -> None:
        super().__init__(daemon=True)
        self.ending = ending
        self.answer: bool | None = None

    def run(self) -> None:
        self.ending.thread = threading.get_ident()
        self.answer = self.ending.is_set()


@pytest.fixture
def keyboard() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)
    os.close(write)


def ask(terminal: int, since: float) -> Asking:
    ending = _Ending(terminal)
    ending._heard -= since
    asking = Asking(ending)
    asking.start()
    return asking


def test_it_sleeps_until_a_key_comes(keyboard: tuple[int, int]) -> None:
    asking = ask(keyboard[0], SOON + 1)
    asking.join(0.2)
    assert asking.is_alive()
    assert not asking.ending.is_set(), "another thread is not kept waiting"
    os.write(keyboard[1], b"x")
    asking.join()
    assert asking.answer is False


def test_it_wakes_for_the_end_and_can_begin_again(keyboard: tuple[int, int]) -> None:
    asking = ask(keyboard[0], SOON + 1)
    asking.ending.set()
    asking.join()
    assert asking.answer is True
    asking.ending.clear()
    again = Asking(asking.ending)
    asking.ending._heard -= SOON + 1
    again.start()
    again.join(0.2)
    assert again.is_alive(), "the end of before does not wake it"
    asking.ending.set()
    again.join()


def test_soon_after_a_key_it_looks_again_at_once(keyboard: tuple[int, int]) -> None:
    asking = ask(keyboard[0], 0)  # a lone Escape waits for the next look
    asking.join()
    assert asking.answer is False
