"""Pictures in pixels, by each of the terminal's ways: what covers them replaces them, and they come back whole."""

from __future__ import annotations

import fcntl
import gc
import os
import random
import struct
import sys
import termios
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import pytest
from PIL import Image, ImageChops
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome
from textual.strip import Strip

from evoclass_tui.cells import Painter
from evoclass_tui.pictures import sixels
from evoclass_tui.pictures.answers import QUESTIONS, Answers, Ear, best, can_be_asked
from evoclass_tui.pictures.graphics import Graphics
from evoclass_tui.pictures.kitty import PLACEHOLDER
from evoclass_tui.pictures.raster import RASTERS, Raster
from evoclass_tui.pictures.sizes import Extent, Size
from evoclass_tui.pictures.strips import REST, Strips
from evoclass_tui.pictures.ways import painter_for
from evoclass_tui.shown import Shown
from pixelterminal import PixelTerminal

Way = Literal["kitty", "iterm2", "sixel"]
WAYS: tuple[Way, ...] = ("kitty", "iterm2", "sixel")
WIDTH, HEIGHT = 30, 12


def at_once(work: Callable[[], None]) -> None:
    work()


def photo(columns: int = 12, rows: int = 5) -> Raster:
    """Return a picture in which every cell looks different."""
    image = Image.new("RGB", (columns * 10, rows * 20))
    for x in range(image.width):
        for y in range(image.height):
            image.putpixel((x, y), (x * 255 // image.width, y * 255 // image.height, 90))
    return Raster(image, Extent(columns, rows), (0, 0, 0))


class Stage:
    """A page behind a window, sent to a terminal through the comparison."""

    def __init__(self, way: Way, *, tmux: bool = False) -> None:
        painter = painter_for(way, Graphics(), at_once, tmux=tmux)
        assert painter is not None
        self.painter: Painter = painter
        self.now = 0.0
        if isinstance(painter, Strips):
            painter.clock = lambda: self.now
        self.shown, self.terminal = Shown(), PixelTerminal(WIDTH, HEIGHT, spills=True)
        self.shown.draw_pictures(self.painter)
        self.chance = random.Random(7)

    def draw(
        self, raster: Raster | None, top: int, left: int, window: tuple[int, int, int, int] | None
    ) -> str:
        """Show a picture at a place, and over it a window from one row and column to others."""
        strips = self.strips(raster, top, left, window)
        for _ in range(2):  # in the first round the picture is made ready, or moves; then it has rested
            self.now += 1.0
            sent = self.shown.difference(strips, WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
            self.terminal.feed(sent)
        self.check(raster, top, left, window)
        return sent

    def strips(
        self, raster: Raster | None, top: int, left: int, window: tuple[int, int, int, int] | None
    ) -> list[tuple[int, int, Strip]]:
        strips: list[tuple[int, int, Strip]] = []
        for y in range(HEIGHT):
            page = Strip([Segment("." * WIDTH)])
            if raster is not None and 0 <= y - top < raster.extent.rows:
                end = left + raster.extent.columns
                page = Strip([*page.crop(0, left), *raster.row(y - top), *page.crop(end, WIDTH)])
            if window is not None and window[0] <= y < window[2]:
                inside = Segment("#" * (window[3] - window[1]), Style.parse("on blue"))
                page = Strip([*page.crop(0, window[1]), inside, *page.crop(window[3], WIDTH)])
            # In pieces, as a widget that changes is sent without what stands beside it.
            cuts = (0, window[1], window[3], WIDTH) if window is not None else (0, WIDTH)
            strips += [(y, start, page.crop(start, end)) for start, end in pairwise(cuts) if start < end]
        self.chance.shuffle(strips)
        return strips

    def check(
        self, raster: Raster | None, top: int, left: int, window: tuple[int, int, int, int] | None
    ) -> None:
        for y in range(HEIGHT):
            for x in range(WIDTH):
                seen = self.terminal.shown(y, x)
                covered = window is not None and window[0] <= y < window[2] and window[1] <= x < window[3]
                if covered:
                    assert seen == "#"
                elif (
                    raster is None
                    or not 0 <= y - top < raster.extent.rows
                    or not 0 <= x - left < raster.extent.columns
                ):
                    assert seen == "."
                elif y == HEIGHT - 1 and not self.painter.in_text:
                    assert isinstance(seen, str)  # blocks: a picture on the last row would scroll the screen
                else:
                    assert isinstance(seen, Image.Image), (y, x, seen)
                    assert alike(seen, part(raster, y - top, x - left))


def part(raster: Raster, row: int, column: int) -> Image.Image:
    return raster.pixels(Size(10, 20)).crop((column * 10, row * 20, column * 10 + 10, row * 20 + 20))


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two images differ by no more than the few colours of sixel make."""
    return max(high for _, high in ImageChops.difference(one, other).getextrema()) < 40


@pytest.mark.parametrize("way", WAYS)
def test_a_window_over_a_picture_covers_it_and_leaves_nothing(way: Way) -> None:
    stage, raster = Stage(way), photo()
    stage.draw(raster, 2, 4, None)
    stage.draw(raster, 2, 4, (3, 8, 6, 20))
    stage.draw(raster, 2, 4, None)
    stage.draw(raster, 2, 4, (3, 6, 5, 8))  # in the middle: what is to its right stays
    stage.draw(raster, 2, 4, (2, 7, 6, 9))
    stage.draw(None, 0, 0, None)


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_scrolls_out_and_in_again(way: Way) -> None:
    stage, raster = Stage(way), photo()
    for top in (2, 1, 0, -2, -4, -5, -3, 0, 5, 9, 11, 12, 6):
        stage.draw(raster, top, 4, None)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_comes_over_it_the_screen_is_right(way: Way) -> None:
    chance = random.Random(5)
    stage, rasters = Stage(way), [photo(12, 5), photo(7, 3)]
    for _ in range(25):
        y, x = chance.randrange(HEIGHT), chance.randrange(WIDTH - 1)
        window = (y, x, chance.randrange(y, HEIGHT) + 1, chance.randrange(x, WIDTH) + 1)
        stage.draw(
            chance.choice([*rasters, None]),
            chance.randrange(-4, HEIGHT),
            chance.randrange(WIDTH - 12),
            chance.choice([window, None]),
        )


def test_a_row_that_is_too_wide_for_xterm_is_sent_in_pieces() -> None:
    painter = painter_for("sixel", Graphics(), at_once)
    assert isinstance(painter, Strips)
    painter.clock = lambda: 0.0
    shown, terminal = Shown(), PixelTerminal(250, 4)
    shown.draw_pictures(painter)
    raster = photo(220, 2)
    for _ in range(2):
        strips = [(y + 1, 5, Strip(raster.row(y))) for y in range(2)]
        terminal.feed(shown.difference(strips, 250, 4, ColorSystem.TRUECOLOR))
    for y in range(2):
        for x in range(220):
            seen = terminal.shown(y + 1, x + 5)
            assert isinstance(seen, Image.Image), (y, x)
            assert alike(seen, part(raster, y, x)), (y, x)


def test_a_wide_range_of_colours_has_no_steps_that_one_sees() -> None:
    """A picture has more colours than a row of it may take."""
    stage, raster = Stage("sixel"), photo(24, 10)
    stage.draw(raster, 0, 0, None)
    for y in range(10):
        for x in range(24):
            seen = stage.terminal.shown(y, x)
            assert isinstance(seen, Image.Image)
            steps = ImageChops.difference(seen, part(raster, y, x)).getextrema()
            assert max(high for _, high in steps) < 20


def test_grain_gets_fewer_colours_and_a_narrow_row_as_many_as_it_has() -> None:
    smooth = Image.radial_gradient("L").convert("RGB").resize((240, 20))
    grain = Image.merge("RGB", [Image.effect_noise((240, 20), 60)] * 3)
    some, more = (len(set(sixels.reduced(image).tobytes())) for image in (grain, smooth))
    assert some <= sixels.COLOURS_OF_GRAIN < more
    assert len(set(sixels.reduced(smooth.crop((0, 0, 1, 20))).tobytes())) > 1


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_twice(way: Way) -> None:
    stage, raster = Stage(way), photo()
    stage.draw(raster, 2, 4, None)
    assert stage.draw(raster, 2, 4, None) == ""
    assert len(stage.draw(raster, 2, 4, (0, 0, 1, 3))) < 60


@pytest.mark.parametrize("way", WAYS)
def test_after_something_else_has_written_all_is_sent_again(way: Way) -> None:
    stage, raster = Stage(way), photo()
    stage.draw(raster, 2, 4, None)
    stage.terminal = PixelTerminal(WIDTH, HEIGHT)
    stage.shown.begin_again()
    stage.draw(raster, 2, 4, None)


def test_a_scrolled_picture_costs_kitty_a_few_bytes_a_row() -> None:
    stage, raster = Stage("kitty"), photo(26, 10)
    stage.draw(raster, 1, 2, None)
    sent = stage.shown.difference(stage.strips(raster, 0, 2, None), WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    stage.terminal.feed(sent)
    stage.check(raster, 0, 2, None)
    assert len(sent.encode()) < 45 * 11


@pytest.mark.parametrize("way", ["iterm2", "sixel"])
def test_while_a_picture_moves_it_is_a_mosaic(way: Way) -> None:
    stage, raster = Stage(way), photo(26, 10)
    stage.draw(raster, 1, 2, None)
    assert stage.painter.unrest() is None

    def moved(top: int) -> str:
        stage.now += REST / 2
        strips = stage.strips(raster, top, 2, None)
        return stage.shown.difference(strips, WIDTH, HEIGHT, ColorSystem.TRUECOLOR)

    for top in (0, -1, -2, -1):
        sent = moved(top)
        stage.terminal.feed(sent)
        assert len(sent.encode()) < 16 * 260
        assert all(stage.terminal.shown(y, 2 + x) == " " for y in range(top + 10) for x in range(26))
        assert stage.painter.unrest() == pytest.approx(REST)
    assert moved(-1) == ""
    stage.now += REST
    assert stage.painter.unrest() == 0
    stage.terminal.feed(moved(-1))
    stage.check(raster, -1, 2, None)
    assert stage.painter.unrest() is None


@pytest.mark.parametrize("way", ["iterm2", "sixel"])
def test_a_picture_that_has_left_while_it_moved_is_not_waited_for(way: Way) -> None:
    stage, raster = Stage(way), photo()
    stage.draw(raster, 1, 2, None)
    for top in (0, -5):
        strips = stage.strips(raster, top, 2, None)
        stage.shown.difference(strips, WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    stage.now += 2 * REST
    stage.shown.difference([], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    assert stage.painter.unrest() is None


def test_two_pictures_side_by_side_are_not_taken_for_one() -> None:
    stage, left, right = Stage("kitty"), photo(9, 3), photo(8, 3)
    for _ in range(2):
        rows = [(y, 2, Strip([*left.row(y), *right.row(y)])) for y in range(3)]
        stage.terminal.feed(stage.shown.difference(rows, WIDTH, HEIGHT, ColorSystem.TRUECOLOR))
    for raster, start in ((left, 2), (right, 11)):
        for y in range(3):
            for x in range(raster.extent.columns):
                seen = stage.terminal.shown(y, start + x)
                assert isinstance(seen, Image.Image)
                assert alike(seen, part(raster, y, x))


def test_in_tmux_nothing_is_repeated() -> None:
    stage, raster = Stage("kitty", tmux=True), photo()
    stage.draw(raster, 2, 4, None)
    sent = stage.shown.difference(stage.strips(raster, 1, 4, None), WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    assert PLACEHOLDER * 10 in sent


def test_kitty_gets_each_picture_once_and_gives_it_up() -> None:
    stage, raster = Stage("kitty"), photo()
    stage.draw(raster, 2, 4, None)
    assert "\x1b_G" not in stage.draw(raster, 1, 4, None)
    assert len(stage.terminal.images) == 1
    number = raster.number
    del raster
    gc.collect()
    assert number not in RASTERS
    stage.draw(None, 0, 0, None)
    assert stage.terminal.images == {}
    stage.draw(photo(), 2, 4, None)
    stage.terminal.feed(stage.painter.end())
    assert stage.terminal.images == {}


def test_more_pictures_than_the_terminal_has_numbers_for() -> None:
    stage = Stage("kitty")
    rasters = [photo(2, 1) for _ in range(230)]
    for raster in rasters:
        stage.draw(raster, 2, 4, None)
    assert len(stage.terminal.images) <= 200
    stage.draw(rasters[0], 2, 4, None)


def test_what_is_for_kitty_passes_through_tmux() -> None:
    stage, raster = Stage("kitty", tmux=True), photo()
    row = [(2, 4, Strip(raster.row(0)))]
    sent = "".join(stage.shown.difference(row, WIDTH, HEIGHT, ColorSystem.TRUECOLOR) for _ in range(2))
    stage.terminal.feed(sent)
    assert "\x1bPtmux;\x1b\x1b_G" in sent
    assert "\x1b_G" not in sent.replace("\x1b\x1b_G", "")
    stage.draw(raster, 2, 4, None)


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_behind_a_veil_is_made_of_blocks(way: Way) -> None:
    stage, raster = Stage(way), photo()
    for fade in (False, True):
        row = raster.row(0)
        if fade:
            row = [
                Segment(text, (style or Style()) + Style(color="#333333", bgcolor="#222222"))
                for text, style, _ in row
            ]
        for _ in range(2):
            stage.terminal.feed(
                stage.shown.difference([(0, 0, Strip(row))], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
            )
        assert isinstance(stage.terminal.shown(0, 0), str) == fade


@pytest.mark.parametrize("way", WAYS)
def test_without_colours_a_picture_is_grey_and_whole(way: Way) -> None:
    stage, image = Stage(way), Image.new("RGB", (120, 100))
    for x in range(120):
        image.paste((x * 2, 255 - x * 2, 90), (x, 0, x + 1, 100))
    raster = Raster(image, Extent(12, 5), (0, 0, 0), grey=True)
    filtered = [Strip(raster.row(y)).apply_filter(Monochrome(), Color(0, 0, 0)) for y in range(5)]
    for _ in range(2):
        stage.now += 1.0
        pieces = [(y, 0, strip) for y, strip in enumerate(filtered)]
        stage.terminal.feed(stage.shown.difference(pieces, WIDTH, HEIGHT, ColorSystem.TRUECOLOR))
    for y in range(5):
        for x in range(12):
            seen = stage.terminal.shown(y, x)
            assert isinstance(seen, Image.Image), (y, x, seen)
            red, green, blue = (seen.getpixel((5, 10)) or (0, 1, 2))[:3]  # type: ignore[index]
            assert max(red, green, blue) - min(red, green, blue) < 4


# What the terminal says of itself

KITTY = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.42.1)\x1b\\\x1b[6;22;11t\x1b[?62;c"
FOOT = "\x1bP>|foot(1.20)\x1b\\\x1b[6;20;10t\x1b[?62;4;22;28c"
ITERM = "\x1b_Gi=31;OK\x1b\\\x1bP>|iTerm2 3.5.14\x1b\\\x1b[6;20;10t\x1b[?62;4c"
WEZTERM = "\x1b_Gi=31;OK\x1b\\\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b[6;20;10t\x1b[?65;4;6;18;22c"
XTERM = "\x1bP>|XTerm(379)\x1b\\\x1b[?63;1;2;4;6;9;15;16;22;28c"
MLTERM = "\x1b[4;760;1200t\x1b[?63;1;2;3;4;6;7;15;18;22;29c"
KONSOLE = "\x1b_Gi=31;OK\x1b\\\x1bP>|Konsole 24.08.1\x1b\\\x1b[6;20;10t\x1b[?62;1;4c"
GNOME = "\x1bP>|VTE(7600)\x1b\\\x1b[6;20;10t\x1b[?65;1;9c"
XTERM_JS = "\x1b[4;760;1156t\x1b[?1;2c"
OLD_KITTY = KITTY.replace("0.42.1", "0.26.5")


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (KITTY, "kitty"),
        (FOOT, "sixel"),
        (ITERM, "iterm2"),
        (WEZTERM, "iterm2"),
        (KONSOLE, "iterm2"),
        (GNOME, "blocks"),
        (XTERM_JS, "blocks"),
        (OLD_KITTY, "blocks"),
        (XTERM, "blocks"),
        (MLTERM, "sixel"),
    ],
)
def test_the_best_way_follows_from_what_the_terminal_says(
    answer: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stdout__", None)  # the terminal of who runs the tests
    ear = Ear()
    ear.listen()
    assert ear.hear(answer) == ""
    assert ear.answers.complete
    graphics = Graphics()
    graphics.told(ear.answers.cell_size(120, 40))
    assert best(ear.answers, {"TERM": "xterm-256color"}, sized=graphics.sized) == way


def test_a_terminal_that_tells_its_size_to_the_kernel_alone_draws_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """xterm answers no question about its cells."""
    primary, secondary = os.openpty()
    with os.fdopen(primary, "wb"), os.fdopen(secondary, "wb") as terminal:
        fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 1084, 764))
        monkeypatch.setattr(sys, "__stdout__", terminal)
        assert Graphics().cell == (9, 19)
        assert best(Answers(sixel=True), {"TERM": "xterm"}, sized=Graphics().sized) == "sixel"


@pytest.mark.parametrize("answer", [KITTY, FOOT, ITERM, GNOME, XTERM_JS])
def test_an_answer_in_pieces_among_keys_leaves_the_keys(answer: str) -> None:
    for size in range(1, len(answer)):
        ear = Ear()
        ear.listen()
        typed = "ab" + answer + "c\x1b[A"
        rest = "".join(ear.hear(typed[start : start + size]) for start in range(0, len(typed), size))
        assert rest + ear.give_up() == "abc\x1b[A", size
        assert ear.answers.complete


@pytest.mark.parametrize(
    "keys", ["\x1b", "\x1b[A", "\x1b[6;5~", "\x1b[6~", "\x1b[4~", "\x1bPx", "\x1b_", "\x1b[?2026;2$y"]
)
def test_keys_are_never_lost(keys: str) -> None:
    ear = Ear()
    assert ear.hear(keys) == keys  # nothing was asked
    ear.listen()
    assert ear.hear(keys) + ear.give_up() == keys


def test_a_rounded_size_is_made_exact_by_the_size_of_the_whole() -> None:
    rounded = Answers(cell=Size(10, 19), area=Size(1156, 760))
    assert rounded.cell_size(120, 40) == (1156 / 120, 19)
    assert Answers(cell=Size(10, 19), area=Size(2312, 1520)).cell_size(120, 40) == (10, 19)
    assert Answers(cell=Size(10, 19)).cell_size(120, 40) == (10, 19)
    assert Answers(area=Size(1156, 760)).cell_size(120, 40) == (1156 / 120, 19)


def test_in_tmux_only_what_tmux_passes_on_counts() -> None:
    inside = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "tmux-256color"}
    everything = Answers("kitty(0.42.1)", kitty=True, sixel=True, cell=Size(10, 20), complete=True)
    assert best(everything, inside) == "blocks"
    assert best(Answers(), inside, ("kitty(0.42.1)",)) == "kitty"
    assert best(Answers(), inside, ("ghostty 1.2.0", "kitty(0.42.1)")) == "kitty"
    assert best(Answers(), inside, ("kitty(0.42.1)", "VTE(7600)")) == "blocks"
    assert best(everything, {"TERM": "screen-256color"}) == "blocks"


def test_a_terminal_that_would_show_the_questions_is_not_asked() -> None:
    assert can_be_asked({"TERM": "xterm-kitty"})
    assert not can_be_asked({"TERM": "linux"})
    assert not can_be_asked({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"})
    assert QUESTIONS.endswith("\x1b[c")
