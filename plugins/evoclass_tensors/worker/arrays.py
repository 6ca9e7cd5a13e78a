"""Rows of NumPy arrays and of Python's own numbers."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoclass.protocol import Summary
from evoclass_tensors.worker.figures import axis_steps, figures
from evoclass_tensors.worker.rows import About, filled

SIZE = 1024
"""Elements of an array's sample."""


EXACT = 2**20
"""Elements of an array that a last frame looks at: a tenth of a second."""


def array_row(name: str, array: NDArray[Any], size: int = SIZE) -> Summary:
    """Return the row of an array, from at most `size` elements; an array without numbers gets a badge."""
    about: About = {
        "name": name,
        "kind": "array",
        "type": type(array).__name__,
        "shape": tuple(array.shape),
        "dtype": str(array.dtype),
        "device": "cpu",
        "bytes": int(array.nbytes),
    }
    values = array_sample(array, size)
    if values is None:
        return Summary(**about, badge="" if array.dtype.kind in "fiubc" else str(array.dtype)[:20])
    found = figures(values, np.array([len(values)])).columns()
    return filled(about, found, 0, array.size, partial=len(values) < array.size)


def array_sample(array: NDArray[Any], size: int = SIZE) -> NDArray[np.floating] | None:
    """Return some elements of an array of numbers as floats (for complex ones their magnitude), or None."""
    if array.dtype.kind not in "fiubc" or array.size == 0:
        return None
    view = np.asarray(array)
    if view.size > size:
        steps = axis_steps(view.shape, size)
        view = view[tuple(slice(None, None, step) for step in steps)]
    flat = view.reshape(-1)
    return np.abs(flat).astype(np.float64) if flat.dtype.kind == "c" else flat.astype(np.float64)


def scalar_row(name: str, value: complex) -> Summary:
    """Return the row of a number."""
    kind = type(value).__name__
    if isinstance(value, complex):
        return Summary(name=name, kind="scalar", type=kind, text=f"{value:.4g}")
    number = as_float(value)
    nan, inf = int(math.isnan(number)), int(math.isinf(number))
    finite = None if nan or inf else number
    text = _integer_words(value) if isinstance(value, int) else f"{value:.6g}"
    return Summary(
        name=name,
        kind="scalar",
        type=kind,
        text=text if len(text) <= 40 else f"{text[:18]}…{text[-18:]}",
        min=finite,
        max=finite,
        mean=finite,
        nan=nan,
        inf=inf,
    )


def list_row(name: str, items: Sequence[float]) -> Summary:
    """Return the row of a list of numbers; its text is the last number."""
    last = items[-1]
    about: About = {
        "name": name,
        "kind": "array",
        "type": type(items).__name__,
        "shape": (len(items),),
        "dtype": type(last).__name__,
        "device": "cpu",
        "text": f"… {last:.6g}" if isinstance(last, float) else f"… {_integer_words(last)}"[:40],
    }
    values = as_array(items[:: -(-len(items) // SIZE)])
    return filled(
        about,
        figures(values, np.array([len(values)])).columns(),
        0,
        len(items),
        partial=len(values) < len(items),
    )


def as_array(items: Sequence[float]) -> NDArray[np.float64]:
    """Return a list of numbers as an array; an item that is not a number becomes NaN."""
    try:
        return np.array(items, np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array([as_float(item) for item in items], np.float64)


def as_float(item: Any) -> float:
    """Return a number as a float; one beyond the range of floats becomes the largest, a non-number NaN."""
    try:
        return float(item) if type(item) in (int, float, bool) else math.nan
    except OverflowError:
        return -sys.float_info.max if item < 0 else sys.float_info.max


def _integer_words(value: Any) -> str:
    """Return an integer in digits, or as a power of ten if it is so large that Python refuses to write it."""
    if type(value) is int and value.bit_length() > 10_000:
        return f"≈{'-' if value < 0 else ''}10^{int(value.bit_length() * math.log10(2))}"
    return str(value)
