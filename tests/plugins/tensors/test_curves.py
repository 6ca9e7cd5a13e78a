"""Curves: their cursor moves time travel, and what else is drawn beside them is of the same kind."""

from __future__ import annotations

import math
import re
from typing import Literal

import msgspec
import pytest
from rich.style import Style
from textual.pilot import Pilot

from evoclass.protocol import Detail, Exit, Frame, Started, Summary
from evoclass_tensors.screen.curve import Curve
from evoclass_tensors.screen.earlier import EarlierRuns
from evoclass_tensors.screen.hints import Hints
from evoclass_tensors.screen.status import status
from evoclass_tui.chart import Axes, Line, draw, round_numbers, smoothed
from evoclass_tui.panel import Panel

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
        curves = {
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
                curves=curves if step else {},
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
        assert ticks(text.splitlines())[0] == "400"
        assert "Log axis" in app.text(app.panel.query_one(Hints))


async def test_five_earlier_runs_stay_and_say_what_was_different_in_them() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        for scale in (7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
            app.panel.prepare("train.py", {"lr": "0.1" if scale < 3 else f"{scale}", "width": "8"})
            run(app, scale)
        text = " ".join((await opened(app, pilot)).split())
        assert "━ loss 210 ┄ loss, run before 420 ┄ loss at lr = 3.0 630" in text
        assert "loss at lr = 6.0 1260" in text
        assert "7.0" not in text
        app.panel.prepare("other.py", {})
        run(app)
        assert "lr" not in await opened(app, pilot)


def rates(
    text: str = "lr {rate:g}", kind: Literal["optimizer", "scheduler"] = "optimizer", named: str = "SGD"
) -> list[Frame]:
    """Return three frames of an optimizer whose learning rate is halved at each step, or of its scheduler."""
    made = []
    for sequence, step in enumerate((0, 4, 8), 1):
        row = Summary(name=kind, kind=kind, type=named, text=text.format(rate=0.1 / 2 ** max(0, step - 1)))
        points = tuple((at, 0.1 / 2 ** (at - 1)) for at in range(step - 3, step + 1) if step)
        made.append(
            Frame(
                sequence=sequence,
                cause="step",
                step=step,
                rows=(row,),
                whole=False,
                curves={kind: points} if step else {},
            )
        )
    return made


@pytest.mark.parametrize(("kind", "named"), [("optimizer", "SGD"), ("scheduler", "StepLR")])
async def test_a_learning_rate_is_a_curve_as_large_as_the_panel(
    kind: Literal["optimizer", "scheduler"], named: str
) -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin((kind,))
        for frame in rates(kind=kind, named=named):
            app.panel.receive(frame)
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        text = await opened(app, pilot, kind)
        assert f"{kind} · {named} · lr" in text
        assert "learning rate · lowest" in text
        assert "orm" not in text.replace("normal", "")
        assert sum("│" in line or "┤" in line for line in text.splitlines()) > 25
        assert "Log axis" in app.text(app.panel.query_one(Hints))
        await pilot.press("left", "left")
        text = app.text(app.detail)
        assert f"{named} · lr 0.003125" in text
        assert f"step 6  ━ {kind} 0.003125" in text
        assert "known" not in text
        await pilot.press("escape")
        assert "lr 0.003125" in app.text(app.table)


async def test_of_several_learning_rates_none_is_replaced_by_the_first() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.panel.begin(("optimizer",))
        for frame in rates("lr {rate:g}, 0.5"):
            app.panel.receive(frame)
        await pilot.press("left", "left")
        assert "lr 0.0125, 0.5" in app.text(app.table)


@pytest.mark.parametrize("log", [False, True])
async def test_a_run_that_has_diverged_does_not_press_the_others_flat(log: bool) -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app, 1e30)
        run(app, 1.2)
        run(app)
        if log:
            app.panel.action_log()
        text = await opened(app, pilot)
        top = ticks(text.splitlines())[0]
        assert float(top) <= (50_000 if log else 450)
        assert "┄ loss, 2 runs before 2.1000e32" in text  # its numbers are still told


async def test_a_run_that_has_just_begun_leaves_the_earlier_ones_whole() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app, 1000.0)
        app.panel.begin(("loss", "rate"))
        for frame in frames(steps=3, every=3):
            app.panel.receive(frame)
        assert ticks((await opened(app, pilot)).splitlines())[0] == "200000"


