"""Record `docs/walk.svg`, the moving picture in README: the real program in a real terminal, and the keys pressed.

.venv/bin/python scripts/walk.py [--language it] [FILE]
"""

from __future__ import annotations

import argparse
import html
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyte

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from emulator import SIZE, Emulator

ROWS, COLUMNS = SIZE
WIDTH, HEIGHT, FONT = 8.4, 17, 14
"""Pixels of a cell, and of the letters."""

LONGEST = 0.5
"""Seconds that a moment in which nothing happens lasts at most."""

READING = 2.0
"""Seconds for which the picture rests where there is something to read."""

LAST = 4.0
"""Seconds that the last moment lasts, before the walk begins again."""

F4, F5, F6, F8, RIGHT = "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[19~", "\x1b[C"

COLOURS = {
    "black": "#000000",
    "red": "#cd3131",
    "green": "#0dbc79",
    "brown": "#e5e510",
    "blue": "#2472c8",
    "magenta": "#bc3fbc",
    "cyan": "#11a8cd",
    "white": "#e5e5e5",
}
"""Of a terminal's first eight; all others come as numbers."""

BLOCKS = {"▀": (0.0, 0.5), "▄": (0.5, 1.0), "█": (0.0, 1.0), "▔": (0.0, 0.125), "▁": (0.875, 1.0)}
"""Where each of these begins and ends in its cell: drawn as areas, for fonts leave gaps between them."""


@dataclass(frozen=True)
class Moment:
    """What was on the screen from a time on."""

    at: float
    rows: tuple[str, ...]
    """Each row as SVG."""


