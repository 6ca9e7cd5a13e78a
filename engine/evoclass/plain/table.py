"""The tensors of a run as a table of text."""

from __future__ import annotations

from collections.abc import Iterable

from evoclass.i18n import Catalog
from evoclass.layout import cell_width
from evoclass.protocol import Summary

SHOWN = ("parameter", "tensor", "array")
"""Kinds that the table lists; buffers and gradients are left to the inspector."""


def number(value: float | None) -> str:
    """Return a figure in at most eight characters."""
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e6 else f"{value:.3g}"


def tensor_table(rows: Iterable[Summary], watch: tuple[str, ...], text: Catalog, most: int = 24) -> list[str]:
    """Return the lines of the table: watched names first, then trainable ones, at most `most`; none without tensors."""
    shown = [row for row in rows if row.kind in SHOWN and row.shape is not None]
    if not shown:
        return []
    shown.sort(key=lambda row: (row.name not in watch, row.trainable is not True, row.kind == "parameter"))
    header = [text(f"plain.column.{name}") for name in ("name", "shape", "dtype", "mean", "std", "state")]
    cells = [header] + [
        [
            row.name,
            "×".join(map(str, row.shape or ())) or "·",
            row.dtype,
            number(row.mean),
            number(row.std),
            _state(row, text),
        ]
        for row in shown[:most]
    ]
    widths = [max(cell_width(line[column]) for line in cells) for column in range(len(header))]
    lines = []
    for line in cells:
        padded = [cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    if len(shown) > most:
        lines.append(text("plain.more_rows", count=len(shown) - most))
    return lines


def _state(row: Summary, text: Catalog) -> str:
    words = []
    if row.trainable is not None:
        words.append(text("plain.trainable") if row.trainable else text("plain.frozen"))
    if row.nan:
        words.append(f"NaN {row.nan}")
    if row.inf:
        words.append(f"Inf {row.inf}")
    return ", ".join(words)
