"""The tensors of a run in words, one a line."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.i18n import Catalog
from evoclass.protocol import Summary
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable

SHOWN = ("parameter", "tensor", "array")
"""Kinds that the list includes; buffers and gradients are left to the inspector."""


def number(value: float | None) -> str:
    """Return a figure in at most eight characters."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) < 1e6 and value == int(value) else f"{value:.3g}"


def tensor_table(
    rows: Iterable[Summary], watch: tuple[str, ...], catalog: Catalog, most: int = 24
) -> list[str]:
    """Return a line for each tensor: watched names first, then trainable ones, at most `most`; none without tensors."""
    shown = [row for row in rows if row.kind in SHOWN and row.shape is not None]
    if not shown:
        return []
    shown.sort(key=lambda row: (row.name not in watch, row.trainable is not True, row.kind == "parameter"))
    lines = [catalog("plain.tensors", count=len(shown)), *(_line(row, catalog) for row in shown[:most])]
    if len(shown) > most:
        lines.append(catalog("plain.more_rows", count=len(shown) - most))
    return lines


def _line(row: Summary, catalog: Catalog) -> str:
    shape = " × ".join(map(str, row.shape or ())) or catalog("plain.single")
    parts = [shape, row.dtype]
    for name, value in (("mean", row.mean), ("std", row.std)):
        if value is not None:
            parts.append(f"{catalog(f'plain.column.{name}')} {localised(number(value), catalog.language)}")
    if row.trainable is not None:
        parts.append(catalog("plain.trainable") if row.trainable else catalog("plain.frozen"))
    if row.nan:
        parts.append(f"NaN {row.nan}")
    if row.inf:
        parts.append(f"Inf {row.inf}")
    return f"{printable(row.name)}: {', '.join(parts)}"
