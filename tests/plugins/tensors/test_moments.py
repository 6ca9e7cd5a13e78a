"""What the close look claims about a moment is true of it, or it says that it is not known."""

from __future__ import annotations

import pytest
import torch

from evoclass.protocol import Detail, Exit, Frame, Look, Summary
from evoclass_tensors.screen.panel import TensorPanel
from evoclass_tensors.screen.subject import counted
from evoclass_tensors.worker import closeup
from evoclass_tui.chart import dots

from .panelbench import Bench, bench
from .session import Session


def feed(panel: TensorPanel, losses: list[float | None], kind: str = "scalar") -> None:
    panel.begin(())
    for number, loss in enumerate(losses, 1):
        row = Summary(
            name="loss", kind=kind, mean=loss, min=loss, max=loss, shape=None if kind == "scalar" else ()
        )  # type: ignore[arg-type]
        panel.receive(Frame(sequence=number, cause="step", step=number, rows=(row,), whole=number == 1))


async def test_an_expression_at_an_earlier_moment_says_that_it_is_not_known() -> None:
    async with bench() as (app, pilot):
        app.panel.open("head.weight[0, :4].view(2, 2)")
        await pilot.pause()
        assert "not known" not in app.text(app.detail)
        await pilot.press("left")
        await pilot.pause()
        text = app.text(app.detail)
        assert "Computed at step 6. Its value at this moment is not known." in text
        assert "Values at this moment" not in text
        await pilot.press("right")
        await pilot.pause()
        assert "not known" not in app.text(app.detail)


async def test_an_expression_that_was_asked_for_at_a_moment_is_true_of_it() -> None:
    async with bench(fed=False) as (app, pilot):
        app.answers = False
        feed(app.panel, [3.0])
        app.panel.open("loss * 2")
        half = Summary(name="loss * 2", kind="tensor", shape=(2,), mean=6.0)
        app.panel.show_detail(Detail(request=1, expression="loss * 2", summary=half, step=1))
        later = Summary(name="loss", kind="scalar", mean=2.0)
        app.panel.receive(Frame(sequence=2, cause="step", step=2, rows=(later,), whole=False))
        await pilot.pause()
        app.panel.go(0)
        await pilot.pause()
        assert "not known" not in app.text(app.detail)
        assert "6" in app.text(app.detail)


async def test_the_rows_of_a_run_that_ended_without_any_are_not_said_to_come() -> None:
    async with bench(fed=False) as (app, pilot):
        feed(app.panel, [1.0])
        app.panel.receive(Frame(sequence=9, cause="end", rows=(), whole=True))
        app.panel.receive(Exit(reason="error", code=1, seconds=1.0))
        await pilot.pause()
        text = app.text(app.table)
        assert "Running" not in text
        assert "The program has ended, and its values are gone." in text


async def test_hidden_constants_are_told_apart_from_a_filter() -> None:
    async with bench(fed=False) as (app, pilot):
        feed(app.panel, [1.0])
        app.panel.rows.action_constants()
        await pilot.pause()
        assert "No value has changed yet" in app.text(app.table)
        assert "“”" not in app.text(app.table)


# ------------------------------------------------------------------------------------------------------- curves


@pytest.mark.parametrize("kind", ["scalar", "tensor"])
async def test_a_single_number_is_a_curve_as_large_as_the_panel(kind: str) -> None:
    async with bench(size=(80, 24), fed=False) as (app, pilot):
        app.answers = False
        feed(app.panel, [4.0, 2.0, 1.0, 0.5, 0.25], kind)
        app.panel.open("loss")
        await pilot.pause()
        lines = app.text(app.detail).splitlines()
        assert lines[0].strip().startswith("loss = 0.25")
        curve = [line for line in lines if any("\u2800" < char < "\u2900" for char in line)]
        assert len(curve) >= app.detail.size.height - 8, "as tall as there is room"
        assert max(map(len, curve)) >= app.detail.size.width - 8, "and as wide"
        ends = [line.split("┤")[0].split()[-1] for line in lines if "┤" in line]
        assert ends == ["4", "3", "2", "1"]
        assert "lowest 0.250 · last 0.250" in app.text(app.detail)
        for word in ("quantiles", "Distribution", "std", "norm"):
            assert word not in app.text(app.detail)


async def test_the_curve_tells_the_present_moment_from_what_came_later() -> None:
    async with bench(size=(80, 24), fed=False) as (app, pilot):
        app.answers = False
        feed(app.panel, [4.0, 2.0, 1.0, 0.5, 0.25])
        app.panel.open("loss")
        await pilot.pause()
        app.panel.go(1)
        await pilot.pause()
        assert "loss = 2" in app.text(app.detail)
        curve = app.panel.journey.curve("loss")
        assert (len(curve.points), curve.reached) == (5, 2)


