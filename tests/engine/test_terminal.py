"""The terminal buffer obeys what a program may do to its own lines and drops everything else."""

from __future__ import annotations

import pickle

import pytest

from evoclass.running.sgr import PLAIN, Style
from evoclass.running.terminal import TerminalBuffer


def fed(*texts: str, **settings: int) -> TerminalBuffer:
    buffer = TerminalBuffer(**settings)
    for text in texts:
        buffer.feed(text)
    return buffer


def test_text_and_line_feeds() -> None:
    buffer = fed("one\ntw", "o\r\n", "three")
    assert buffer.plain() == "one\ntwo\nthree"
    assert list(buffer.lines) == [(("one", PLAIN),), (("two", PLAIN),), (("three", PLAIN),)]


def test_version_grows_with_what_is_fed() -> None:
    buffer = TerminalBuffer()
    before = buffer.version
    buffer.feed("")
    assert buffer.version == before
    buffer.feed("x")
    assert buffer.version > before


def test_carriage_return_keeps_a_progress_bar_on_one_line() -> None:
    assert fed(*(f"\r{percent:3d} %" for percent in range(101)), "\n").plain() == "100 %\n"


def test_carriage_return_overwrites_only_what_it_covers() -> None:
    assert fed("abcdef\rxy").plain() == "xycdef"


def test_carriage_return_and_line_feed_apart() -> None:
    assert fed("one\r", "\ntwo").plain() == "one\ntwo"


def test_backspace_and_tab() -> None:
    assert fed("ab\bX\tY").plain() == "aX      Y"
    assert fed("\b\bab").plain() == "ab"


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("abcdef\x1b[3DX", "abcXef"),
        ("ab\x1b[3CX", "ab   X"),
        ("abcdef\x1b[2GX", "aXcdef"),
        ("abcdef\x1b[3D\x1b[K", "abc"),
        ("abcdef\x1b[3D\x1b[1K", "    ef"),
        ("abcdef\x1b[2K", ""),
        ("abcdef\x1b[4D\x1b[2P", "abef"),
        ("abcdef\x1b[4D\x1b[2@", "ab  cdef"),
        ("abcdef\x1b[4D\x1b[2X", "ab  ef"),
        ("one\ntwo\x1b[2Jthree", "three"),
        ("one\ntwo\x1b[1A\x1b[Jx", "onex"),
    ],
)
def test_moving_and_erasing(sequence: str, expected: str) -> None:
    assert fed(sequence).plain() == expected


def test_cursor_up_redraws_lines_of_nested_bars() -> None:
    buffer = fed("outer 0\ninner 0", "\x1b[1A\r\x1b[2Kouter 1\n\r\x1b[2Kinner 1")
    assert buffer.plain() == "outer 1\ninner 1"


def test_cursor_cannot_leave_the_buffer() -> None:
    assert fed("one\n\x1b[99A\x1b[99Dx").plain() == "xne\n"


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        ("31", Style(fg=1)),
        ("1;4;97;41", Style(fg=15, bg=1, bold=True, underline=True)),
        ("38;5;208", Style(fg=208)),
        ("48;2;1;2;255", Style(bg="#0102ff")),
        ("38:2::1:2:3", Style(fg="#010203")),
        ("38;5;208;3", Style(fg=208, italic=True)),
        ("1;22", PLAIN),
        ("7;27;2", Style(dim=True)),
        ("4:3", Style(underline=True)),
        ("38;5;999", PLAIN),
        ("38;2;1", PLAIN),
        ("38", PLAIN),
        ("31;39;44;49", PLAIN),
        ("99999999", PLAIN),
    ],
)
def test_colours(parameters: str, style: Style) -> None:
    buffer = fed(f"\x1b[{parameters}mtext\x1b[0m")
    assert list(buffer.lines) == [(("text", style),)]


def test_colour_lasts_over_lines_and_ends_with_a_bare_reset() -> None:
    red = Style(fg=1)
    assert list(fed("\x1b[31mone\ntwo\x1b[mthree").lines) == [
        (("one", red),),
        (("two", red), ("three", PLAIN)),
    ]