async def test_a_long_name_leaves_its_number_to_be_read() -> None:
    async with bench(size=(60, 30), fed=False) as (app, pilot):
        for width in ("8", "16"):
            app.panel.prepare("train.py", {"width_of_the_first_layer": width, "width_of_the_second": width})
            run(app)
        text = await opened(app, pilot)
        assert re.search(r"┄ loss .*….*width_of_the_second = 8 210$", text, re.M)


async def test_earlier_runs_without_knobs_are_counted() -> None:
    async with bench(size=(120, 40), language="it", fed=False) as (app, pilot):
        for scale in (3.0, 2.0, 1.0):
            run(app, scale)
        text = " ".join((await opened(app, pilot)).split())
        assert "loss, 2 esecuzioni prima 630" in text


async def test_a_long_earlier_run_is_thinned_and_keeps_its_peak() -> None:
    earlier = EarlierRuns()
    points = [(float(step), 9.0 if step == 1234 else 0.0) for step in range(4000)]
    earlier.keep({"loss": Curve(points, 4000, True, "loss")})
    [kept] = earlier.curves("loss")
    assert len(kept.points) <= 1024
    assert (1234, 9.0) in kept.points


async def test_italian_numbers_have_a_comma() -> None:
    async with bench(size=(120, 40), language="it", fed=False) as (app, pilot):
        run(app, 0.25)
        text = await opened(app, pilot)
        assert "loss = 52,5" in text
        assert "0,25" in text
        assert not re.search(r"\d\.\d", text)
        await pilot.press("escape")
        assert not re.search(r"\d\.\d", app.text(app.panel.rows.table))
        assert "52,5" in app.text(app.panel.rows.table)


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


async def test_numbers_without_a_place_on_the_axis_are_counted() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        values = (4.0, 0.0, float("nan"), -2.0, 1.0, float("inf"), 3.0)
        points = tuple((step, value) for step, value in enumerate(values, 1))
        row = Summary(name="loss", kind="scalar", mean=3.0)
        app.panel.receive(Frame(sequence=1, step=7, cause="step", rows=(row,), curves={"loss": points}))
        app.panel.receive(Frame(sequence=2, step=7, cause="end", whole=True, rows=(row,)))
        text = await opened(app, pilot)
        assert "last 3 · highest 4 · 2 NaN or ∞" in text
        await pilot.press("g")
        assert "2 NaN or ∞ · log axis, without 2 values that are not above 0" in app.text(app.detail)
        await pilot.press("g")


@pytest.mark.parametrize("watched", [True, False])
async def test_a_curve_that_ends_in_nan_says_so(watched: bool) -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.panel.begin(("loss",))
        for step, mean in enumerate((4.0, 9.0, None), 1):
            row = Summary(name="loss", kind="tensor", shape=(), mean=mean, nan=int(mean is None))
            points = ((step, math.nan if mean is None else mean),)
            curves = {"loss": points} if watched else {}
            app.panel.receive(Frame(sequence=step, step=step, cause="step", rows=(row,), curves=curves))
        assert "last NaN · highest 9 · 1 NaN or ∞" in await opened(app, pilot)


async def test_an_axis_that_cannot_be_logarithmic_is_not_called_so() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        points = tuple((step, -float(step)) for step in range(1, 8))
        row = Summary(name="loss", kind="scalar", mean=-7.0)
        app.panel.receive(Frame(sequence=1, step=7, cause="step", rows=(row,), curves={"loss": points}))
        app.panel.receive(Frame(sequence=2, step=7, cause="end", whole=True, rows=(row,)))
        await opened(app, pilot)
        await pilot.press("g")
        assert "log axis" not in app.text(app.detail)


async def test_what_has_no_curve_cannot_be_added() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        app.panel.receive(
            Frame(sequence=9, cause="end", whole=False, rows=(Summary(name="n", kind="scalar"),))
        )
        await opened(app, pilot, "n")
        await pilot.press("a")
        assert app.panel.inquiry.chart.others == []


