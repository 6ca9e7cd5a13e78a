"""Curves: their cursor moves time travel, and what else is drawn beside them is of the same kind."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.pilot import Pilot

from evoclass.protocol import Detail, Exit, Frame, Summary
from evoclass_tensors.screen.hints import Hints
from evoclass_tui.chart import Axes, Line, draw, smoothed

from .panelbench import Bench, bench


def frames(scale: float = 1.0, steps: int = 210, every: int = 70) -> list[Frame]:
    """Return few frames, with the numbers of every step."""
    made = []
    for sequence, step in enumerate(range(0, steps + 1, every), 1):
        rows = tuple(
            Summary(name=name, kind="scalar", type="float", text=f"{factor * step:g}", mean=factor * step)
            for name, factor in (("loss", scale), ("rate", 0.5))
        )
        between = range(max(1, step - every + 1), step + 1) if step else ()
        courses = {
            name: tuple((at, factor * at) for at in between)
            for name, factor in (("loss", scale), ("rate", 0.5))
        }
        made.append(
            Frame(
                sequence=sequence,
                cause="step",
                step=step,
                rows=rows,
                whole=False,
                courses=courses if step else {},
            )
        )
    return made


def run(app: Bench, scale: float = 1.0) -> None:
    app.answers = False
    app.panel.begin(("loss", "rate"))
    for frame in frames(scale):
        app.panel.receive(frame)
    app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))


async def opened(app: Bench, pilot: Pilot[None], name: str = "loss") -> str:
    app.panel.open(name)
    await pilot.pause()
    return app.text(app.detail)


async def test_the_cursor_goes_through_every_step_and_reads_its_value() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        text = await opened(app, pilot)
        assert "●" not in text
        assert len(app.panel.journey.timeline) == 211
        for _ in range(3):
            await pilot.press("left")
        text = app.text(app.detail)
        assert "step 207  ━ loss 207" in text
        assert "loss = 207" in text
        assert text.count("●") == 1
        await pilot.press("shift+left")
        assert "step 186  ━ loss 186" in app.text(app.detail)
        assert app.panel.journey.moment.step == 186
        assert app.panel.journey.rows["rate"].mean == 93.0


async def test_a_tensor_of_one_number_is_a_curve_with_its_keys_and_no_picture() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        one = Summary(name="loss", kind="tensor", shape=(), mean=210.0)
        app.panel.receive(Frame(sequence=9, cause="end", step=210, whole=False, rows=(one,)))
        app.panel.open("loss")
        app.panel.show_detail(
            Detail(request=1, expression="loss", summary=one, grid=((210.0,),), grid_shape=(1, 1))
        )
        await pilot.press("left", "left")
        assert "the picture" not in app.text(app.detail)
        assert "Log axis" in app.text(app.panel.query_one(Hints))


async def test_a_click_on_the_curve_goes_to_that_step() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        text = await opened(app, pilot)
        line = next(y for y, line in enumerate(text.splitlines()) if "│" in line)
        await pilot.click(app.detail, offset=(60, line))
        await pilot.pause()
        assert 90 < app.panel.journey.moment.step < 120
        assert f"step {app.panel.journey.moment.step}  ━" in app.text(app.detail)


async def test_other_values_and_the_run_before_are_drawn_beside_it() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app, 2.0)
        run(app)
        text = await opened(app, pilot, "rate")
        assert "┄ rate, run before 105" in text
        await pilot.press("a", "escape")
        text = await opened(app, pilot)
        assert "step 210  ▲ loss 210  ■ rate 105  ┄ loss, run before 420  ┄ rate, run before 105" in text
        assert next(line for line in text.splitlines() if "┤" in line).split("┤")[0].strip() == "420"
        assert "Log axis" in app.text(app.panel.query_one(Hints))


async def test_a_run_that_watches_something_else_is_not_compared() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app, 2.0)
        app.panel.begin(("other",))
        for frame in frames():
            app.panel.receive(frame)
        assert "run before" not in await opened(app, pilot)


async def test_log_and_smooth_are_said() -> None:
    async with bench(size=(120, 40), language="it", fed=False) as (app, pilot):
        run(app)
        await opened(app, pilot)
        await pilot.press("g", "m")
        text = app.text(app.detail)
        assert "asse logaritmico · media mobile" in text
        await pilot.press("g", "m")
        assert "logaritmico" not in app.text(app.detail)


async def test_what_has_no_curve_cannot_be_added() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        app.panel.receive(
            Frame(sequence=9, cause="end", whole=False, rows=(Summary(name="n", kind="scalar"),))
        )
        await opened(app, pilot, "n")
        await pilot.press("a")
        assert app.panel._chart.others == []


# ----------------------------------------------------------------------------------------------------- the chart

PLAIN = Style()


def drawn(
    *lines: list[tuple[float, float | None]], log: bool = False, width: int = 40, height: int = 12
) -> list[str]:
    axes = Axes(PLAIN, lambda y: f"{y:g}", lambda x: f"{x:g}", log)
    chart = draw([Line(points, PLAIN) for points in lines], width, height, axes)
    return ["".join(segment.text for segment in line) for line in chart.lines]


def test_the_axes_name_both_ends_and_places_between() -> None:
    lines = drawn([(step, float(step)) for step in range(101)], width=64, height=13)
    assert [line.split("┤")[0].strip() for line in lines if "┤" in line] == ["100", "0"]
    assert "50" in next(line for line in lines if "┼" in line)
    assert lines[-1].split() == ["0", "50", "100"]
    assert {len(line) for line in lines} == {64}


def test_equal_ratios_are_equal_distances_on_a_log_axis() -> None:
    lines = drawn([(0, 1.0), (1, 10.0), (2, 100.0)], log=True)
    rows = [row for row, line in enumerate(lines) if any(char > "⠀" for char in line)]
    straight = drawn([(0, 0.0), (1, 1.0), (2, 2.0)])
    assert rows == [row for row, line in enumerate(straight) if any(char > "⠀" for char in line)]
    assert [line.split("┤")[0].strip() for line in lines if "┤" in line] == ["100", "1"]


def test_what_a_log_axis_cannot_show_is_a_gap() -> None:
    assert drawn([(0, -1.0), (1, 0.0)], log=True) == []
    assert drawn([(0, -1.0), (1, 1.0), (2, 10.0)], log=True)


def test_very_many_points_cost_no_more_than_there_are_columns_and_keep_their_peak() -> None:
    points: list[tuple[float, float | None]] = [(step, 1.0 if step == 1234 else 0.0) for step in range(4096)]
    lines = drawn(points)
    assert any(char > "⠀" for char in lines[0])


def test_smoothing_starts_at_the_first_value_and_leaves_gaps() -> None:
    assert smoothed([(0, 4.0), (1, None), (2, 4.0)]) == [
        (0, pytest.approx(4.0)),
        (1, None),
        (2, pytest.approx(4.0)),
    ]
    jump = smoothed([(0, 0.0)] * 20 + [(20, 1.0)])[-1][1]
    assert jump is not None
    assert 0 < jump < 0.2
