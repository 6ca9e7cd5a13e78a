"""Live values at a step where only a watched number is known."""

from __future__ import annotations

import msgspec
import pytest

from evoclass.protocol import Summary
from evoclass.wording.livetext import live_text_of

FLOAT = Summary(name="loss", kind="scalar", type="float", mean=0.0625)
WHOLE = Summary(name="loss", kind="scalar", type="int", mean=7.0)
TENSOR = Summary(name="loss", kind="tensor", shape=(), dtype="float32", mean=0.0625)
COUNT = Summary(name="loss", kind="tensor", shape=(), dtype="int64", mean=7.0)


@pytest.mark.parametrize(
    ("expression", "row", "text"),
    [
        ("loss", FLOAT, "0.0625"),
        ("loss:.1%", FLOAT, "6.2%"),
        ("loss", WHOLE, "7"),
        ("loss:,d", WHOLE, "7"),
        ("loss:d", FLOAT, None),
        ("loss.item()", FLOAT, None),  # a float has no item
        ("loss.item():.4f", TENSOR, "0.0625"),
        ("loss:.4f", TENSOR, "0.0625"),
        ("loss", TENSOR, "0.0625"),
        ("loss.item()", COUNT, "7"),
        ("loss.item()", msgspec.structs.replace(COUNT, mean=6.5), "6.5"),
        ("loss + 1", FLOAT, None),
        ("losses", FLOAT, None),
        ("loss:>9999999999", FLOAT, None),
        ("loss:.999f", FLOAT, None),
        ("loss", Summary(name="loss", kind="tensor", shape=(2,), mean=1.0), None),
        ("loss", Summary(name="loss", kind="scalar", type="bool", mean=1.0), None),
    ],
)
def test_only_the_number_itself_is_written(expression: str, row: Summary, text: str | None) -> None:
    assert live_text_of(expression, "loss", row) == text
