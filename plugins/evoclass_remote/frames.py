"""Two frames of the inspector as one: on a slow link the newest picture counts, and nothing in it is lost."""

from __future__ import annotations

import msgspec

from evoclass.curves import MOST, halved
from evoclass.protocol import MAX_THUMBNAILS, Frame


def merged(older: Frame, newer: Frame) -> Frame:
    """Return the frame that shows what both show, one after the other."""
    curves = dict(older.curves)
    for name, points in newer.curves.items():
        both = curves.get(name, ()) + points
        curves[name] = both if len(both) <= MOST else tuple(halved(both))
    thumbnails = dict(older.thumbnails)
    for name, taken in newer.thumbnails.items():
        thumbnails[name] = (*thumbnails.get(name, ()), *taken)[-MAX_THUMBNAILS:]
    found = {
        "curves": curves,
        "thumbnails": thumbnails,
        "live": newer.live or older.live,
        "expected": newer.expected or older.expected,
        "parameters": newer.parameters or older.parameters,
        "cost": older.cost + newer.cost,
    }
    if not newer.whole:
        rows = {row.name: row for row in older.rows if row.name not in set(newer.gone)}
        rows.update((row.name, row) for row in newer.rows)
        gone = () if older.whole else tuple(sorted({*older.gone, *newer.gone} - rows.keys()))
        found |= {"rows": tuple(rows.values()), "whole": older.whole, "gone": gone}
    return msgspec.structs.replace(newer, **found)
