"""Values as short text."""

from __future__ import annotations

import math
import random

import pytest
from rich.cells import cell_len

from evoclass.protocol import Summary
from evoclass_tensors.screen import marks
from evoclass_tensors.screen.colours import Scale
from evoclass_tensors.screen.columns import COLUMNS, fitting
from evoclass_tui.chart import dots


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-3.0, "-3"),
        (0.03126, "0.0313"),
        (0.5, "0.500"),
        (123.456, "123"),
        (1234.56, "1235"),
        (12800.0, "12800"),
        (1.5e-5, "1.5e-5"),
        (-2.25e9, "-2.2e9"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (None, ""),
    ],
)
def test_numbers(value: float | None, text: str) -> None:
    assert marks.number(value) == text


def test_numbers_fit_their_columns() -> None:
    dice = random.Random(0)
    for _ in range(5000):
        value = dice.choice((-1, 1)) * 10 ** dice.uniform(-300, 300)
        assert len(marks.number(value)) <= 8
        assert len(marks.exact_number(value)) <= 13
        ordinary = dice.choice((-1, 1)) * 10 ** dice.uniform(-9, 9)
        assert len(marks.exact_number(ordinary)) <= 10


def test_shapes_types_and_sizes() -> None:
    assert marks.shape((7, 1280)) == "7×1280"
    assert marks.shape(()) == "()"
    assert marks.shape(None) == ""
    assert marks.dtype("bfloat16") == "bf16"
    assert marks.dtype("float8_e4m3fn") == "float8"
    assert marks.device("cuda:0") == "gpu0"
    assert [marks.size(count) for count in (0, 999, 1000, 35_840, 2_000_000, 123_456_789)] == [
        "0 B",
        "999 B",
        "1 kB",
        "35.8 kB",
        "2 MB",
        "123 MB",
    ]
    assert [marks.count(count) for count in (8967, 3_371_008, 99_999, 7_000_000_000)] == [
        "8967",
        "3.37M",
        "99999",
        "7G",
    ]


def test_bars_show_every_bin_that_holds_something() -> None:
    assert marks.bars((1, 2, 4, 8), 4) == "▁▂▄▇"
    assert marks.bars((1, 0, 0, 10_000), 4) == "▁  ▇"
    assert marks.bars((), 4) == ""
    assert marks.bars((0, 0), 4) == ""
    assert len(marks.bars(tuple(range(16)), 10)) == 10
    assert sum(marks.resized(tuple(range(16)), 10)) == pytest.approx(sum(range(16)))
    assert sum(marks.resized((3, 5), 7)) == pytest.approx(8)


def test_a_spark_does_not_show_the_chance_of_last_digits() -> None:
    assert marks.spark([1 / 6, 1 / 6 + 1e-8, 1 / 6 - 1e-8], 9) == marks.spark([1.0, 1.0, 1.0], 9)
    assert len(set(marks.spark([1 / 6, 1 / 6 + 1e-5], 9))) == 2


def test_sparks_run_from_low_to_high_and_show_gaps() -> None:
    assert marks.spark([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert marks.spark([1.0, None, math.nan, 2.0], 8) == "▁··█"
    assert marks.spark([5, 5], 8) == "▄▄"
    assert marks.spark([], 8) == ""
    assert len(marks.spark(list(range(1000)), 8)) == 8


def test_every_mark_is_one_cell_wide() -> None:
    for character in marks.BLOCKS + marks.FROZEN + "◆▾▸●━─┄┅✕◂▪╳∇≈×·":
        assert cell_len(character) == 1, character


def test_columns_give_way_in_their_order() -> None:
    seen, ranked = 0, sorted(COLUMNS, key=lambda column: column.rank)
    for width in range(20, 180):
        name, columns = fitting(width)
        assert name + sum(column.width + 1 for column in columns) <= width
        assert {column.key for column in columns} == {column.key for column in ranked[: len(columns)]}
        assert [column for column in COLUMNS if column in columns] == columns
        assert len(columns) >= seen
        seen = len(columns)
    assert seen == len(COLUMNS)


def test_a_panel_of_forty_columns_keeps_shape_and_histogram() -> None:
    name, columns = fitting(37)
    assert [column.key for column in columns] == ["shape", "histogram"]
    assert name >= 14


def test_texts_of_columns_fit() -> None:
    row = Summary(
        name="a",
        kind="tensor",
        shape=(64, 3, 224, 224),
        dtype="complex128",
        device="cuda:0",
        min=-1.2345e-5,
        max=9.87e20,
        mean=-123.456,
        std=0.00123456,
        grad_norm=1.5e-8,
        change=12.345,
        bytes=123_456_789,
        histogram=tuple(range(16)),
    )
    for column in COLUMNS:
        if column.key != "shape":
            assert cell_len(column.text(row)) <= column.width, column.key


HUGE = [1.1e308, -1.65e308]
"""Two numbers whose distance is beyond the range of floats, as of a run that diverges."""


def test_numbers_far_apart_are_drawn() -> None:
    assert marks.spark(HUGE, 8) == "█▁"
    assert len(dots([(0, HUGE[0]), (1, HUGE[1])], 8, 4)) == 4
    scale = Scale(HUGE[1], HUGE[0], dark=True)
    assert len(set(scale.steps(12))) == 12
    assert Scale(0.0, 1.0, dark=True).colour(math.inf) == scale.bad
