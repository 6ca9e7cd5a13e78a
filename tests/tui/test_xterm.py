"""Pictures in a real terminal, xterm.js: what it shows is the picture, and what covers it leaves nothing behind."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Literal

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

import xterm
from evoclass_tui.pictures.answers import QUESTIONS, Ear, best
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.raster import Raster
from evoclass_tui.pictures.strips import Strips
from evoclass_tui.pictures.ways import painter_for
from evoclass_tui.shown import Shown
from tui.test_pixels import at_once, photo

COLUMNS, ROWS = 30, 12

pytestmark = pytest.mark.skipif(
    xterm.folder() is None,
    reason="npm's @xterm/xterm and @xterm/addon-image, or a browser, are not installed",
)


def page(raster: Raster, top: int, left: int, window: range) -> list[tuple[int, int, Strip]]:
    """Return a page with a picture, and over some of its rows a window."""
    blank = Segment(" ", Style.parse("on #000000"))
    rows = []
    for y in range(ROWS):
        strip = Strip([blank] * COLUMNS)
        if 0 <= y - top < raster.extent.rows:
            end = left + raster.extent.columns
            strip = Strip([*strip.crop(0, left), *raster.row(y - top), *strip.crop(end, COLUMNS)])
        if y in window:
            over = Segment(" " * 10, Style.parse("on #00ff00"))
            strip = Strip([*strip.crop(0, left + 3), over, *strip.crop(left + 13, COLUMNS)])
        rows.append((y, 0, strip))
    return rows


@pytest.mark.parametrize("way", ["sixel", "iterm2"])
async def test_a_real_terminal_shows_the_picture(way: Literal["sixel", "iterm2"], tmp_path: Path) -> None:
    async with xterm.XTerm(tmp_path / "terminal.html", COLUMNS, ROWS) as terminal:
        await terminal.write(QUESTIONS)
        ear = Ear()
        ear.listen()
        assert ear.hear(await terminal.said()) == ""
        assert best(ear.answers, {"TERM": "xterm-256color"}, sized=True) == "sixel"
        graphics = Graphics()
        graphics.told(ear.answers.cell_size(COLUMNS, ROWS))
        shown = Shown()
        painter = painter_for(way, graphics, at_once)
        assert isinstance(painter, Strips)
        clock = itertools.count()
        painter.clock = lambda: float(next(clock))
        shown.draw_pictures(painter)
        raster = photo()

        async def draw(top: int, window: range = range(0)) -> None:
            for _ in range(2):
                sent = shown.difference(page(raster, top, 4, window), COLUMNS, ROWS, ColorSystem.TRUECOLOR)
                await terminal.write(sent)
            screen = await terminal.screen()
            for y in range(ROWS):
                for x in range(COLUMNS):
                    cell = (screen.width / COLUMNS, screen.height / ROWS)
                    seen = screen.getpixel((int((x + 0.5) * cell[0]), int((y + 0.5) * cell[1])))
                    assert isinstance(seen, tuple)
                    inside = 0 <= y - top < 5 and 4 <= x < 16
                    wanted = (0, 0, 0)
                    if y in window and 7 <= x < 17:
                        wanted = (0, 255, 0)
                    elif inside:
                        pixels = raster.pixels(graphics.cell)
                        wide, high = graphics.cell
                        found = pixels.getpixel((int((x - 3.5) * wide), int((y - top + 0.5) * high)))
                        assert isinstance(found, tuple)
                        wanted = found
                    assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 40, (
                        y,
                        x,
                        seen,
                        wanted,
                    )

        await draw(2)
        await draw(2, range(3, 6))
        await draw(2)
        await draw(1)
        await draw(-3)
        await draw(4)
