"""A row of the inspector, and the live values made of it, at a step where only the number of its value is known."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from evoclass.protocol import RATED, Summary
from evoclass.wording.livetext import live_text_of


def is_number(row: Summary) -> bool:
    """Whether a row shows nothing but the number of its value, so that this says all about another step."""
    return row.kind in RATED or row.kind == "scalar" or row.shape == ()


def with_number(row: Summary, number: float) -> Summary:
    """Return the row of a watched value with its number at a step: the value, a tensor's norm, a learning rate."""
    if row.kind in RATED:
        # Several groups of parameters have several rates, of which only the first is known.
        return row if "," in row.text else msgspec.structs.replace(row, text=f"lr {number:.4g}")
    if not is_number(row):
        return msgspec.structs.replace(row, norm=number)
    finite = number if math.isfinite(number) else None
    text, kind = "", row.type
    if row.kind == "scalar":
        # The program may have given a name of a whole number another one since the row was made.
        kind = "float" if kind == "int" and not float(number).is_integer() else kind
        text = str(int(number)) if kind == "int" else f"{number:.6g}"
    return msgspec.structs.replace(
        row,
        type=kind,
        text=text,
        min=finite,
        max=finite,
        mean=finite,
        norm=None if row.norm is None or finite is None else abs(finite),
        nan=int(math.isnan(number)),
        inf=int(math.isinf(number)),
    )


def live_with_numbers(live: Mapping[str, str], rows: Mapping[str, Summary]) -> Mapping[str, str]:
    """Return the live values with those that are the number of a watched value as that is now."""
    known = {
        expression: text
        for expression in live
        for name, row in rows.items()
        if expression.startswith(name) and (text := live_text_of(expression, name, row)) is not None
    }
    return {**live, **known} if known else live
