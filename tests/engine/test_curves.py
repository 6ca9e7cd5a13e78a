"""A curve is bounded, and what it leaves out is never the least, the most or an end."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from evoclass.curves import Curve, halved

numbers = st.one_of(st.none(), st.floats(width=32))


@given(st.lists(numbers, min_size=1, max_size=400), st.integers(16, 64))
def test_ends_least_and_most_outlast_every_thinning(values: list[float | None], most: int) -> None:
    curve = Curve(enumerate(values), most)
    assert len(curve.points) <= most
    assert [step for step, _ in curve.points] == sorted({step for step, _ in curve.points})
    assert curve.points[-1][0] == len(values) - 1
    assert curve.points[0][0] == 0
    finite = [y for y in values if y is not None and math.isfinite(y)]
    if finite:
        kept = [y for _, y in curve.known]
        assert (min(kept), max(kept)) == (min(finite), max(finite))


def test_the_later_number_of_a_step_counts_and_the_past_is_past() -> None:
    curve = Curve([(1, 5.0), (1, 4.0), (2, 3.0), (1, 9.0)])
    assert curve.points == [(1, 4.0), (2, 3.0)]
    assert not curve.thinned


def test_a_gap_is_still_a_gap() -> None:
    points = [(step, math.nan if 40 < step < 60 else 1.0 + step) for step in range(100)]
    kept = halved(points)
    assert len(kept) < 80
    assert any(math.isnan(y) for _, y in kept)
