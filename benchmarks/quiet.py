"""What an open window costs: idle, and what it sends to the terminal for a letter, a line and a page."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
from emulator import SIZE, Emulator
from opening import COURSE, HEAD, WORD, programs
from PIL import Image
from row import report

IDLE = 30.0
"""Seconds of doing nothing."""


def idle(emulator: Emulator, seconds: float) -> None:
    """Report what doing nothing costs, once torch is loaded in the background."""
    emulator.wait(lambda text: "warming up" not in text)
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
    measure_pictures()


PARAGRAPH = (
    "A paragraph with *emphasis*, `code` and a [link](https://example.org) that takes more than one row.\n\n"
)

WAYS = ("blocks", "kitty", "iterm2", "sixel")


def pictured(folder: Path) -> dict[str, Emulator]:
    """Return a window on a lesson with a photo of 60 by 20 cells for each way to draw it."""
    course = folder / "pictures"
    course.mkdir()
    (course / "index.md").write_text(COURSE)
    layers = (Image.radial_gradient("L"), Image.effect_noise((256, 256), 60), Image.linear_gradient("L"))
    Image.merge("RGB", layers).resize((600, 400)).save(course / "photo.png")
    text = HEAD.format(id="pictures") + 4 * PARAGRAPH + "![A photo.](photo.png)\n\n" + 40 * PARAGRAPH
    (course / "01-opening.md").write_text(text)
    windows = {}
    for way in WAYS:
        home = folder / "home" / way
        home.mkdir(parents=True)
        (home / "config.toml").write_text(f'pictures = "{way}"\n')
        arguments = ("-m", "evoclass", "learn", "1", "--content", str(course), "--trust")
        windows[way] = Emulator(arguments, EVOCLASS_HOME=str(home))
    return windows


def held(emulator: Emulator, keys: int = 10) -> float:
    """Return the bytes a line while the key for one line down is held, with those after it."""
    before = emulator.sent
    for _ in range(keys):
        emulator.child.send("j")
        emulator.watch(1 / 30)
    emulator.settle(1.0)
    return (emulator.sent - before) / keys


def measure_pictures() -> None:
    """Report what a line costs beside a picture, by turns for each way to draw it."""
    with tempfile.TemporaryDirectory() as name:
        windows = pictured(Path(name))
        try:
            for emulator in windows.values():
                emulator.wait(lambda text: WORD in text)
            for emulator in windows.values():
                emulator.settle(2.0)
            down = {way: cost(emulator, iter("jjj")) for way, emulator in windows.items()}
            report("quiet: sent for one line down, picture in kitty", down["kitty"], "bytes", 4000)
            lines = {way: held(emulator) for way, emulator in windows.items()}
            for way in ("iterm2", "sixel"):
                title = f"quiet: sent for a line of a held key, picture in {way}"
                report(title, lines[way], "bytes", 1.0, "block characters", lines["blocks"])
        finally:
            for emulator in windows.values():
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