# ----------------------------------------------------------------------------------------------------- the chart

PLAIN = Style()


def drawn(
    *lines: list[tuple[float, float | None]], log: bool = False, width: int = 40, height: int = 12
) -> list[str]:
    axes = Axes(PLAIN, lambda y: f"{y:g}", lambda x: f"{x:g}", log)
    chart = draw([Line(points, PLAIN) for points in lines], width, height, axes)
    return ["".join(segment.text for segment in line) for line in chart.lines]


def ticks(lines: list[str]) -> list[str]:
    return [line.split("┤")[0].strip() for line in lines if "┤" in line]


def test_the_axes_have_round_numbers() -> None:
    lines = drawn([(step, float(step)) for step in range(101)], width=64, height=13)
    assert ticks(lines) == ["100", "50", "0"]
    assert lines[-1].split() == ["0", "20", "40", "60", "80", "100"]
    assert lines[-2].count("┬") == 6
    assert {len(line) for line in lines} == {64}
    lines = drawn([(step, 0.137 + step * 0.00377) for step in range(1, 211)], width=64, height=20)
    assert ticks(lines) == ["0.8", "0.6", "0.4", "0.2"]
    assert lines[-1].split() == ["50", "100", "150", "200"]


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [
        (0.0, 1.0, 6, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 0.3, 4, [0.0, 0.1, 0.2, 0.3]),
        (-7.0, 8.0, 5, [-5.0, 0.0, 5.0]),
        (3.0, 3.0, 5, [3.0]),
        (-1.7e308, 1.7e308, 3, [-1e308, 0.0, 1e308]),
        (1e-310, 2e-310, 3, None),
        (1e9, 1e9 + 1, 3, None),
    ],
)
def test_round_numbers_are_few_and_in_between(
    low: float, high: float, most: int, found: list[float] | None
) -> None:
    numbers = round_numbers(low, high, most)
    assert found is None or numbers == found
    assert 1 <= len(numbers) <= 2 * most
    assert all(low <= number <= high for number in numbers)


def test_a_place_has_its_mark_where_the_curve_has_its_value() -> None:
    lines = drawn([(step, float(step)) for step in range(101)], width=64, height=40)
    row = next(row for row, line in enumerate(lines) if line.strip().startswith("40"))
    margin = lines[-2].index("└") + 1
    marks = [cell for cell, char in enumerate(lines[-2]) if char == "┬"]
    mark = marks[lines[-1].split().index("40")]
    assert abs(mark - (margin + 0.4 * (64 - margin - 1))) < 1
    assert any(char > "⠀" for char in lines[row][mark - 1 : mark + 2])


def test_equal_ratios_are_equal_distances_on_a_log_axis() -> None:
    lines = drawn([(0, 1.0), (1, 10.0), (2, 100.0)], log=True)
    rows = [row for row, line in enumerate(lines) if any(char > "⠀" for char in line)]
    straight = drawn([(0, 0.0), (1, 1.0), (2, 2.0)])
    assert rows == [row for row, line in enumerate(straight) if any(char > "⠀" for char in line)]
    assert ticks(lines) == ["100", "10", "1"]


def test_a_log_axis_has_decades_and_within_one_round_numbers() -> None:
    assert ticks(drawn([(0, 3e-6), (1, 40.0)], log=True, height=12)) == ["1", "0.01", "0.0001"]
    assert ticks(drawn([(0, 0.9), (1, 2.3)], log=True, height=12)) == ["2", "1"]
    assert ticks(drawn([(0, 2.1), (1, 2.4)], log=True, height=12))[0] == "2.4"


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


async def test_a_curve_tells_how_many_steps_its_points_are_of() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        run(app)
        assert "steps" not in await opened(app, pilot)
        app.panel.begin(("loss",))
        first, *others = frames()
        for frame in (first, *others):
            points = tuple(point for point in frame.curves.get("loss", ()) if point[0] % 3 == 1)
            app.panel.receive(msgspec.structs.replace(frame, curves={"loss": points} if points else {}))
        text = await opened(app, pilot)
        assert "highest 210 · 72 of 210 steps" in text  # 70, and those of frames


