"""Shapes and amounts of memory in words."""

from __future__ import annotations

import pytest

from evoclass.quantities import byte_text, shape_text


def test_a_shape_reads_as_people_write_it() -> None:
    assert shape_text((7, 1280)) == "7 × 1280"
    assert shape_text((7, 1280), "×") == "7×1280"
    assert shape_text(()) == "()"


@pytest.mark.parametrize(
    ("count", "text", "binary"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1536, "1.5 kB", "1.5 kB"),
        (35_840, "35.8 kB", "35 kB"),
        (512 * 2**20, "537 MB", "512 MB"),
        (2**40, "1.1 TB", "1 TB"),
        (2.0**80, "1208926 EB", "1048576 EB"),
    ],
)
def test_an_amount_of_memory_has_the_fitting_unit(count: float, text: str, binary: str) -> None:
    assert byte_text(count) == text
    assert byte_text(count, kilo=1024) == binary


def test_an_amount_has_the_decimal_mark_of_its_language() -> None:
    assert byte_text(1_500_000, "it") == "1,5 MB"
