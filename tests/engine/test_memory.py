"""What a learner remembers, from the log; and what to ask on a day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from evoclass.learner.event import Event, day_of
from evoclass.learner.memory import Memory, Question
from evoclass.learner.review import DAILY, SITTING, mixed, plan

MONDAY = datetime(2026, 3, 2, 18, tzinfo=UTC)
RIGHT: dict[str, Any] = {"answer": {}, "score": 1.0, "passed": True}
WRONG: dict[str, Any] = {"answer": {}, "score": 0.0, "passed": False}


def event(verb: str, day: float, block: str = "q", lesson: str = "l", **payload: Any) -> Event:
    when = MONDAY + timedelta(days=day)
    key = f"{int(when.timestamp() * 1000):012x}"
    return Event(
        f"{key[:8]}-{key[8:]}-7000-8000-000000000000", when, "me", "c", lesson, "en", block, verb, payload
    )


def recalls(*events: Event) -> list[str]:
    return list(Memory(events).traces[Question("c", "l", "q")].recalls)


def due(*events: Event) -> int:
    """Return the days from Monday until the question is due."""
    return (Memory(events).traces[Question("c", "l", "q")].due - MONDAY.date()).days


@pytest.mark.parametrize(
    ("before", "recall"),
    [
        ([], "good"),
        ([event("answered", 0, **WRONG)], "hard"),
        ([event("asked", 0, hint=1)], "hard"),
        ([event("answered", 0, **WRONG)] * 3, "again"),
        ([event("experienced", 0)], "again"),
    ],
)
def test_a_question_is_rated_by_what_the_learner_did(before: list[Event], recall: str) -> None:
    assert recalls(*before, event("answered", 0, **RIGHT)) == [recall]


def test_a_wrong_answer_alone_is_nothing_to_remember() -> None:
    assert Memory([event("answered", 0, **WRONG), event("asked", 0, hint=1)]).traces == {}


def test_what_was_known_and_is_answered_wrongly_is_forgotten() -> None:
    learnt = event("answered", 0, **RIGHT)
    lapse = [event("answered", 5, **WRONG), event("answered", 5, **RIGHT), event("answered", 5, **RIGHT)]
    assert recalls(learnt, *lapse) == ["good", "again"]
    assert due(learnt, *lapse) == 6
    assert recalls(learnt, *lapse, event("answered", 6, **RIGHT)) == ["good", "again", "good"]


def test_intervals_grow_with_each_right_answer_and_are_bounded() -> None:
    days, events = [0], [event("answered", 0, **RIGHT)]
    while days[-1] < 3000:
        days.append(due(*events))
        events.append(event("answered", days[-1], **RIGHT))
    gaps = [after - before for before, after in pairwise(days)]
    assert gaps == sorted(gaps)
    assert gaps[0] < 5
    assert gaps[-1] == 365


def test_a_right_answer_that_took_long_was_hard() -> None:
    quick = [event("answered", day, seconds=10.0, **RIGHT) for day in (0, 3)]
    assert recalls(*quick, event("answered", 15, seconds=29.0, **RIGHT))[-1] == "good"
    assert recalls(*quick, event("answered", 15, seconds=40.0, **RIGHT))[-1] == "hard"
    assert (
        recalls(*quick, event("answered", 15, seconds=4000.0, **RIGHT))[-1] == "good"
    )  # the learner was away


def test_a_day_ends_in_the_night_where_the_learner_is() -> None:
    rome = timezone(timedelta(hours=2))
    assert day_of(datetime(2026, 7, 2, 1, 30, tzinfo=rome)) == date(2026, 7, 1)
    assert day_of(datetime(2026, 7, 2, 4, 30, tzinfo=rome)) == date(2026, 7, 2)
    # The same moment, told by a clock in London.
    assert day_of(datetime(2026, 7, 2, 2, 30, tzinfo=UTC)) == date(2026, 7, 1)


def test_a_lesson_begun_anew_has_nothing_to_remember_until_it_is_taken_back() -> None:
    learnt = [event("answered", 0, **RIGHT), event("answered", 0, "other", "elsewhere", **RIGHT)]
    memory = Memory([*learnt, event("voided", 1, ""), event("answered", 2, "new", **RIGHT)])
    assert {question.block for question in memory.traces} == {"other", "new"}
    memory.take(event("resumed", 3, ""))
    assert {question.block for question in memory.traces} == {"other", "new", "q"}


def test_what_no_review_asks_is_not_remembered() -> None:
    assert Memory([event("answered", 0, once=True, **RIGHT), event("experienced", 0, once=True)]).traces == {}


def many(count: int, day: float = 0) -> list[Event]:
    return [event("answered", day, f"q{number:03}", f"l{number % 5}", **RIGHT) for number in range(count)]


def on(day: int) -> date:
    return (MONDAY + timedelta(days=day)).date()


def test_after_a_long_break_the_backlog_is_spread_over_days() -> None:
    memory = Memory(many(50))
    asked: list[int] = []
    for day in range(100, 104):
        today = plan(memory, on(day), memory.traces)
        asked.append(len(today.due))
        assert len(today.sitting()) <= SITTING
        for trace in today.due:
            question = trace.question
            memory.take(event("answered", day, question.block, question.lesson, **RIGHT))
        assert plan(memory, on(day), memory.traces).due == ()
    assert asked == [DAILY, DAILY, 50 - 2 * DAILY, 0]


def test_more_can_be_asked_than_is_due() -> None:
    memory = Memory(many(7))
    today = plan(memory, on(1), memory.traces)
    assert today.due == ()
    assert len(today.sitting(more=True)) == 7


def test_questions_that_are_gone_are_not_asked() -> None:
    memory = Memory(many(3))
    there = [question for question in memory.traces if question.block != "q001"]
    assert {trace.question.block for trace in plan(memory, on(9), there).due} == {"q000", "q002"}


def test_lessons_are_mixed() -> None:
    questions = [Question("c", lesson, str(number)) for lesson in "abc" for number in range(3)]
    found = mixed(questions)
    assert sorted(found) == questions
    assert all(one.lesson != other.lesson for one, other in pairwise(found))


def test_the_same_log_gives_the_same_plan() -> None:
    events = [
        *many(40),
        *(event("answered", 3, f"q{number:03}", f"l{number % 5}", **WRONG) for number in range(9)),
    ]
    plans = []
    for seed in range(3):
        memory = Memory(events)
        there = list(memory.traces)
        random.Random(seed).shuffle(there)
        plans.append([trace.question for trace in plan(memory, on(8), there).due])
    assert plans[0] == plans[1] == plans[2]
    assert len(plans[0]) == DAILY


def test_events_of_any_shape_are_harmless() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"passed": "yes"},
        {"passed": True, "seconds": "long"},
        {"passed": True, "seconds": float("nan")},
        {"passed": True, "seconds": -1},
    ]
    Memory(
        [
            event(verb, 0, **payload)
            for verb in ("answered", "asked", "nonsense", "resumed")
            for payload in odd
        ]
    )
