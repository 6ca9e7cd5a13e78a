"""Watched values are followed at every step, as far as the time for it goes, and without running anybody's code."""

from __future__ import annotations

from itertools import count
from time import perf_counter
from typing import Any

import pytest

from evoclass.inspecting.follower import MOST, Follower
from evoclass.inspecting.pace import cost_clock
from evoclass.protocol import MAX_POINTS, Thumbnail


def plain(value: Any, path: tuple[str, ...]) -> float | None:
    return float(value) if not path else None


def test_each_step_has_its_number_until_it_is_handed_out() -> None:
    follower = Follower(["loss", "rate"], plain, budget=0.02)
    for step in range(1, 4):
        follower.take(step, {"loss": 1 / step, "rate": step})
    assert follower.news() == {
        "loss": ((1, 1.0), (2, 0.5), (3, 1 / 3)),
        "rate": ((1, 1.0), (2, 2.0), (3, 3.0)),
    }
    assert follower.news() == {}


def test_of_several_looks_at_one_step_the_last_counts() -> None:
    follower = Follower(["loss"], plain, budget=0.02)
    follower.take(1, {"loss": 5})
    follower.take(1, {"loss": 4})
    assert follower.news() == {"loss": ((1, 4.0),)}


def test_a_value_that_is_not_there_yet_is_passed_over() -> None:
    follower = Follower(["loss"], plain, budget=0.02)
    follower.take(1, {})
    follower.take(2, {"loss": 1})
    assert follower.news() == {"loss": ((2, 1.0),)}


def test_a_value_without_a_number_has_no_curve() -> None:
    follower = Follower(["model.bias", "loss"], plain, budget=0.02)
    follower.take(1, {"model": 1, "loss": 2})
    assert follower.news() == {"loss": ((1, 2.0),)}


def test_a_curve_holds_no_more_than_a_message_may_bring_and_both_of_its_ends() -> None:
    follower = Follower(["loss"], plain, budget=0.02)
    for step in range(1, MAX_POINTS + 4):
        follower.take(step, {"loss": -9 if step == 700 else step})
    points = follower.news()["loss"]
    assert MAX_POINTS / 3 < len(points) <= MAX_POINTS
    assert (points[0], points[-1]) == ((1, 1.0), (MAX_POINTS + 3, MAX_POINTS + 3))
    assert (700, -9.0) in points


def test_a_look_that_the_system_interrupted_is_charged_like_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(count(0.0, 1e-5))
    late = [0.0]
    monkeypatch.setattr("evoclass.inspecting.follower.perf_counter", lambda: next(clock) + late[0])

    def interrupted(value: Any, path: tuple[str, ...]) -> float | None:
        late[0] += value
        return 1.0

    follower = Follower(["loss"], interrupted, budget=0.02)
    follower.begin(0.0)
    for step in range(1, 20):
        follower.take(step, {"loss": 0.0 + (step == 9)})
    assert follower.due(1.1)


@pytest.mark.parametrize("late", [1, 9])
def test_a_picture_that_the_system_interrupted_is_charged_like_the_others(
    monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    ticks, clock, starved = count(0.0, 1e-6), [0.0], [0.0]
    monkeypatch.setattr("evoclass.inspecting.follower.perf_counter", lambda: next(ticks) + clock[0])
    monkeypatch.setattr("evoclass.inspecting.follower.starved_clock", lambda: starved[0])

    def interrupted(value: Any, path: tuple[str, ...]) -> Thumbnail:
        clock[0] += 1e-5 + value
        starved[0] += value
        return Thumbnail(rows=1, columns=1, cells=bytes(4))

    follower = Follower(["w"], plain, 0.02, interrupted)
    follower.begin(0.0)
    for step in range(1, 20):
        follower.take(step, {"w": 0.5 * (step == late)})
    assert [thumbnail.step for thumbnail in follower.thumbnails()["w"]] == list(range(1, 20))


def test_what_looks_cost_is_billed_once() -> None:
    follower = Follower(["loss"], plain, budget=0.02)
    follower.take(1, {"loss": 1})
    assert 0 < follower.bill() < 1
    assert follower.bill() == 0


def test_a_program_that_is_kept_from_working_earns_less(monkeypatch: pytest.MonkeyPatch) -> None:
    now, worked = [0.0], [0.0]
    monkeypatch.setattr("evoclass.inspecting.follower.perf_counter", lambda: now[0])
    monkeypatch.setattr("evoclass.inspecting.follower.work_clock", lambda: worked[0])

    def slow(value: Any, path: tuple[str, ...]) -> float | None:
        now[0] += 0.02
        return 1.0

    def pause(busy: float) -> float:
        follower = Follower(["loss"], slow, budget=0.02)
        now[0], worked[0] = 0.0, 0.0
        follower.begin(0.0)
        now[0], worked[0] = 1.0, busy
        follower.bill()
        follower.take(1, {"loss": 1})
        return next(wait for wait in range(1000) if follower.due(now[0] + wait))

    assert pause(0.25) == pytest.approx(4 * pause(1.0), abs=4)


def test_the_first_look_is_due_at_once() -> None:
    follower = Follower(["loss"], plain, budget=0.02)
    follower.begin(1.0)
    assert follower.due(1.0)


@pytest.mark.parametrize("expression", ["f(x)", "loss * 2", "a b", "", "1", "x."])
def test_only_names_are_followed(expression: str) -> None:
    follower = Follower([expression], plain, budget=0.02)
    follower.begin(0.0)
    assert not follower.due(1.0)


def test_a_number_that_takes_long_is_taken_seldom() -> None:
    def slow(value: Any, path: tuple[str, ...]) -> float | None:
        end = cost_clock() + 0.05
        while cost_clock() < end:
            pass
        return 1.0

    follower = Follower(["loss"], slow, budget=0.02)
    now = perf_counter()
    follower.begin(now)
    follower.take(1, {"loss": 1})
    # 50 ms at a fifth of 2 % are worth more than ten seconds, less what may be spent ahead.
    assert not follower.due(perf_counter() + 2)
    assert follower.due(perf_counter() + 60)


def test_no_more_values_than_there_is_room_for() -> None:
    names = [f"v{number}" for number in range(MOST + 5)]
    follower = Follower(names, plain, budget=0.02)
    follower.take(1, dict.fromkeys(names, 1))
    assert len(follower.news()) == MOST
