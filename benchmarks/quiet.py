"""What an open window costs: idle, and what it sends to the terminal for a letter, a line and a page."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
from emulator import SIZE, Emulator
from opening import WORD, programs
from row import report

IDLE = 30.0
"""Seconds of doing nothing."""


def idle(emulator: Emulator, seconds: float) -> None:
    """Report what doing nothing costs."""
    emulator.settle(0.8)
    busy, sent = emulator.busy, emulator.sent
    emulator.watch(seconds)
    report("quiet: processor while idle", (emulator.busy - busy) / seconds * 100, "%", 0.1)
    report("quiet: sent while idle", (emulator.sent - sent) / seconds, "bytes/s", 0.0)


def cost(emulator: Emulator, keys: Iterator[str]) -> float:
    """Return the median of the bytes sent for each key."""
    sent = []
    for key in keys:
        before = emulator.sent
        emulator.child.send(key)
        emulator.settle(0.7)
        sent.append(emulator.sent - before)
    return statistics.median(sent)


def is_right(emulator: Emulator) -> bool:
    """Whether the screen looks as it does when all of it is sent again."""
    emulator.settle(1.0)
    before = picture(emulator)
    rows, columns = SIZE
    for size in ((rows, columns + 1), SIZE):
        emulator.screen.resize(*size)
        emulator.child.setwinsize(*size)
        emulator.settle(1.5)
    return picture(emulator) == before


def picture(emulator: Emulator) -> list[list[pyte.screens.Char]]:
    """Return every cell of the screen, colours included; a blank has no colour of its own."""
    cells = emulator.screen.buffer
    return [[shown(cells[y][x]) for x in range(SIZE[1])] for y in range(SIZE[0])]


def shown(cell: pyte.screens.Char) -> pyte.screens.Char:
    """Leave out what nobody sees."""
    if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough):
        return cell._replace(fg="default", bold=False, italics=False)
    return cell


def main() -> None:
    """Measure all of it in one window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=IDLE)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as name:
        program = programs(Path(name))["400"]
        emulator = Emulator(program.arguments, **program.environment)
        try:
            emulator.wait(lambda text: WORD in text and "Ready." in text)
            idle(emulator, seconds)
            measure(emulator)
        finally:
            emulator.close()


def measure(emulator: Emulator) -> None:
    """Report each kind of key, and whether the terminal ends with the right picture."""
    wrong = 0

    def key(
        title: str, keys: Iterator[str], bar: float, go_there: Callable[[], object] = lambda: None
    ) -> None:
        nonlocal wrong
        go_there()
        emulator.settle(1.0)
        report(f"quiet: sent for {title}", cost(emulator, keys), "bytes", bar)
        wrong += not is_right(emulator)

    key("one line down", iter(["j"] * 8), 4000)
    key("a page down", iter([" "] * 5), 20_000)
    key("a letter in the editor", iter("abcdefgh"), 2000, lambda: emulator.click("print(1)"))
    report("quiet: pictures that a whole repaint changes", wrong, "", 0)


if __name__ == "__main__":
    main()
