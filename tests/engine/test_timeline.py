"""Frames folded into moments: any moment comes back as it was, within the bound, and nothing is thinned in silence."""

from __future__ import annotations

import random
import tracemalloc
from typing import Any

import msgspec
import pytest

from evoclass.protocol import Cause, Frame, Parameters, Summary
from evoclass.timeline import STEPS, Timeline


def row(name: str, value: float, **more: object) -> Summary:
    """Return a row with a mean."""
    return Summary(name=name, kind="tensor", mean=value, min=value, max=value, **more)  # type: ignore[arg-type]


def frame(number: int, *rows: Summary, cause: Cause = "step", whole: bool = False, **more: object) -> Frame:
    """Return frame `number`."""
    return Frame(sequence=number, cause=cause, step=number, rows=rows, whole=whole, **more)  # type: ignore[arg-type]


def history(frames: int, names: int = 30, seed: int = 0) -> list[Frame]:
    """Return a run in which values come, change and go."""
    dice = random.Random(seed)
    alive = {f"v{n}": 0.0 for n in range(names)}
    made = [frame(1, *(row(name, value) for name, value in alive.items()), whole=True, cause="statement")]
    for number in range(2, frames + 1):
        changed = dice.sample(sorted(alive), min(len(alive), names // 2))
        gone = dice.sample(sorted(set(alive) - set(changed)), 1) if len(alive) > names // 2 + 1 else []
        new = [f"n{number}"] if number % 3 == 0 else []
        for name in gone:
            del alive[name]
        for name in (*changed, *new):
            alive[name] = float(number)
        made.append(frame(number, *(row(name, float(number)) for name in (*changed, *new)), gone=tuple(gone)))
    return made


def states(frames: list[Frame]) -> list[dict[str, float]]:
    """Return what every moment must show."""
    result: list[dict[str, float]] = []
    now: dict[str, float] = {}
    for each in frames:
        if each.whole:
            now = {}
        now = {**now, **{own.name: float(own.mean or 0) for own in each.rows}}
        for name in each.gone:
            now.pop(name, None)
        result.append(now)
    return result


def shown(timeline: Timeline, index: int) -> dict[str, float]:
    return {name: float(own.mean or 0) for name, own in timeline.rows_at(index).items()}


def test_every_moment_comes_back() -> None:
    frames = history(200)
    timeline = Timeline()
    for each in frames:
        assert timeline.add(each)
    wanted = states(frames)
    assert len(timeline) == 200
    for index in (0, 1, 57, 58, 57, 199, 3, 198):
        assert shown(timeline, index) == wanted[index]
    assert shown(timeline, 199) == {name: float(own.mean or 0) for name, own in timeline.rows.items()}


@pytest.mark.parametrize("seed", range(5))
def test_thinned_moments_still_show_what_was(seed: int) -> None:
    frames = history(600, seed=seed)
    timeline = Timeline(bound=600_000)
    for each in frames:
        timeline.add(each)
    wanted = {each.sequence: state for each, state in zip(frames, states(frames), strict=True)}
    assert len(timeline) < 600
    assert timeline.weight <= timeline.bound
    for index, moment in enumerate(timeline.moments):
        assert shown(timeline, index) == wanted[moment.sequence]


def test_thinning_is_told_and_spares_the_newest() -> None:
    frames = history(600)
    timeline = Timeline(bound=600_000)
    for each in frames:
        timeline.add(each)
    assert timeline.thinned == 600 - len(timeline)
    newest = [moment.sequence for moment in timeline.moments[-20:]]
    assert newest == list(range(581, 601))
    older = timeline.moments[: len(timeline) // 4]
    assert all(moment.thinned for moment in older)


def test_the_moment_of_an_error_is_never_merged_away() -> None:
    timeline = Timeline(bound=100_000)
    for number in range(1, 400):
        timeline.add(
            frame(number, row("a", number), cause="error" if number == 7 else "step", whole=number == 1)
        )
    assert 7 in [moment.sequence for moment in timeline.moments]
    assert timeline.thinned > 300


def test_huge_frames_stay_within_the_bound() -> None:
    timeline = Timeline(bound=5_000_000)
    for number in range(1, 40):
        timeline.add(frame(number, *(row(f"v{n}", number) for n in range(1000)), whole=number == 1))
    assert timeline.weight <= timeline.bound
    assert timeline.moments[-1].sequence == 39
    assert shown(timeline, len(timeline) - 1)["v999"] == 39


def test_the_bound_counts_real_bytes() -> None:
    text = msgspec.msgpack.encode(
        frame(
            1,
            *(
                row(
                    f"layer{n}.weight",
                    n / 7,
                    std=0.1,
                    norm=1.5,
                    nan=0,
                    inf=0,
                    zeros=0,
                    histogram=(*range(200, 216),),
                )
                for n in range(2000)
            ),
        )
    )
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    timeline = Timeline()
    timeline.add(msgspec.msgpack.decode(text, type=Frame))
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert 0.6 < timeline.weight / used < 2.0


def test_a_frame_that_only_tells_the_line_is_no_moment() -> None:
    timeline = Timeline()
    timeline.add(frame(1, row("a", 1), whole=True, line=3))
    assert not timeline.add(frame(2, line=9))
    assert len(timeline) == 1
    assert timeline.line == 9


def test_live_values_make_a_moment_when_they_change() -> None:
    timeline = Timeline()
    timeline.add(frame(1, row("a", 1), whole=True, live={"a": "1"}))
    assert not timeline.add(frame(2, live={"a": "1"}))
    assert timeline.add(frame(3, live={"a": "2"}))
    assert timeline.live_at(0) == {"a": "1"}
    assert timeline.live_at(1) == {"a": "2"}


def test_trouble_is_remembered_with_its_first_step() -> None:
    timeline = Timeline()
    timeline.add(frame(1, row("a", 1), whole=True))
    timeline.add(frame(2, row("a", 1, nan=3), line=12))
    timeline.add(frame(3, row("a", 1, nan=5), row("c", 1, inf=1)))
    assert timeline.trouble["c"].fine is None
    trouble = timeline.trouble["a"]
    assert (trouble.step, trouble.line, trouble.fine) == (2, 12, 1)
    assert "b" not in timeline.trouble


def test_changes_are_counted_and_constants_have_none() -> None:
    timeline = Timeline()
    timeline.add(frame(1, row("a", 1), row("b", 1), whole=True))
    timeline.add(frame(2, row("a", 2), row("b", 1, change=0.0)))
    timeline.add(frame(3, row("a", 3), row("b", 1), whole=True, cause="end"))
    assert timeline.changes == {"a": 2, "b": 0}


def test_history_of_one_value() -> None:
    timeline = Timeline()
    for number in range(1, 6):
        rows = [row("a", number)] if number % 2 else [row("b", number)]
        timeline.add(frame(number, *rows, whole=number == 1))
    assert [(point.step, point.row.mean) for point in timeline.history("a")] == [(1, 1), (3, 3), (5, 5)]


def test_parameters_stay_known() -> None:
    timeline = Timeline()
    timeline.add(frame(1, row("a", 1), whole=True, parameters=Parameters(trainable=3, frozen=4)))
    timeline.add(frame(2, row("a", 2)))
    assert timeline.moments[1].parameters == Parameters(trainable=3, frozen=4)


# --------------------------------------------------------------------------------------- steps between frames


def watched(sequence: int, step: int, points: dict[int, float], **row: object) -> Frame:
    rows = (Summary(name="loss", kind="scalar", type="float", **row),) if row else ()
    curves = {"loss": tuple(points.items())} if points else {}
    return Frame(
        sequence=sequence, cause="step", step=step, seconds=step / 10, rows=rows, whole=False, curves=curves
    )


def test_each_step_of_a_watched_value_is_a_moment() -> None:
    timeline = Timeline()
    timeline.add(watched(1, 0, {}, text="9", mean=9.0))
    timeline.add(watched(2, 4, {1: 8.0, 2: 7.5, 3: 6.0, 4: 5.0}, text="5", mean=5.0))
    assert [(moment.step, moment.between) for moment in timeline.moments] == [
        (0, False),
        (1, True),
        (2, True),
        (3, True),
        (4, False),
    ]
    assert [timeline.rows_at(index)["loss"].mean for index in (4, 2, 0, 3, 1)] == [5.0, 7.5, 9.0, 6.0, 8.0]
    assert timeline.rows_at(2)["loss"].text == "7.5"
    assert timeline.moments[2].seconds == pytest.approx(0.2)


def test_a_number_that_is_new_in_a_frame_was_there_at_the_steps_before_it() -> None:
    timeline = Timeline()
    timeline.add(frame(0, row("other", 1.0)))
    timeline.add(watched(2, 3, {1: 8.0, 2: 7.0, 3: 6.0}, text="6", mean=6.0))
    assert [moment.step for moment in timeline.moments] == [0, 1, 2, 3]
    assert [rows["loss"].mean if "loss" in rows else None for rows in map(timeline.rows_at, range(4))] == [
        None,
        8.0,
        7.0,
        6.0,
    ]
    assert "loss" in timeline.changes


def test_a_row_that_a_frame_does_not_bring_has_the_number_of_its_step() -> None:
    timeline = Timeline()
    timeline.add(watched(1, 0, {}, text="9", mean=9.0))
    other = Summary(name="other", kind="scalar", text="1", mean=1.0)
    frame = watched(2, 3, {1: 8.0, 3: 6.0})
    timeline.add(msgspec.structs.replace(frame, rows=(other,)))
    assert [moment.step for moment in timeline.moments] == [0, 1, 3]
    assert timeline.rows["loss"].mean == timeline.rows_at(2)["loss"].mean == 6.0


def test_a_whole_number_that_becomes_another_one_is_not_cut() -> None:
    timeline = Timeline()
    row = Summary(name="loss", kind="scalar", type="int", text="9", mean=9.0)
    timeline.add(msgspec.structs.replace(watched(1, 0, {}), rows=(row,), live={"loss": "9"}))
    timeline.add(watched(2, 3, {1: 8.0, 2: 6.5, 3: 6.0}))
    shown = [timeline.rows_at(index)["loss"].text for index in range(4)]
    assert shown == ["9", "8", "6.5", "6"]
    assert [moment.live["loss"] for moment in timeline.moments] == ["9", "8", "6.5", "6.0"]


def test_live_values_that_are_a_watched_number_are_those_of_each_step() -> None:
    def frame(
        sequence: int, step: int, points: dict[int, float], live: dict[str, str], **fields: Any
    ) -> Frame:
        made = watched(sequence, step, points, **fields)
        return msgspec.structs.replace(made, live=live)

    before = {"loss:.2f": "9.00", "loss": "9.0", "100 * loss:.0f": "900", "loss.item()": "9.0"}
    timeline = Timeline()
    timeline.add(frame(1, 0, {}, before, text="9", mean=9.0))
    timeline.add(frame(2, 3, {1: 8.25, 2: float("nan"), 3: 5.0}, before, text="5", mean=5.0))
    assert timeline.moments[1].live == before | {"loss:.2f": "8.25", "loss": "8.25"}
    assert timeline.moments[2].live["loss:.2f"] == "nan"
    assert timeline.moments[0].live == timeline.moments[3].live == before


def test_nan_is_dated_to_its_step() -> None:
    timeline = Timeline()
    timeline.add(watched(1, 0, {}, text="9", mean=9.0))
    timeline.add(watched(2, 9, {5: 8.0, 6: float("nan"), 7: float("nan")}))
    assert timeline.trouble["loss"].step == 6
    assert timeline.trouble["loss"].fine == 5  # not 0, where the frame before was
    assert timeline.rows_at(2)["loss"].nan == 1


def lines_between(*frames: Frame) -> dict[int, int]:
    """Return the line of each step between the frames."""
    timeline = Timeline()
    timeline.add(watched(1, 0, {}, text="9", mean=9.0))
    for each in frames:
        timeline.add(each)
    return {moment.step: moment.line for moment in timeline.moments if moment.between}


def test_a_step_between_two_frames_has_the_line_that_makes_steps_not_that_of_the_next_frame() -> None:
    replace = msgspec.structs.replace
    step = replace(watched(2, 2, {1: 8.0, 2: 7.0}), line=5)
    after_the_loop = replace(watched(3, 4, {3: 6.0, 4: 5.0}), line=9, cause="statement")
    end = replace(watched(4, 4, {}), cause="end")
    assert lines_between(step, after_the_loop, end) == {1: 5, 2: 5, 3: 5, 4: 5}
    in_the_loop = replace(watched(4, 6, {5: 4.0, 6: 3.0}), line=11, cause="loop")
    assert (
        lines_between(step, after_the_loop, in_the_loop)[6] == 0
    )  # another loop, whose line is not known yet


def test_of_two_optimizers_no_step_between_frames_claims_a_line() -> None:
    one, two = (
        msgspec.structs.replace(watched(number, step, {step: float(step)}), line=line)
        for number, step, line in ((2, 1, 5), (3, 2, 8))
    )
    last = msgspec.structs.replace(watched(4, 4, {3: 6.0, 4: 5.0}), line=8)
    assert lines_between(one, two, last) == {1: 5, 2: 0, 3: 0, 4: 0}


def test_moments_between_frames_are_bounded() -> None:
    timeline = Timeline()
    timeline.add(watched(1, 0, {}, text="9", mean=9.0))
    for number in range(1, 40):
        points = {step: float(step) for step in range(1000 * number - 999, 1000 * number + 1)}
        timeline.add(watched(1 + number, 1000 * number, points, text="", mean=1000.0 * number))
    assert sum(moment.between for moment in timeline.moments) <= STEPS
    assert [moment.step for moment in timeline.moments if not moment.between] == list(range(0, 40_000, 1000))
    for index, moment in enumerate(timeline.moments[1:], 1):
        assert timeline.rows_at(index)["loss"].mean == moment.step
