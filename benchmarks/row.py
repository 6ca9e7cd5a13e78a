"""One line of a benchmark's result, as `table.py` reads it."""

from __future__ import annotations

import json


def report(
    name: str, ours: float, unit: str, bar: float, peer: str = "", theirs: float | None = None
) -> None:
    """Print one result: with a peer the bar is for the ratio, without one for the figure itself."""
    ratio = ours / theirs if theirs else None
    row = {
        "name": name,
        "ours": _short(ours),
        "peer": peer or None,
        "theirs": _short(theirs),
        "unit": unit,
        "ratio": _short(ratio),
        "bar": bar,
        "ok": (ours if ratio is None else ratio) <= bar,
    }
    print(json.dumps(row), flush=True)


def _short(figure: float | None) -> float | None:
    return None if figure is None else float(f"{figure:.5g}")