class Walk:
    """Drives the program and keeps what it shows."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.program = Emulator(arguments, **environment)
        self.moments: list[Moment] = []
        self._now = 0.0
        """Time in the picture; a second here may have been more."""
        self._last = time.monotonic()
        """Of the newest moment."""
        self._key = ""

    def _look(self) -> None:
        rows = (*(_row(self.program.screen, number) for number in range(ROWS)), self._key)
        if not self.moments or self.moments[-1].rows != rows:
            self._now += min(time.monotonic() - self._last, LONGEST)
            self._last = time.monotonic()
            self.moments.append(Moment(self._now, rows))

    def until(self, there: Callable[[str], bool], seconds: float = 120.0) -> None:
        """Watch until the screen's text passes this test, and what follows has come too."""
        end = time.monotonic() + seconds
        while not there(self.program.text):
            if time.monotonic() > end:
                raise RuntimeError("never came:\n" + self.program.text)
            self.watch(0.1)
        self.watch(0.3)

    def watch(self, seconds: float) -> None:
        """Keep what is shown in this time, five moments a second at most."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.program.watch(min(left, 0.2))
            self._look()

    def rest(self, seconds: float = READING) -> None:
        """Give whoever watches time to read."""
        self._now += seconds

    def press(self, keys: str, shown: str, times: int = 1, pause: float = 0.25) -> None:
        """Press a key, and name it below the screen."""
        self._key = _caption(shown)
        for _ in range(times):
            self.program.child.send(keys)
            self.watch(pause)


def _row(screen: pyte.Screen, number: int) -> str:
    """Return one row of the screen as SVG."""
    cells = [screen.buffer[number][column] for column in range(COLUMNS)]
    found: list[str] = []
    for back, run in _runs(cells, _background):
        if back is not None:
            start, end = run
            found.append(_area(start, end, 0.0, 1.0, back))
    for look, (start, end) in _runs(cells, _look_of):
        text = "".join(cell.data for cell in cells[start:end])
        if text.strip():
            found.append(_text(text, start, *look))
    for column, cell in enumerate(cells):
        if (block := BLOCKS.get(cell.data)) is not None:
            found.append(_area(column, column + 1, *block, _foreground(cell)))
    return "".join(found)


def _runs(cells: list[Any], of: Callable[[Any], Any]) -> Iterator[tuple[Any, tuple[int, int]]]:
    """Yield each stretch of cells that are the same in this respect, with its first column and the one after it."""
    column = 0
    for value, same in groupby(cells, of):
        count = len(list(same))
        yield value, (column, column + count)
        column += count


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return COLOURS.get(name) or (f"#{name}" if len(name) == 6 else default)


def _foreground(cell: Any) -> str:
    return _colour(cell.bg, "#000000") if cell.reverse else _colour(cell.fg, "#e5e5e5")


def _background(cell: Any) -> str | None:
    if cell.reverse:
        return _colour(cell.fg, "#e5e5e5")
    return None if cell.bg == "default" else _colour(cell.bg, "#000000")


def _look_of(cell: Any) -> tuple[str, bool, bool, bool, bool]:
    """Return colour, weight, slope and line of a character; blanks and blocks break a stretch."""
    drawn = cell.data in BLOCKS or cell.data == " "
    return (
        ("", False, False, False, True)
        if drawn
        else (_foreground(cell), cell.bold, cell.italics, cell.underscore, False)
    )


def _area(start: int, end: int, top: float, bottom: float, colour: str) -> str:
    x, width = start * WIDTH, (end - start) * WIDTH
    y, height = top * HEIGHT, (bottom - top) * HEIGHT
    return f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}"/>'


def _text(text: str, start: int, colour: str, bold: bool, italic: bool, underlined: bool, drawn: bool) -> str:
    if drawn:
        return ""
    looks = "".join(
        (
            ' font-weight="bold"' if bold else "",
            ' font-style="italic"' if italic else "",
            ' text-decoration="underline"' if underlined else "",
        )
    )
    width = len(text) * WIDTH
    return (
        f'<text x="{start * WIDTH:g}" y="13" textLength="{width:.1f}" fill="{colour}"{looks}>'
        f"{html.escape(text)}</text>"
    )


def _caption(text: str) -> str:
    """Return the name of a key as it is drawn below the screen."""
    middle, width = COLUMNS * WIDTH / 2, (len(text) + 2) * WIDTH
    return (
        f'<rect x="{middle - width / 2:g}" y="5" width="{width:g}" height="22" rx="4" fill="#2a3140" stroke="#5b6680"/>'
        f'<text x="{middle:g}" y="21" text-anchor="middle" font-weight="bold" fill="#f0ece4">{html.escape(text)}</text>'
    )


def drawn(moments: list[Moment], title: str) -> str:
    """Return the moments as one SVG that moves by style sheet alone; where motion is unwanted it shows the last one."""
    whole = moments[-1].at + LAST
    width, height = COLUMNS * WIDTH + 20, ROWS * HEIGHT + 54
    names: dict[str, str] = {}
    rows: list[str] = []
    for moment in moments:
        for row in moment.rows:
            if row and row not in names:
                names[row] = f"r{len(names)}"
                rows.append(f'<g id="{names[row]}">{row}</g>')
    style, scenes = [], []
    for number, moment in enumerate(moments):
        end = moments[number + 1].at if number + 1 < len(moments) else whole
        first, after = 100 * moment.at / whole, 100 * end / whole
        before = "" if number == 0 else "0%{visibility:hidden}"
        rest = "" if number + 1 == len(moments) else f"{after:.3f}%{{visibility:hidden}}"
        style.append(f"@keyframes k{number}{{{before}{first:.3f}%{{visibility:visible}}{rest}}}")
        style.append(f"#m{number}{{animation-name:k{number}}}")
        uses = "".join(
            f'<use href="#{names[row]}" y="{place * HEIGHT}"/>'
            for place, row in enumerate(moment.rows)
            if row
        )
        scenes.append(f'<g id="m{number}" class="m">{uses}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"<title>{html.escape(title)}</title><style>"
        f"text{{font:{FONT}px 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;white-space:pre}}"
        f".m{{visibility:hidden;animation-duration:{whole:.1f}s;animation-iteration-count:infinite;"
        "animation-timing-function:step-end}"
        f"{''.join(style)}"
        f"@media (prefers-reduced-motion:reduce){{.m{{animation:none}}#m{len(moments) - 1}{{visibility:visible}}}}"
        f"</style><defs>{''.join(rows)}</defs>"
        '<rect width="100%" height="100%" rx="8" fill="#0c0f14"/>'
        f'<g transform="translate(10 10)">{"".join(scenes)}</g></svg>\n'
    )


def walk(language: str) -> list[Moment]:
    """Run a lab, turn its knob until the training breaks, look at the loss, and answer a question."""
    found = Walk("-m", "evoclass", "learn", "2", "--lang", language)
    try:
        found.until(lambda text: "F5" in text and ">" in text)
        found.watch(4.0)  # until PyTorch is warm
        found.rest()
        found.press(F4, "F4")
        found.press(F5, "F5")
        found.until(lambda text: "✓" in text)
        found.rest()
        found.press("\x1bk", "Alt+K")
        found.press(RIGHT, "→", times=2, pause=2.5)
        found.rest()
        found.press(RIGHT, "→", times=2, pause=3.0)
        found.rest()
        found.press(F6, "F6", times=3)
        found.press("\r", "Enter", pause=1.5)
        found.press("g", "g", pause=1.0)
        found.press(F8, "F8", pause=1.5)
        found.rest()
        found.press(F8, "F8")
        found.press("\x1b", "Esc", pause=0.8)
        found.press(F6, "F6", pause=0.5)
        found.press("n", "n", pause=1.0)
        for letter in "13":
            found.press(letter, letter, pause=0.3)
        found.press("\x13", "Ctrl+S", pause=1.5)
        found.rest()
        found.press("\x0c", "Ctrl+L", pause=1.5)
    finally:
        found.program.close()
    return found.moments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(__file__).parents[1] / "docs" / "walk.svg")
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:  # a first visit
        os.environ |= {"EVOCLASS_HOME": home}
        moments = walk(options.language)
    picture = drawn(moments, "A walk through Lesson 2 of EvoClass")
    options.file.write_text(picture, encoding="utf-8")
    print(
        f"{options.file}: {moments[-1].at + LAST:.0f} s, {len(moments)} moments, {len(picture) // 1024} KiB"
    )


if __name__ == "__main__":
    main()
