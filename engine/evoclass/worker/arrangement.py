"""Room for the words around the plots of a figure: Matplotlib's margins are made for figures of its own size."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

SIDES = ("left", "right", "bottom", "top", "wspace", "hspace")
"""Margins and the room between plots, as Matplotlib names them."""

NEAR = 1e-6
"""Difference of two places that are the same."""


@contextlib.contextmanager
def arranged(figure: Any, size: tuple[float, float] | None) -> Iterator[None]:
    """Draw a figure inside with room for the titles and axes of its plots; afterwards it is as the program made it.

    `size` is the size in inches of figures that are made to measure.  Others stay as they are, and so do figures
    whose plots the program has placed.
    """
    if size is None or not _has_size(figure, size) or not _is_unplaced(figure):
        yield
        return
    before, stale = {side: getattr(figure.subplotpars, side) for side in SIDES}, figure.stale
    try:
        _arrange(figure)
        yield
    finally:
        figure.subplots_adjust(**before)
        figure.stale = stale


def _has_size(figure: Any, size: tuple[float, float]) -> bool:
    return all(abs(own - ours) < NEAR for own, ours in zip(figure.get_size_inches(), size, strict=True))


def _is_unplaced(figure: Any) -> bool:
    """Whether Matplotlib alone has said where the plots are."""
    from matplotlib import rcParams

    usual: Any = rcParams
    if not hasattr(figure, "get_layout_engine") or figure.get_layout_engine() is not None or figure.subfigs:
        return False
    if any(getattr(figure.subplotpars, side) != usual[f"figure.subplot.{side}"] for side in SIDES):
        return False
    return bool(figure.axes) and all(_stands_in_grid(figure, plot) for plot in figure.axes)


def _stands_in_grid(figure: Any, plot: Any) -> bool:
    """Whether a plot is where its grid has it, and the grid where the figure has it."""
    spec = plot.get_subplotspec()
    if spec is None or any(getattr(spec.get_gridspec(), side, None) is not None for side in SIDES):
        return False
    places = zip(plot.get_position(original=True).bounds, spec.get_position(figure).bounds, strict=True)
    return all(abs(own - grid) < NEAR for own, grid in places)


def _arrange(figure: Any) -> None:
    """Move the plots; where they have no room at all, they stay."""
    from matplotlib.layout_engine import TightLayoutEngine

    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("error")  # of what it warns the program has no part
        TightLayoutEngine().execute(figure)
