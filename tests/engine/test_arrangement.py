"""Plots make room for their words while a figure is drawn, except where the program has said where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evoclass.worker.arrangement import arranged

SIZE = (7.5, 3.6)


def places(figure: Figure) -> list[tuple[float, ...]]:
    return [tuple(round(float(length), 6) for length in plot.get_position().bounds) for plot in figure.axes]


def made(draw: Callable[[Figure], object], size: tuple[float, float] = SIZE) -> Figure:
    """Return a figure with long names at its axes."""
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    draw(figure)
    for plot in figure.axes:
        plot.set_title("A title")
        plot.set_xlabel("seconds")
    figure.canvas.draw()
    return figure


def colour_bar(figure: Figure) -> None:
    figure.colorbar(figure.subplots().imshow([[1, 2], [3, 4]]))


@pytest.mark.parametrize(
    "draw",
    [
        lambda figure: figure.subplots(2, 2),
        lambda figure: figure.subplots(),
        lambda figure: figure.subplots().twinx(),
        lambda figure: figure.add_subplot(figure.add_gridspec(2, 2)[0, :]),
        colour_bar,
    ],
)
def test_everything_is_in_the_picture_and_then_as_before(draw: Callable[[Figure], object]) -> None:
    figure = made(draw)
    before, stale = places(figure), figure.stale
    with arranged(figure, SIZE):
        figure.canvas.draw()
        boxes = [plot.get_tightbbox() for plot in figure.axes]
        assert all(box is not None and figure.bbox.fully_overlaps(box) and box.y0 >= 0 for box in boxes)
    assert figure.stale == stale
    figure.canvas.draw()
    assert places(figure) == before


@pytest.mark.parametrize(
    "draw",
    [
        lambda figure: (figure.subplots(2, 2), figure.subplots_adjust(hspace=0.7)),
        lambda figure: (figure.subplots(2, 2), figure.tight_layout()),
        lambda figure: (figure.subplots(2, 2), figure.set_layout_engine("constrained")),
        lambda figure: figure.add_subplot(figure.add_gridspec(2, 2, hspace=0.5)[0, :]),
        lambda figure: (figure.subplots(), figure.add_axes((0.5, 0.5, 0.2, 0.2))),
        lambda figure: figure.subplots().set_position((0.2, 0.3, 0.5, 0.5)),
        lambda figure: None,
    ],
)
def test_what_the_program_has_placed_stays(draw: Callable[[Figure], object]) -> None:
    figure = made(draw)
    before = places(figure)
    with arranged(figure, SIZE):
        assert places(figure) == before
    assert places(figure) == before


@pytest.mark.parametrize("size", [None, (6.4, 4.8)])
def test_a_figure_of_another_size_stays(size: tuple[float, float] | None) -> None:
    figure = made(lambda figure: figure.subplots(2, 2))
    before = places(figure)
    with arranged(figure, size):
        assert places(figure) == before


def test_where_there_is_no_room_for_the_words_nothing_moves() -> None:
    figure = made(lambda figure: figure.subplots(9, 2))
    before = places(figure)
    with arranged(figure, SIZE):
        assert places(figure) == before
