"""On a terminal with sixteen colours each pair can be read, whatever the terminal makes of bold letters."""

from __future__ import annotations

import itertools

import pytest
from rich.color import ColorSystem
from rich.style import Style

from evoclass_tui import shown
from evoclass_tui.sixteen_colours import PALETTES, pair
from evoclass_tui.textual_private import SparingApp
from tui.contrast import SIXTEEN, TEXT, colours, contrast

STEPS = range(0, 256, 51)


def test_what_can_be_read_stays_readable() -> None:
    greys = [(level, level, level) for level in STEPS]
    for letter in itertools.product(STEPS, repeat=3):
        for ground in greys:
            style = Style.parse("rgb({},{},{}) on rgb({},{},{})".format(*letter, *ground))
            assert style.color is not None
            assert style.bgcolor is not None
            if contrast(style.color, style.bgcolor) < TEXT:
                continue
            for display in SIXTEEN:
                found = colours(style, display)
                assert found is not None
                assert contrast(*found) >= TEXT, (letter, ground, display)


def test_a_frame_is_seen_and_a_smooth_area_stays_smooth() -> None:
    letter, ground = pair((59, 70, 100), (15, 19, 27))
    assert letter != ground
    letter, ground = pair((18, 22, 30), (15, 19, 27))
    assert letter == ground


def test_the_terminals_own_colours_stay() -> None:
    assert pair(None, None) == (None, None)
    assert pair(None, (255, 255, 255)) == (None, 7)
    assert pair((255, 0, 0), None) == (9, None)
    assert all(len(palette) == 16 for palette in PALETTES.values())


@pytest.mark.parametrize(
    ("style", "bold"), [("rgb(200,200,200) on rgb(0,0,0)", True), ("rgb(0,0,0) on rgb(255,255,255)", False)]
)
def test_black_letters_do_not_become_grey_because_they_are_bold(style: str, bold: bool) -> None:
    ink = shown._ink(Style.parse(f"bold {style}"), ColorSystem.STANDARD)
    assert ("1" in ink.attributes) == bold


class Empty(SparingApp[None]):
    pass


@pytest.mark.parametrize(
    ("term", "system"),
    [
        ("xterm", ColorSystem.EIGHT_BIT),
        ("linux", ColorSystem.STANDARD),
        ("xterm-256color", ColorSystem.EIGHT_BIT),
    ],
)
def test_a_terminal_gets_as_many_colours_as_it_has(
    term: str, system: ColorSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    assert Empty().console._color_system is system