def test_overwriting_keeps_the_styles_around_it() -> None:
    buffer = fed("\x1b[31mabc\x1b[0mdef\r", "\x1b[32mX")
    assert list(buffer.lines) == [(("X", Style(fg=2)), ("bc", Style(fg=1)), ("def", PLAIN))]


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b]52;c;c2VjcmV0\x07",
        "\x1b]52;c;c2VjcmV0\x1b\\",
        "\x9d52;c;c2VjcmV0\x9c",
        "\x1b]0;title\x07",
        "\x1b]8;;https://example.org\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x90q#0\x9c",
        "\x1b_application\x1b\\",
        "\x1b^private\x1b\\",
        "\x1bXstring\x1b\\",
        "\x1b[?1000h",
        "\x1b[?1049h",
        "\x1b[>1u",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[5;5H",
        "\x1b[1;5r",
        "\x1b[=1m",
        "\x1b[?31m",
        "\x1b(0",
        "\x1b7\x1b8",
        "\x1bc",
        "\x1b=",
        "\x9b?25l",
        "\x00\x07\x0e\x0f\x7f\x84",
    ],
)
def test_everything_else_is_dropped_wherever_it_is_cut(sequence: str) -> None:
    whole = f"before{sequence}after"
    for cut in range(len(whole)):
        buffer = fed(whole[:cut], whole[cut:])
        assert list(buffer.lines) == [(("beforeafter", PLAIN),)], cut
    assert fed(*whole).plain() == "beforeafter"


def test_an_unterminated_string_ends_with_its_line() -> None:
    assert fed("a\x1b]0;never ends", " here\nb").plain() == "a\nb"


def test_an_unterminated_sequence_of_any_length_is_dropped() -> None:
    assert fed("a\x1b[" + "1;" * 5_000, "m", "\nb").plain().endswith("\nb")
    assert fed("a\x1b[12\nb").plain() == "a\nb"
    assert fed("a\x1b", "[", "3", "1", "m", "b").lines[0][1] == ("b", Style(fg=1))


def test_a_huge_string_is_not_kept() -> None:
    buffer = fed("\x1b]52;c;")
    for _ in range(100):
        buffer.feed("A" * 100_000)
    buffer.feed("\x07text")
    assert buffer.plain() == "text"
    assert len(pickle.dumps(buffer._escapes)) < 10_000


def test_wide_and_combining_characters() -> None:
    assert fed("漢字x\rab").plain() == "ab字x"
    assert fed("漢字x\x1b[1DX").plain() == "漢字X"
    assert fed("e\u0301x\rE").plain() == "Ex"
    assert fed("ab\ra\u0301").plain() == "a\u0301b"


@pytest.mark.parametrize("start", ["a", "a\r", "ab\x1b[1D"])
def test_one_cell_does_not_take_marks_without_end(start: str) -> None:
    buffer = fed(start)
    for _ in range(20):
        buffer.feed("\u0301" * 1_000)
    buffer.feed("\rx")
    assert len(buffer.plain()) < 100


def test_a_line_of_ten_million_characters_is_cut() -> None:
    buffer = TerminalBuffer()
    for _ in range(100):
        buffer.feed("x" * 100_000)
    buffer.feed("\nnext")
    assert [len(line[0][0]) for line in buffer.lines] == [10_000, 4]
    assert buffer.lines[0][0][0].endswith("x…")
    whole = fed("y" * 10_000_000 + "\n" + "z" * 20_000 + "\nnext")
    assert [len(line[0][0]) for line in whole.lines] == [10_000, 10_000, 4]


def test_a_line_cannot_be_made_longer_by_moving_the_cursor() -> None:
    buffer = fed("\x1b[99999999C", "x" * 100, "\x1b[99999@")
    assert len(buffer.lines[0][0][0]) <= 10_000


def test_old_lines_fall_out_and_are_counted() -> None:
    buffer = TerminalBuffer(max_lines=100)
    text = "".join(f"{number}\n" for number in range(1000))
    for start in range(0, len(text), 777):
        buffer.feed(text[start : start + 777])
    assert len(buffer.lines) == 100
    assert buffer.lines[0] == (("901", PLAIN),)
    assert buffer.dropped == 1001 - 100
    assert buffer.plain().endswith("\n999\n")
    assert fed(text, max_lines=100).dropped == buffer.dropped


def test_clear() -> None:
    buffer = fed("one\ntwo")
    buffer.clear()
    assert buffer.plain() == ""
    buffer.feed("x")
    assert buffer.plain() == "x"


def test_any_cut_gives_the_same_lines() -> None:
    text = (
        "\x1b[1mbold\x1b[0m\tx\r\nbar 1\rbar 22\b3\x1b[K\n\x1b]0;t\x07\x1b[1Aup\n漢\x1b[38;2;9;9;9mend\x1b[5n"
    )
    expected = list(fed(text).lines)
    for cut in range(len(text)):
        assert list(fed(text[:cut], text[cut:]).lines) == expected, cut
    assert list(fed(*text).lines) == expected
