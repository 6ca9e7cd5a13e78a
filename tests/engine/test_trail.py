"""What a learner did at a question, as reports and grades count it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evoclass.learner.event import Clock, Event, Verb
from evoclass.learner.progress import FORGETTING, fold
from evoclass.learner.trail import Trail, in_force, trails

START = datetime(2026, 9, 1, 10, tzinfo=UTC)


class Log:
    """Makes events, each some seconds after the one before."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._now, self._clock = START, Clock()

    def add(self, verb: str, block: str = "q", after: float = 10, **payload: Any) -> None:
        self._now += timedelta(seconds=after)
        self.events.append(Event(self._clock.next(), self._now, "me", "c", "l", "en", block, verb, payload))

    def answer(self, score: float, passed: bool | None = None, after: float = 10, **more: Any) -> None:
        right = score == 1 if passed is None else passed
        self.add(Verb.ANSWERED, after=after, answer={"x": score}, score=score, passed=right, **more)

    @property
    def trail(self) -> Trail:
        return trails(in_force(self.events))["q"]


def test_first_tries_hints_and_time() -> None:
    log = Log()
    log.add(Verb.INITIALIZED, "")
    log.add(Verb.RESPONDED, answer={"x": 0})
    log.answer(0.5)
    log.add(Verb.ASKED, hint=1)
    log.answer(1, after=3600)  # the learner was away
    log.answer(0)
    trail = log.trail
    assert not trail.right_at_once
    assert (trail.tries, trail.hints, trail.seen, trail.seconds) == (2, 1, False, 30)
    assert trail.passed
    assert trail.best is not None
    assert trail.best.score == 1
    assert trail.draft is None


def test_an_answer_after_the_solution_does_not_count_until_another_day() -> None:
    log = Log()
    log.add(Verb.EXPERIENCED)
    log.answer(1)
    assert (log.trail.seen, log.trail.passed, log.trail.right_at_once, log.trail.best) == (
        *(True, False, False),
        None,
    )
    log.answer(1, after=FORGETTING)
    assert log.trail.passed
    assert log.trail.seen


def test_a_draft_is_what_was_typed_last_and_not_emptied_again() -> None:
    log = Log()
    log.answer(0)
    log.add(Verb.RESPONDED, answer={"x": "3"})
    assert log.trail.draft is not None
    log.add(Verb.RESPONDED, answer={"x": ""})
    assert log.trail.draft is None
    log.add(Verb.RESPONDED, answer={"x": "3"})
    log.add(Verb.VOIDED)
    assert log.trail.draft is None
    log.answer(1)
    assert [attempt.turns.get("q", 0) for attempt in log.trail.attempts] == [0, 1]


def test_events_of_other_shapes_change_nothing() -> None:
    log = Log()
    log.add(Verb.ANSWERED, answer=[1], score=1, passed=True)
    log.add(Verb.ANSWERED, answer={"x": 1}, score="1", passed=True)
    log.add(Verb.ANSWERED, answer={"x": 1}, score=1)
    log.add("sang", answer={"x": 1})
    log.answer(float("nan"), passed=False)
    log.answer(10**400, passed=False)
    log.answer(1, review=1)
    assert [attempt.score for attempt in log.trail.attempts] == [0.0, 1.0]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["right", "half", "wrong", "hint", "seen", "again", "anew", "back", "draft"]),
        st.sampled_from([5.0, 700.0, float(FORGETTING)]),
    ),
    max_size=25,
)


@given(STEPS)
@settings(deadline=None, max_examples=300)
def test_it_agrees_with_the_learners_own_progress(steps: list[tuple[str, float]]) -> None:
    log = Log()
    for step, after in steps:
        match step:
            case "right" | "half" | "wrong":
                log.answer({"right": 1.0, "half": 0.5, "wrong": 0.0}[step], after=after)
            case "hint":
                log.add(Verb.ASKED, after=after)
            case "seen":
                log.add(Verb.EXPERIENCED, after=after)
            case "again":
                log.add(Verb.VOIDED, after=after)
            case "anew":
                log.add(Verb.VOIDED, "", after=after)
            case "back":
                log.add(Verb.RESUMED, "", after=after)
            case "draft":
                log.add(Verb.RESPONDED, after=after, answer={"x": 2.0})
    state = fold(log.events).exercise("q")
    trail = trails(in_force(log.events)).get("q", Trail())
    assert trail.passed == state.passed
    assert len(trail.attempts) == state.attempts
    assert trail.hints == state.hints
    assert (trail.best.score if trail.best else 0.0) == state.score
    assert (trail.draft is not None) == (state.draft is not None)
