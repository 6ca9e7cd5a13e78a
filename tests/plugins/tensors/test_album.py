"""Time travel shows the picture of each step of a watched matrix, and its figures where it has all numbers."""

from __future__ import annotations

from array import array

import pytest
import torch
from torch import nn

from evoclass.inspecting.follower import Follower
from evoclass.protocol import MAX_CELLS, MAX_THUMBNAILS, Detail, Exit, Frame, Summary, Thumbnail
from evoclass_tensors.screen.album import MOST, Album, cells, figured
from evoclass_tensors.worker.follow import thumbnail

from .panelbench import bench
from .session import Session


def square(step: int, value: float, rows: int = 2, columns: int = 3) -> Thumbnail:
    numbers = array("f", [value] * (rows * columns))
    return Thumbnail(step=step, rows=rows, columns=columns, cells=numbers.tobytes())


@pytest.mark.parametrize("shape", [(7,), (3, 4), (7, 1280), (512, 512), (2, 5, 6), (1, 100_000), (4000, 2)])
def test_a_thumbnail_has_the_numbers_of_its_places(shape: tuple[int, ...]) -> None:
    value = torch.rand(shape, requires_grad=True)
    small = thumbnail(value, ())
    assert small is not None
    assert len(small.cells) == 4 * small.rows * small.columns <= 4 * MAX_CELLS
    plane = value.detach().reshape(1, -1) if len(shape) == 1 else value.detach()
    plane = plane[0] if len(shape) == 3 else plane
    down, across = -(-plane.shape[0] // small.rows), -(-plane.shape[1] // small.columns)
    assert cells(small) == pytest.approx(plane[::down, ::across].flatten().tolist())


@pytest.mark.parametrize(
    "value", [torch.tensor(1.0), torch.ones(2, 2).to_sparse(), torch.ones(2, 2) * 1j, "text"]
)
def test_what_is_no_matrix_has_none(value: object) -> None:
    assert thumbnail(value, ()) is None


def test_the_path_leads_to_parameters_and_gradients() -> None:
    model = nn.Linear(2, 2)
    assert thumbnail(model, ("weight", "grad")) is None
    small = thumbnail(model, ("weight",))
    assert small is not None
    assert cells(small) == pytest.approx(model.weight.flatten().tolist())


def test_the_longer_a_run_the_fewer_steps_have_a_picture_and_none_is_sent_twice() -> None:
    follower = Follower(["w"], lambda value, path: 1.0, 1e9, lambda value, path: square(0, 1.0))
    follower.begin(0.0)
    steps = []
    for step in range(1, 5000):
        follower.take(step, {"w": 1})
        if step % 100 == 0:
            steps += [one.step for one in follower.thumbnails()["w"]]
    assert steps[:MAX_THUMBNAILS] == list(range(1, MAX_THUMBNAILS + 1))
    assert len(steps) == len(set(steps)) < 6 * MAX_THUMBNAILS


def test_pictures_are_bounded_and_what_is_not_one_is_left_out() -> None:
    album = Album()
    album.add("w", (square(step, 1.0) for step in range(3 * MOST)))
    album.add("w", [Thumbnail(step=-1, rows=9, columns=9, cells=b"")])
    found = {one.step for step in range(-1, 3 * MOST) if (one := album.at("w", step)) is not None}
    assert len(found) <= MOST
    assert album.at("w", -1) is None
    assert album.at("other", 1) is None


def test_figures_are_those_of_the_numbers() -> None:
    value = torch.randn(4, 5)
    value[0, 0] = float("nan")
    small = thumbnail(value, ())
    assert small is not None
    row = figured(Summary(name="w", kind="tensor", shape=(4, 5)), small)
    assert row is not None
    finite = value[value.isfinite()]
    wanted = [float(finite.mean()), float(finite.std()), float(finite.norm())]
    assert [row.mean, row.std, row.norm] == pytest.approx(wanted, rel=1e-5)
    assert (row.nan, sum(row.histogram)) == (1, 19)
    assert figured(Summary(name="w", kind="tensor", shape=(40, 5)), small) is None


def test_a_run_sends_the_matrix_of_each_step() -> None:
    source = """
import torch
w = torch.zeros(2, 3, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=1.0)
for step in range(20):
    optimizer.zero_grad()
    w.sum().backward()
    optimizer.step()
"""
    session = Session(source, watch=("w",), budget=50.0).run()
    taken = {one.step: one for frame in session.frames for one in frame.thumbnails.get("w", ())}
    assert [cells(taken[step])[0] for step in range(1, 21)] == [-float(step) for step in range(1, 21)]


async def test_figures_and_picture_of_other_steps_are_said_to_be() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        for sequence, step in enumerate((0, 10), 1):
            row = Summary(name="w", kind="parameter", shape=(2, 3), mean=float(step), norm=1.0)
            other = Summary(name="v", kind="tensor", shape=(2,), mean=float(step))
            points = tuple((at, float(at)) for at in range(1, 11)) if step else ()
            frame = Frame(sequence=sequence, cause="step", step=step, rows=(row, other), curves={"w": points})
            app.panel.receive(frame)
        app.panel.open("w")
        app.panel.show_detail(Detail(request=1, expression="w", summary=row, grid=((9.0,) * 3,) * 2, step=10))
        await pilot.press("left", "left", "left")
        text = app.text(app.detail)
        assert "Numbers of step 0; of step 7 the norm is known. The picture shows step 10." in text
        assert "Values at this moment" not in text
        app.panel.open("v")
        app.panel.show_detail(Detail(request=2, expression="v", summary=other, step=10))
        await pilot.pause()
        assert "Numbers of step 0: nothing else is known of step 7." in app.text(app.detail)


async def test_the_norm_of_a_step_is_known_only_where_the_value_was_looked_at() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w", "loss"))
        for sequence, step in enumerate((0, 10), 1):
            rows = [Summary(name="w", kind="parameter", shape=(2, 3), mean=float(step), norm=1.0)]
            rows.append(Summary(name="loss", kind="scalar", mean=float(step)))
            points = tuple((at, float(at)) for at in range(1, 11)) if step else ()
            numbers = {"loss": points, "w": points[::3]}
            app.panel.receive(
                Frame(sequence=sequence, cause="step", step=step, rows=tuple(rows), curves=numbers)
            )
        app.panel.open("w")
        app.panel.show_detail(Detail(request=1, expression="w", summary=rows[0], step=10))
        await pilot.press("left", "left")
        assert "Numbers of step 0: nothing else is known of step 8." in app.text(app.detail)
        await pilot.press("left")
        assert "Numbers of step 0; of step 7 the norm is known." in app.text(app.detail)


@pytest.mark.parametrize("opened_before", [True, False])
async def test_the_close_look_at_a_step_shows_its_picture(opened_before: bool) -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        for sequence, step in enumerate((0, 100, 200), 1):
            row = Summary(name="w", kind="parameter", shape=(2, 3), mean=float(step), norm=1.0)
            between = range(step - 99, step + 1) if step else ()
            app.panel.receive(
                Frame(
                    sequence=sequence,
                    cause="step",
                    step=step,
                    rows=(row,),
                    whole=False,
                    curves={"w": tuple((at, float(at)) for at in between)} if step else {},
                    thumbnails={"w": tuple(square(at, float(at)) for at in between)} if step else {},
                )
            )
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        app.panel.open("w")
        if opened_before:
            newest = Summary(name="w", kind="parameter", shape=(2, 3), mean=200.0)
            app.panel.show_detail(Detail(request=1, expression="w", summary=newest, grid=((9.0,) * 3,) * 2))
        for _ in range(50):
            await pilot.press("left")
        text = app.text(app.detail)
        assert "[0, 0] = 150" in text
        assert "step 150" in text
        assert app.detail.subject.row is not None
        assert app.detail.subject.row.mean == 150
        assert "Numbers of step" not in text, "six numbers are all of them"


async def test_a_step_without_a_picture_of_its_own_shows_the_last_one_before() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        for sequence, step in enumerate((0, 10), 1):
            row = Summary(name="w", kind="parameter", shape=(2, 3), mean=float(step), norm=1.0)
            points = tuple((at, float(at)) for at in range(1, 11)) if step else ()
            pictures = tuple(square(at, float(at)) for at in (2, 5, 9)) if step else ()
            app.panel.receive(
                Frame(
                    sequence=sequence,
                    cause="step",
                    step=step,
                    rows=(row,),
                    curves={"w": points},
                    thumbnails={"w": pictures} if step else {},
                )
            )
        app.panel.open("w")
        app.panel.show_detail(Detail(request=1, expression="w", summary=row, grid=((9.0,) * 3,) * 2, step=10))
        await pilot.press("left", "left", "left")
        text = app.text(app.detail)
        assert "[0, 0] = 5" in text
        assert "Numbers of step 5; of step 7 the norm is known. The picture shows step 5." in text
        await pilot.press("left", "left")
        text = app.text(app.detail)
        assert "[0, 0] = 5" in text
        assert "The picture shows" not in text
        await pilot.press("left", "left", "left", "left")
        assert "The picture shows step 10." in app.text(app.detail), "there is none before"


async def test_a_local_variable_of_a_function_that_has_returned_has_its_last_picture() -> None:
    async with bench(size=(100, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        for sequence, step in enumerate((0, 10), 1):
            row = Summary(name="w", kind="parameter", shape=(2, 3), mean=float(step), norm=1.0)
            taken = (square(9, 9.0),) if step else ()
            frame = Frame(sequence=sequence, cause="step", step=step, rows=(row,), thumbnails={"w": taken})
            app.panel.receive(frame)
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        app.panel.open("w")
        error = "NameError: name 'w' is not defined"
        app.panel.show_detail(Detail(request=1, expression="w", error=error))
        await pilot.pause()
        text = app.text(app.detail)
        assert "NameError" not in text
        assert "[0, 0] = 9" in text
        assert "the picture shows step 9" in text