def test_a_falling_line_falls_and_a_gap_stays_one() -> None:
    falling = dots([(0, 1.0), (1, 0.0)], 8, 2)
    assert [bool(line[0].strip()) for line in falling] == [True, False]
    assert [bool(line[-1].strip()) for line in falling] == [False, True]
    gap = dots([(0, 0.0), (1, 0.0), (2, None), (3, float("nan")), (4, 0.0), (5, 0.0)], 12, 1)[0]
    assert gap[5].strip() == ""
    assert gap[0].strip()
    assert gap[-1].strip()


@pytest.mark.parametrize("values", [[1.0, 1.0], [float("inf"), 1.0, 2.0], [1e300, -1e300], [0.0, 5e-324]])
async def test_no_curve_is_too_odd_to_draw(values: list[float | None]) -> None:
    async with bench(size=(40, 12), fed=False) as (app, pilot):
        app.answers = False
        feed(app.panel, values)
        app.panel.open("loss")
        await pilot.pause()
        assert "loss" in app.text(app.detail)


# ----------------------------------------------------------------------------------------------------- pictures


def look(app: Bench, value: torch.Tensor, name: str = "images", *place: int) -> None:
    detail = closeup.closeup(value, Look(request=1, expression=name, slice=place))
    app.panel.show_detail(detail)


async def test_the_picture_comes_before_the_numbers_where_the_panel_is_narrow() -> None:
    async with bench(size=(56, 12)) as (app, pilot):
        app.panel.open("head.weight")
        await pilot.pause()
        text = app.text(app.detail)
        assert "▀" in text
        assert "quantiles" not in text.split("▀")[0]


async def test_images_are_turned_a_page_at_a_time() -> None:
    async with bench(size=(60, 30)) as (app, pilot):
        app.answers = False
        app.panel.open("images")
        value = torch.rand(210, 3, 16, 16)
        look(app, value)
        await pilot.pause()
        shown = app.detail.images_shown
        assert f"0 to {shown - 1} of 210" in app.text(app.detail)
        await pilot.press("right_square_bracket")
        assert app.panel.inquiry.slice == (shown, 0)
        look(app, value, "images", *app.panel.inquiry.slice)
        await pilot.pause()
        assert f"{shown} to {2 * shown - 1} of 210" in app.text(app.detail)
        detail = app.detail.subject.detail
        assert detail is not None
        first = closeup.closeup(value[shown:], Look(request=1, expression="x")).images[0]
        assert detail.images[0] == first


