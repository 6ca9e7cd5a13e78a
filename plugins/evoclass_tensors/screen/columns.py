"""Columns of the table: which ones fit, and their contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evoclass.protocol import RATED, Summary
from evoclass_tensors.screen import marks

NAME_LEAST = 14
"""Cells that the name always keeps."""

NAME_MOST = 44
"""Width of the name in cells after which further width goes to more columns instead."""

_NAME_WISH = 22


@dataclass(frozen=True, slots=True)
class Column:
    """One column after the name."""

    key: str
    """Its title is `tensors.column.KEY`."""
    rank: int
    """The column with the greatest rank is dropped first when the panel gets narrow."""
    width: int
    text: Callable[[Summary], str]
    right: bool = True


def is_single(row: Summary) -> bool:
    """Whether the value is one number."""
    return row.kind == "scalar" or row.shape == ()


def is_curve(row: Summary) -> bool:
    """Whether all that can be drawn of the value is one number over the run: itself, or a learning rate."""
    return is_single(row) or row.kind in RATED


def _mean(row: Summary) -> str:
    if row.kind == "scalar" and (len(row.text) <= 8 or row.mean is None):
        return row.text
    return marks.number(row.mean)


COLUMNS = (
    Column("shape", 0, 13, lambda row: marks.shape(row.shape), right=False),
    Column("dtype", 4, 5, lambda row: marks.dtype(row.dtype), right=False),
    Column("device", 9, 5, lambda row: marks.device(row.device), right=False),
    Column("histogram", 1, 8, lambda row: marks.bars(row.histogram, 8), right=False),
    Column("mean", 2, 8, _mean),
    Column("std", 5, 8, lambda row: marks.number(row.std)),
    Column("min", 6, 8, lambda row: marks.number(row.min)),
    Column("max", 7, 8, lambda row: marks.number(row.max)),
    Column("gradient", 3, 8, lambda row: marks.number(row.grad_norm)),
    Column("change", 8, 7, lambda row: "" if row.change is None else marks.number(row.change, 2)),
    Column("bytes", 10, 8, lambda row: marks.size(row.bytes)),
)
"""In the order on the screen."""


def fitting(width: int) -> tuple[int, Sequence[Column]]:
    """Return the width of the name and the columns that fit beside it, in screen order."""
    chosen: list[Column] = []
    left = width
    for column in sorted(COLUMNS, key=lambda column: column.rank):
        least = NAME_LEAST if len(chosen) < 2 else _NAME_WISH
        if left - column.width - 1 < least:
            break
        chosen.append(column)
        left -= column.width + 1
    chosen.sort(key=COLUMNS.index)
    return max(1, min(left, NAME_MOST)), chosen
