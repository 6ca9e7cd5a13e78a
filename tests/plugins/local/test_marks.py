"""Marks are found in the output however it is cut, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from evoclass.runner import MarkFilter

START = b"\x1b_evoclass;secret;"


def fed(*pieces: bytes) -> tuple[bytes, int]:
    marks = MarkFilter("secret")
    clean, last = b"", 0
    for piece in pieces:
        data, mark = marks.feed(piece)
        clean, last = clean + data, max(last, mark)
    return clean + marks.rest(), last


@pytest.mark.parametrize(
    ("data", "clean", "mark"),
    [
        (b"plain", b"plain", 0),
        (b"one" + START + b"1\x1b\\two", b"onetwo", 1),
        (b"a" + START + b"1\x1b\\b" + START + b"22\x1b\\", b"ab", 22),
        (b"\x1b[31mred\x1b_evoc" + START + b"3\x1b\\", b"\x1b[31mred\x1b_evoc", 3),
        (b"\x1b_evoclass;guess;1\x1b\\", b"\x1b_evoclass;guess;1\x1b\\", 0),
        (START + b"x" * 40, START + b"x" * 40, 0),
        (START, START, 0),
    ],
)
def test_marks(data: bytes, clean: bytes, mark: int) -> None:
    assert fed(data) == (clean, mark)
    for cut in range(len(data)):
        assert fed(data[:cut], data[cut:]) == (clean, mark), cut
    assert fed(*(data[index : index + 1] for index in range(len(data)))) == (clean, mark)


def test_what_stands_before_a_mark_is_not_held_back() -> None:
    marks = MarkFilter("secret")
    assert marks.feed(b"text\x1b_evoc" + START + b"1\x1b\\") == (b"text\x1b_evoc", 1)


def test_a_number_that_is_too_long_is_no_mark() -> None:
    assert MarkFilter("secret").feed(START + b"9" * 5_000 + b"\x1b\\text") == (b"text", 0)
