"""The classes that a lesson names stand at the rows, columns, labels and images that they are for, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from evoclass.model import ClassNames
from evoclass.protocol import Detail, Frame, Summary
from evoclass_tensors.screen import heatmap
from evoclass_tensors.screen.classes import Classes

from .panelbench import Bench, bench

DISHES = ("pizza", "steak", "sushi")


def matrix(rows: int, columns: int, name: str = "w") -> Detail:
    summary = Summary(name=name, kind="tensor", shape=(rows, columns), dtype="float32", mean=1.0)
    cells = tuple(tuple(float(row * columns + column) for column in range(columns)) for row in range(rows))
    return Detail(
        request=1, expression=name, summary=summary, grid=cells, grid_shape=(rows, columns), grid_axes=(0, 1)
    )


async def shown(
    app: Bench, pilot: Any, detail: Detail, *names: ClassNames, rows: tuple[Summary, ...] = ()
) -> str:
    app.answers = False
    app.panel.name_classes(names)
    app.panel.begin(())
    assert detail.summary is not None
    app.panel.receive(Frame(sequence=1, cause="statement", rows=(detail.summary, *rows)))
    app.panel.open(detail.expression)
    app.panel.show_detail(detail)
    await pilot.pause()
    return app.text(app.detail)


@pytest.mark.parametrize("size", [(50, 24), (100, 40)])
async def test_rows_are_named(size: tuple[int, int]) -> None:
    async with bench(size=size, fed=False) as (app, pilot):
        text = await shown(app, pilot, matrix(3, 40), ClassNames(DISHES))
        for name in DISHES:
            assert sum(f"{name} ▀" in line or f"{name} ╳" in line for line in text.splitlines()) == 1
        assert "[0, 0] pizza = 0" in text


async def test_a_confusion_matrix_has_names_at_both_sides() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        text = await shown(app, pilot, matrix(3, 3), ClassNames(DISHES, ("w",)))
        assert "pizza steak sushi" in " ".join(text.split())
        await pilot.press("ctrl+down", "ctrl+right", "ctrl+right")
        assert "[1, 2] steak × sushi = 5" in app.text(app.detail)


@pytest.mark.parametrize(
    ("detail", "names"),
    [
        (matrix(4, 4), ClassNames(DISHES)),
        (matrix(3, 3), ClassNames(DISHES, ("other",))),
        (matrix(3, 3), ClassNames(())),
    ],
)
async def test_other_values_are_not_named(detail: Detail, names: ClassNames) -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        assert "pizza" not in await shown(app, pilot, detail, names)


def test_names_for_a_value_come_before_those_for_all() -> None:
    classes = Classes((ClassNames(("a", "b")), ClassNames(("c", "d"), ("w",))))
    assert classes.of_axis("w", 2) == classes.of_axis("w.grad", 2) == ("c", "d")
    assert classes.of_axis("v", 2) == ("a", "b")
    assert classes.of_labels("v") == ()


LABELS = Summary(
    name="labels", kind="tensor", shape=(7,), dtype="int64", min=0.0, max=2.0, histogram=(4, 0, 0, 2, 0, 0, 1)
)


def labelled(*numbers: int, first: int = 0) -> Detail:
    cells = (tuple(map(float, numbers)),)
    expression = f"labels[{first}:{first + 64}]"
    return Detail(request=2, expression=expression, summary=LABELS, grid=cells, grid_shape=(1, len(numbers)))


async def test_labels_are_counted_by_name() -> None:
    detail = Detail(
        request=1,
        expression="labels",
        summary=LABELS,
        grid=((0.0,) * 7,),
        grid_shape=(1, 7),
        grid_axes=(0, 0),
    )
    async with bench(size=(80, 24), fed=False) as (app, pilot):
        text = await shown(app, pilot, detail, ClassNames(DISHES, ("labels",)))
        lines = [" ".join(line.replace("█", "").split()) for line in text.splitlines()]
        assert lines[3:6] == ["pizza 4", "steak 2", "sushi 1"]
        bars = [line.count("█") for line in text.splitlines()[3:6]]
        assert bars[0] == 2 * bars[1] == 4 * bars[2] > 0
        text = await shown(app, pilot, detail)
        assert "0  4" in text, "without names, the numbers themselves"


def batch(count: int, size: int = 16) -> Detail:
    summary = Summary(name="images", kind="tensor", shape=(count, 3, size, size), dtype="float32", mean=1.0)
    return Detail(
        request=1,
        expression="images",
        summary=summary,
        images=(bytes(size * size * 3),) * count,
        image_shape=(size, size, 3),
    )


async def test_each_image_has_its_label() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        names = ClassNames(DISHES, ("images", "labels"))
        await shown(app, pilot, batch(7), names, rows=(LABELS,))
        assert [wanted.expression for wanted in app.of(app.panel.LookWanted)][-1] == "labels[0:64]"
        app.panel.show_detail(labelled(2, 0, 0, 0, 0, 1, 1))
        await pilot.pause()
        text = app.text(app.detail)
        assert [text.count(name) for name in DISHES] == [4, 2, 1]
        assert text.index("sushi") < text.index("pizza")


async def test_labels_that_the_lesson_does_not_name_are_not_guessed() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        await shown(app, pilot, batch(7), ClassNames(DISHES), rows=(LABELS,))
        assert all(not wanted.expression.startswith("labels") for wanted in app.of(app.panel.LookWanted))


@pytest.mark.parametrize("side", [(8, 8), (16, 16), (64, 64), (64, 32), (20, 30)])
@pytest.mark.parametrize("count", [1, 5, 64])
def test_images_keep_their_proportions_and_enough_fit(side: tuple[int, int], count: int) -> None:
    high, wide = side
    lines, shown = heatmap.images((bytes(high * wide),) * count, (high, wide, 1), 100, 30)
    first = next((index for index, line in enumerate(lines) if not line), len(lines))
    width = sum(len(segment.text) for segment in lines[0]) + 0.0
    across = sum(segment.text == " " for segment in lines[0])
    assert 2 * first / (width / across - 1) == pytest.approx(high / wide, rel=0.1)
    assert shown >= min(count, heatmap.FEW)
    assert len(lines) <= 30
    assert width <= 101


def test_rows_of_images_have_the_same_length_where_all_have_room() -> None:
    picture = bytes(64)
    lines, shown = heatmap.images((picture,) * 20, (8, 8, 1), 117, 29)
    assert shown == 20
    assert [sum(segment.text == " " for segment in line) for line in lines if line] == [10] * 8
    lines, shown = heatmap.images((picture,) * 500, (8, 8, 1), 117, 29)
    assert shown == 13 * 6  # a page of many is full