@pytest.mark.parametrize("size", [(3, 96, 64), (3, 64, 200), (1, 300, 300)])
def test_the_slice_of_an_image_is_thinned_alike_in_both_directions(size: tuple[int, int, int]) -> None:
    detail = closeup.closeup(torch.rand(size), Look(request=1, expression="x"))
    assert detail.images
    assert detail.grid_shape is not None
    rows, columns = (
        -(-whole // len_)
        for whole, len_ in zip(detail.grid_shape, (len(detail.grid), len(detail.grid[0])), strict=True)
    )
    assert rows == columns


# ------------------------------------------------------------------------------------------------------- labels


def test_labels_are_counted() -> None:
    labels = torch.tensor([0] * 30 + [1] * 5 + [6] * 2)
    row = closeup.closeup(labels, Look(request=1, expression="labels")).summary
    assert row is not None
    assert counted(row) == [(0, 30), (1, 5), (2, 0), (3, 0), (4, 0), (5, 0), (6, 2)]


@pytest.mark.parametrize("low", [-5, 0, 7])
@pytest.mark.parametrize("different", [1, 2, 7, 10, 24])
def test_every_number_is_counted_right(low: int, different: int) -> None:
    torch.manual_seed(different)
    values = torch.cat([torch.arange(different), torch.randint(0, different, (500,))]) + low
    row = closeup.closeup(values, Look(request=1, expression="labels")).summary
    assert row is not None
    wanted = [(value + low, int((values == value + low).sum())) for value in range(different)]
    assert counted(row) == wanted


@pytest.mark.parametrize("value", [torch.rand(10), torch.tensor([0, 1000]), torch.arange(3).float()])
def test_other_values_are_not_counted(value: torch.Tensor) -> None:
    row = closeup.closeup(value, Look(request=1, expression="x")).summary
    assert row is not None
    assert counted(row) == []


@pytest.mark.parametrize("end", [float("inf"), float("nan")])
def test_ends_that_are_no_numbers_are_not_counted(end: float) -> None:
    row = Summary(name="x", kind="tensor", dtype="int64", min=0.0, max=end, histogram=(1, 2), shape=(3,))
    assert counted(row) == []


# ------------------------------------------------------------------------------------------------------- typing


async def test_a_slice_may_be_typed_behind_the_name_or_alone() -> None:
    async with bench() as (app, pilot):
        await pilot.press("colon", *"[0, :2]", "enter")
        await pilot.pause()
        assert app.panel.inquiry.name == "head.weight[0, :2]"
        await pilot.press("escape")
        await pilot.press("colon")
        line = app.panel.query_one("#tensors-slice")
        line.value = "[1]"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await pilot.pause()
        assert app.panel.inquiry.name == "head.weight[1]"


async def test_an_expression_that_is_none_is_told_without_a_file() -> None:
    async with bench() as (app, pilot):
        app.panel.open("head.weight[")
        await pilot.pause()
        text = app.text(app.detail)
        assert "SyntaxError" in text
        assert "<expression>" not in text


# ------------------------------------------------------------------------------------------------ every step

TRAINING = """
import torch
from torch import nn
torch.manual_seed(0)
def train():
    head = nn.Linear(20, 7)
    optimizer = torch.optim.SGD(head.parameters(), lr=0.01)
    for step in range(210):
        loss = head(torch.ones(15, 20)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen.append((step + 1, loss.item(), head.weight.detach().norm().item()))
    return head
head = train()
"""


def test_what_a_lesson_watches_is_followed_at_every_step_of_a_short_training() -> None:
    seen: list[tuple[int, float, float]] = []
    watch = ("loss", "head.weight", "head.weight.grad")
    session = Session(TRAINING, {"seen": seen}, watch=watch, budget=50.0).run()
    curves: dict[str, dict[int, float | None]] = {}
    for frame in session.frames:
        for name, points in frame.curves.items():
            curves.setdefault(name, {}).update(points)
    assert curves["loss"] == pytest.approx({step: loss for step, loss, _ in seen})
    assert curves["head.weight"] == pytest.approx({step: norm for step, _, norm in seen}, rel=1e-5)
    assert set(curves["head.weight.grad"]) == {step for step, _, _ in seen}


def test_a_layer_in_a_sequence_is_followed_too() -> None:
    source = "import torch\n" + "head = torch.nn.Sequential(torch.nn.Linear(2, 1))\n"
    source += "optimizer = torch.optim.SGD(head.parameters(), lr=0.1)\n"
    source += "for _ in range(3):\n    head(torch.ones(2)).sum().backward()\n    optimizer.step()\n"
    session = Session(source, watch=("head[0].weight",), budget=50.0).run()
    points = [point for frame in session.frames for point in frame.curves.get("head[0].weight", ())]
    assert [step for step, _ in points] == [1, 2, 3]
    assert all(number for _, number in points)


async def test_the_curve_of_a_tensor_with_a_single_number_is_called_its_value() -> None:
    async with bench(size=(100, 30), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        row = Summary(name="w", kind="parameter", shape=(1, 1), mean=-2.0, norm=2.0)
        points = ((1, -3.0), (2, -2.0))
        app.panel.receive(Frame(sequence=1, cause="step", step=2, rows=(row,), curves={"w": points}))
        app.panel.open("w")
        await pilot.pause()
        assert "Value at each step" in app.text(app.detail)


async def test_the_curve_of_a_watched_tensor_has_every_step_and_reaches_the_moment() -> None:
    async with bench(size=(100, 30), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("w",))
        for number in (1, 2):
            points = tuple((step, float(step)) for step in range(100 * number - 99, 100 * number + 1))
            row = Summary(name="w", kind="parameter", shape=(7, 9), mean=float(number), norm=1.0)
            app.panel.receive(
                Frame(sequence=number, cause="step", step=100 * number, rows=(row,), curves={"w": points})
            )
        app.panel.open("w")
        await pilot.pause()
        text = app.text(app.detail)
        assert "Norm at each step" in text
        assert "200" in text
        row = Summary(name="w", kind="parameter", shape=(7, 9), mean=3.0, norm=250.0)
        app.panel.receive(Frame(sequence=3, cause="end", step=210, rows=(row,)))
        app.panel.go(0)
        curve = app.panel.journey.curve("w")
        assert curve.reached == 100
        assert curve.points[-1] == (210, 250.0), "the frames fill what there was no time for"
