"""What a learner remembers: a fold of FSRS over the log, so nothing is stored that could not be computed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

from evoclass.learner.event import Event, Verb, day_of

if TYPE_CHECKING:
    from fsrs import Card, Rating, Scheduler

RETENTION = 0.9
"""Probability of a right answer at which a question is due."""

LONGEST = 365
"""Most days between two reviews."""

SLOW = 3
"""A right answer that takes as many times longer as the learner's usual one was hard."""

TOLD = 600.0
"""Most seconds of an answer that say anything: in longer ones the learner was away."""

Recall = Literal["again", "hard", "good"]
"""How well a question was remembered, as what the learner did shows it."""

VERBS = frozenset((Verb.ANSWERED, Verb.ASKED, Verb.EXPERIENCED, Verb.VOIDED, Verb.RESUMED))
"""The events that count."""


class Question(NamedTuple):
    """Where a question is."""

    course: str
    lesson: str
    block: str


@dataclass(slots=True)
class Trace:
    """What is known of the learner's memory of one question."""

    question: Question
    card: Card
    last: date
    """Day of the last review; further answers on that day change nothing."""
    recalls: list[Recall] = field(default_factory=list)
    """One of each day on which it was answered."""
    seconds: list[float] = field(default_factory=list)
    """How long the right answers took, as far as it is known."""

    @property
    def due(self) -> date:
        """The day on which it should be asked again."""
        return self.card.due.date()

    @property
    def reviews(self) -> int:
        """On how many days it has been answered again."""
        return len(self.recalls) - 1


@dataclass(slots=True)
class _Attempt:
    """What has happened in a question since it was last settled."""

    wrong: int = 0
    hints: int = 0


class Memory:
    """The questions that a learner has passed, or seen the solution of, by the place where they are."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.traces: dict[Question, Trace] = {}
        self._attempts: dict[Question, _Attempt] = {}
        self._put_away: dict[tuple[str, str], list[dict[Question, Trace]]] = {}
        """What was known of a lesson before the learner began it anew, and before that."""
        for event in events:
            self.take(event)

    def take(self, event: Event) -> None:
        """Apply one more event, in the order they happened; one of another kind or shape changes nothing."""
        if event.verb not in VERBS or event.payload.get("once"):
            return
        question = Question(event.course, event.lesson, event.block)
        match event.verb, event.payload:
            case Verb.ANSWERED, {"passed": bool(passed)}:
                self._answered(question, event, passed)
            case Verb.ASKED, _:
                self._attempt(question).hints += 1
            case Verb.EXPERIENCED, _:
                self._settle(question, event.time, "again")
            case Verb.VOIDED, _ if not event.block:
                self._begin_anew(question)
            case Verb.RESUMED, _:
                self._take_back(question)

    def _attempt(self, question: Question) -> _Attempt:
        return self._attempts.setdefault(question, _Attempt())

    def _answered(self, question: Question, event: Event, passed: bool) -> None:
        attempt, trace = self._attempt(question), self.traces.get(question)
        if not passed:
            attempt.wrong += 1
            if trace is not None:
                self._settle(question, event.time, "again")
            return
        seconds = event.payload.get("seconds")
        took = float(seconds) if isinstance(seconds, int | float) and 0 < seconds < TOLD else 0.0
        usual = median(trace.seconds) if trace is not None and trace.seconds else 0.0
        slow = bool(usual) and took > SLOW * usual
        if attempt.wrong > 2:
            self._settle(question, event.time, "again")
        else:
            self._settle(question, event.time, "hard" if attempt.wrong or attempt.hints or slow else "good")
        if took:
            self.traces[question].seconds.append(took)

    def _settle(self, question: Question, when: datetime, recall: Recall) -> None:
        """Take the first result of a day; what follows on that day only repeats what the learner has just read."""
        self._attempts.pop(question, None)
        day, trace = day_of(when), self.traces.get(question)
        if trace is None:
            trace = self.traces[question] = Trace(question, self._new_card(), date.min)
        if day <= trace.last:
            return
        trace.card, _ = self._scheduler.review_card(trace.card, self._ratings[recall], _noon(day))
        trace.last = day
        trace.recalls.append(recall)

    def _begin_anew(self, place: Question) -> None:
        lesson = place[:2]
        there = {question: trace for question, trace in self.traces.items() if question[:2] == lesson}
        for question in there:
            del self.traces[question]
        self._attempts = {key: value for key, value in self._attempts.items() if key[:2] != lesson}
        self._put_away.setdefault(lesson, []).append(there)

    def _take_back(self, place: Question) -> None:
        if before := self._put_away.get(place[:2]):
            self.traces = before.pop() | self.traces

    @staticmethod
    def _new_card() -> Card:
        from fsrs import Card

        return Card(card_id=1, due=datetime.min.replace(tzinfo=UTC))

    @cached_property
    def _ratings(self) -> dict[Recall, Rating]:
        from fsrs import Rating

        return {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good}

    @cached_property
    def _scheduler(self) -> Scheduler:
        from fsrs import Scheduler

        # Without steps of minutes: within a day the sitting itself asks again.
        return Scheduler(
            desired_retention=RETENTION,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=LONGEST,
            enable_fuzzing=False,
        )

    def probability(self, trace: Trace, today: date) -> float:
        """Return the probability that the learner knows the answer today."""
        return float(self._scheduler.get_card_retrievability(trace.card, _noon(today)))


def _noon(day: date) -> datetime:
    """Return a day as FSRS wants it: it counts whole days between moments in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
