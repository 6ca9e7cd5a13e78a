"""What is sent to the terminal: only what differs, and it ends with the same picture as all of it."""

from __future__ import annotations

import random

import pyte
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from evoclass_tui.shown import Shown

WIDTH, HEIGHT = 24, 6
STYLES = [
    None,
    Style.parse("bold red"),
    Style.parse("red on blue"),
    Style.parse("italic #aabbcc on #102030"),
    Style.parse("underline green"),
    Style.parse("reverse on #102030"),
    Style.parse("dim #aabbcc on #102030 link https://example.org/a"),
    Style.parse("color(200) on color(17)"),
]
TEXTS = ["a", "word", "    ", "two words", "•─│", "日本", "a日", "  x  ", "e\u0301"]


def strip_of(chance: random.Random) -> Strip:
    """Return a row as widgets make it."""
    segments = []
    while Strip(segments).cell_length < WIDTH:
        segments.append(Segment(chance.choice(TEXTS), chance.choice(STYLES)))
    # pyte begins a new line at a combining mark in the last column.
    return Strip([*Strip(segments).crop(0, WIDTH - 1), Segment(" ")])


def terminal() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    return screen, pyte.Stream(screen)


def picture(screen: pyte.Screen) -> list[list[object]]:
    """Return the cells as a person sees them: a space has no colour of its own."""
    rows: list[list[object]] = []
    for y in range(HEIGHT):
        cells = [screen.buffer[y][x] for x in range(WIDTH)]
        rows.append(
            [
                cell.bg if cell.data == " " and not (cell.underscore or cell.reverse) else cell
                for cell in cells
            ]
        )
    return rows


def in_whole(y: int, x: int, strip: Strip) -> str:
    """Return what Textual sends for a strip."""
    pieces = [
        segment.text
        if segment.style is None
        else Strip.render_style(segment.style, segment.text, ColorSystem.TRUECOLOR)
        for segment in strip
    ]
    return f"\x1b[{y + 1};{x + 1}H" + "".join(pieces)


def test_the_terminal_ends_with_the_same_picture_as_if_all_were_sent() -> None:
    for seed in range(20):
        chance = random.Random(seed)
        shown, (sparing, feed), (full, feed_full) = Shown(), terminal(), terminal()
        for _ in range(8):
            pieces = [(chance.randrange(HEIGHT), 0, strip_of(chance)) for _ in range(3)]
            feed.feed(shown.difference(pieces, WIDTH, HEIGHT, ColorSystem.TRUECOLOR))
            feed_full.feed("".join(in_whole(*piece) for piece in pieces))
            assert picture(sparing) == picture(full), seed


def test_nothing_is_sent_again() -> None:
    shown, strip = Shown(), strip_of(random.Random(1))
    assert shown.difference([(0, 0, strip)], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    assert shown.difference([(0, 0, strip)], WIDTH, HEIGHT, ColorSystem.TRUECOLOR) == ""
    shown.forget()
    assert shown.difference([(0, 0, strip)], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)


def test_one_letter_costs_one_letter() -> None:
    shown, ink = Shown(), Style.parse("#aabbcc on #102030")
    shown.difference([(2, 0, Strip([Segment("total = 1", ink)]))], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    sent = shown.difference(
        [(2, 0, Strip([Segment("total = 2", ink)]))], WIDTH, HEIGHT, ColorSystem.TRUECOLOR
    )
    assert sent == "\x1b[3;9H\x1b[38;2;170;187;204;48;2;16;32;48m2\x1b[m"


def test_a_picture_of_the_terminal_is_sent_as_it_is() -> None:
    shown, sixel = Shown(), "\x1bPq#0\x1b\\"
    picture = Strip([Segment(sixel, None, [(1,)]), Segment("  ")], 2)  # type: ignore[list-item]
    for _ in range(2):  # nobody knows whether it is still there
        assert sixel in shown.difference([(0, 0, picture)], WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
