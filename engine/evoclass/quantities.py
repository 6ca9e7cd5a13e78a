"""Shapes and amounts of memory in words, the same in the lesson, the inspector and the explanations."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.wording.numerals import localised

__all__ = ["byte_text", "shape_text"]


_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def shape_text(shape: Iterable[int], times: str = " × ") -> str:
    """Return a shape as `7 × 1280`; the empty shape of a scalar is `()`."""
    return times.join(map(str, shape)) or "()"


def byte_text(count: float, language: str = "en", *, kilo: int = 1000) -> str:
    """Return a number of bytes in the usual units: `512 MB`, `1.5 GB`, in Italian `1,5 GB`.

    `kilo` is 1024 for limits, which are powers of two: 8 GB are 8 · 2³⁰ bytes there.
    """
    value, units = float(count), iter(_UNITS)
    unit = next(units)
    while value >= kilo and (greater := next(units, "")):
        value, unit = value / kilo, greater
    whole = value >= 100 or value == int(value)
    return f"{localised(f'{value:.0f}' if whole else f'{value:.1f}', language)} {unit}"
