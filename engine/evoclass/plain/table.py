"""The tensors and the curves of a run in words, one a line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from evoclass.curves import Curve
from evoclass.i18n import Catalog
from evoclass.protocol import RATED, Summary
from evoclass.wording.numerals import localised
from evoclass.wording.printable import printable

SHOWN = ("parameter", "tensor", "array")
"""Kinds that the list includes; buffers and gradients are left to the inspector."""

FEW = 3
"""Most members of a list that are told one by one."""

_MEMBER = re.compile(r"\[\d+\]\Z")
"""The place of a member of a list, at the end of its name."""


def number(value: float | None) -> str:
    """Return a figure in at most eight characters."""
    if value is None:
        return ""
    value += 0.0  # no minus before a zero
    return f"{value:.0f}" if abs(value) < 1e6 and value == int(value) else f"{value:.3g}"


def tensor_table(
    rows: Iterable[Summary], watch: tuple[str, ...], catalog: Catalog, most: int = 24
) -> list[str]:
    """Return a line for each tensor: watched names first, then trainable ones, at most `most`; none without tensors."""
    shown = [row for row in rows if row.kind in SHOWN and row.shape is not None]
    if not shown:
        return []
    shown.sort(key=lambda row: (row.name not in watch, row.trainable is not True, row.kind == "parameter"))
    groups = _alike(shown, watch)
    lines = [catalog("plain.tensors", count=len(shown))]
    lines += (_line(group[0], catalog, len(group)) for group in groups[:most])
    if more := sum(map(len, groups[most:])):
        lines.append(catalog("plain.more_rows", count=more))
    return lines


def _alike(rows: Iterable[Summary], watch: tuple[str, ...]) -> list[list[Summary]]:
    """Return the rows in groups: the many members of a list that have the same form are heard as one."""
    groups: dict[tuple[object, ...], list[Summary]] = {}
    for row in rows:
        alone = row.name in watch or row.nan or row.inf  # what the learner must hear of
        name = row.name if alone else _MEMBER.sub("", row.name)
        groups.setdefault((name, row.shape, row.dtype, row.trainable), []).append(row)
    found: list[list[Summary]] = []
    for group in groups.values():
        found += [group] if len(group) > FEW else [[row] for row in group]
    return found


def unseen_lines(names: Iterable[str], rows: Mapping[str, Summary], catalog: Catalog) -> list[str]:
    """Return a sentence for each name that the lesson watches and the run has not shown: why there is nothing."""
    said = []
    for name in names:
        key = "unseen" if name not in rows else "unwatchable" if name.isidentifier() else "unwatchable_part"
        kind = rows[name].type if name in rows else ""
        said.append(catalog(f"plain.{key}", name=printable(name), type=printable(kind)))
    return said


def curve_lines(curves: Mapping[str, Curve], rows: Mapping[str, Summary], catalog: Catalog) -> list[str]:
    """Return a sentence for each watched value that changed over the run's steps: its ends, its least and its most."""
    lines = []
    for name, curve in curves.items():
        known = curve.known
        least, most = min(known, key=_value, default=None), max(known, key=_value, default=None)
        if least is None or most is None or least[1] == most[1]:
            continue
        row = rows.get(name)
        kind = "norm_curve"
        # Of a tensor with one number the curve is that number, with its sign.
        if row is None or row.kind == "scalar" or (row.shape is not None and math.prod(row.shape) == 1):
            kind = "curve"
        elif row.kind in RATED:
            kind = "rate_curve"
        fields: dict[str, object] = {"name": printable(name), "steps": curve.points[-1][0]}
        for key, (step, value) in (
            ("first", known[0]),
            ("last", known[-1]),
            ("least", least),
            ("most", most),
        ):
            fields |= {key: localised(number(value), catalog.language), f"{key}_step": step}
        lines.append(catalog(f"plain.{kind}", **fields))
        odd = sum(value is not None and not math.isfinite(value) for _, value in curve.points)
        if odd:
            lines[-1] += f" {catalog('plain.odd_points', count=odd)}"
    return lines


def _value(point: tuple[int, float]) -> float:
    return point[1]


def _line(row: Summary, catalog: Catalog, count: int) -> str:
    """Return what there is to say of a row, or of so many that are alike: of these, what they have in common."""
    shape = " × ".join(map(str, row.shape or ())) or catalog("plain.single")
    parts = [shape, row.dtype]
    for name, value in (("mean" if row.shape else "value", row.mean), ("std", row.std)):
        if value is not None and count == 1:
            parts.append(f"{catalog(f'plain.column.{name}')} {localised(number(value), catalog.language)}")
    if row.trainable is not None:
        parts.append(catalog("plain.trainable") if row.trainable else catalog("plain.frozen"))
    if count > 1:
        name = printable(_MEMBER.sub("", row.name))
        return catalog("plain.alike", name=name, count=count, form=", ".join(parts))
    if row.nan:
        parts.append(f"NaN {row.nan}")
    if row.inf:
        parts.append(f"Inf {row.inf}")
    return f"{printable(row.name)}: {', '.join(parts)}"