async def test_a_curve_tells_that_its_steps_are_those_of_several_optimizers() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        optimizers = tuple(Summary(name=name, kind="optimizer", type="SGD", text="lr 0.1") for name in "ab")
        app.panel.begin(("loss",))
        for frame in frames():
            app.panel.receive(msgspec.structs.replace(frame, rows=(*frame.rows, *optimizers)))
        assert "highest 210 · steps of 2 optimizers" in await opened(app, pilot)


@pytest.mark.parametrize(("language", "words"), [("en", "seen 4 times"), ("it", "4 letture")])
async def test_without_an_optimizer_a_curve_tells_how_often_its_value_was_seen(
    language: str, words: str
) -> None:
    async with bench(size=(120, 40), language=language, fed=False) as (app, pilot):
        app.panel.begin(("loss",))
        for sequence, mean in enumerate((4.0, 1.0, 3.0, 2.0), 1):
            row = Summary(name="loss", kind="scalar", mean=mean)
            app.panel.receive(Frame(sequence=sequence, cause="loop", seconds=0.2 * sequence, rows=(row,)))
        assert words in await opened(app, pilot)


async def test_what_is_said_of_a_curve_goes_on_in_the_next_line() -> None:
    async with bench(size=(50, 24), fed=False) as (app, pilot):
        run(app)
        await opened(app, pilot)
        await pilot.press("g", "m")
        lines = app.text(app.detail).splitlines()
        said = next(y for y, line in enumerate(lines) if "lowest" in line)
        assert lines[said].rstrip().endswith("highest 210 · log axis")
        assert lines[said + 1].strip() == "smoothed"


def test_an_earlier_run_has_no_value_after_its_end() -> None:
    points = ((0.0, 3.0), (10.0, 2.0))
    assert [Curve(points, name="loss", back=1).at(x) for x in (-1, 5, 10, 11)] == [None, 3.0, 2.0, None]
    assert Curve(points, name="loss").at(11) == 2.0


async def test_rows_that_are_of_an_earlier_step_are_weaker_and_the_title_names_that_step() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("loss",))
        for frame in frames():
            other = Summary(name="w", kind="tensor", shape=(2, 2), mean=float(frame.step))
            app.panel.receive(msgspec.structs.replace(frame, rows=(*frame.rows, other)))
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        table = app.panel.rows.table
        muted = table.get_component_rich_style("tensors--muted").color

        def weak() -> set[str]:
            names = enumerate(line.name for line in table.lines)
            rows = ((name, list(table.render_line(row + 1))) for row, name in names)
            return {
                name
                for name, parts in rows
                if any(
                    part.text.strip() == name and part.style and part.style.color == muted for part in parts
                )
            }

        assert weak() == set()
        await opened(app, pilot)
        await pilot.press("left", "left", "left", "escape")
        await pilot.pause()
        assert weak() == {"w"}
        assert status(app.panel.catalog, app.panel.journey, 60) == "past moment · step 207 (other rows: 140)"
        assert status(app.panel.catalog, app.panel.journey, 28) == "step 207 (other rows: 140)"
        assert status(app.panel.catalog, app.panel.journey, 25) == "step 207 · past moment"


async def test_a_curve_grows_while_one_looks_back_and_the_way_to_the_newest_moment_looks_anew() -> None:
    async with bench(size=(120, 40), fed=False) as (app, pilot):
        app.answers = False
        app.panel.begin(("loss", "rate"))
        app.panel.receive(Started(pid=1))
        first, *others = frames()
        app.panel.receive(first)
        app.panel.receive(others[0])
        await opened(app, pilot)
        await pilot.press("left", "left")
        assert "highest 70" in app.text(app.detail)
        app.panel.receive(others[1])
        assert "highest 140" in app.text(app.detail)
        old = Summary(name="loss", kind="scalar", type="float", text="70", mean=70.0)
        app.panel.show_detail(Detail(request=1, expression="loss", summary=old))
        app.panel.receive(others[2])
        app.panel.receive(Exit(reason="finished", code=0, seconds=1.0))
        assert "highest 210" in app.text(app.detail)
        looks = len(app.of(Panel.LookWanted))
        await pilot.press("l")
        await pilot.pause()
        assert len(app.of(Panel.LookWanted)) == looks + 1
