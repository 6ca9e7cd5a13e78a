"""What a program prints reaches a real terminal without the power to do anything but colour and redraw its line."""

from __future__ import annotations

import pytest

from evoclass.running.escapes import EscapeFilter, EscapeReader, SequenceFilter


def filtered(*pieces: str) -> str:
    escapes = EscapeFilter()
    return "".join(escapes.feed(piece) for piece in pieces)


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        "\x1b[1;31mred\x1b[0m",
        "\x1b[38:2::1:2:3mtrue\x1b[m",
        "\r50 %\x1b[K",
        "tab\tback\b",
        "\x1b[3C\x1b[2D\x1b[5G",
        "漢字 è",
    ],
)
def test_what_is_harmless_passes(text: str) -> None:
    assert filtered(text) == text
    assert filtered(*text) == text


@pytest.mark.parametrize(
    "text",
    [
        "\x1b]52;c;AAAA\x07",
        "\x1b]0;title\x1b\\",
        "\x1b]\x07",
        "\x1bP1$r\x1b\\",
        "\x9d52;c;AAAA\x9c",
        "\x1b[?1000h",
        "\x1b[?1049h",
        "\x1b[6n",
        "\x1b[5A",
        "\x1b[H",
        "\x1b[>4;2m",
        "\x1b[?25l",
        "\x1bc",
        "\x1b(0",
        "\x07",
        "\x00\x0e",
    ],
)
def test_everything_else_does_not(text: str) -> None:
    assert filtered("a", text, "b") == "ab"
    assert filtered(*f"a{text}b") == "ab"


def test_the_end_of_the_line_ends_a_string() -> None:
    assert filtered("a\x1b]0;open", " end\nb") == "a\nb"


@pytest.mark.parametrize("end", ["\x1b\\", "\x07", "\x9c"])
def test_what_comes_right_behind_a_string_is_kept(end: str) -> None:
    assert filtered(f"\x1b]0;title{end}seen") == "seen"
    assert filtered(*f"\x1b]0;title{end}seen") == "seen"


def test_another_sequence_ends_a_string_and_counts() -> None:
    assert filtered("\x1b]0;title\x1b[31mred") == "\x1b[31mred"
    assert filtered(*"\x1b]0;title\x1b[31mred") == "\x1b[31mred"


def test_a_sequence_that_is_cut_behind_a_long_text_counts() -> None:
    assert filtered("x" * 1_000 + "\x1b[3", "1mred") == "x" * 1_000 + "\x1b[31mred"


def test_what_goes_elsewhere_keeps_no_sequences_and_plain_ends_of_lines() -> None:
    assert SequenceFilter().feed("\x1b[31mone\x1b[0m\r\n50 %\rtwo\n") == "one\n50 %\rtwo\n"


def test_the_reader_yields_no_empty_text() -> None:
    assert [kind for kind, _, _ in EscapeReader().feed("\x07\x07a\x07")] == [
        "control",
        "control",
        "text",
        "control",
    ]
