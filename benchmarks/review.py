"""Reviews: how long planning takes, and what a simulated class remembers for how many reviews.

.venv/bin/python benchmarks/review.py [--learners 1000] [--plot docs/review.svg]

The learners forget as FSRS' own model says (Ye et al., https://github.com/open-spaced-repetition/py-fsrs, default
parameters), whatever asks them: EvoClass, fixed intervals of 1, 3, 7 and 21 days, and SM-2 as Anki has it
(https://faqs.ankiweb.net/what-spaced-repetition-algorithm).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from fsrs import Card, Rating, Scheduler
from row import report

from evoclass.learner.event import Event
from evoclass.learner.memory import Memory
from evoclass.learner.review import plan

DAYS, ITEMS, A_DAY = 60, 60, 3
"""Days of the simulation, questions, and how many of them are new each day."""

FIRST = datetime(2026, 1, 5, 18, tzinfo=UTC)

TRUTH = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


class Policy(Protocol):
    """Decides what to ask on a day, and hears what came of it."""

    def due(self, day: int) -> list[int]: ...

    def heard(self, item: int, day: int, right: bool) -> None: ...


@dataclass
class Ours:
    """EvoClass' plan, from the events that a front end would log."""

    memory: Memory = field(default_factory=Memory)

    def due(self, day: int) -> list[int]:
        questions = list(self.memory.traces)
        return [int(trace.question.block) for trace in plan(self.memory, _date(day), questions).due]

    def heard(self, item: int, day: int, right: bool) -> None:
        payload = {"answer": {}, "score": float(right), "passed": right}
        self.memory.take(_event("answered", item, FIRST + timedelta(days=day), payload))


@dataclass
class Fixed:
    """The same intervals for every question; a wrong answer begins again."""

    intervals: tuple[int, ...] = (1, 3, 7, 21)
    steps: dict[int, int] = field(default_factory=dict)
    next: dict[int, int] = field(default_factory=dict)

    def due(self, day: int) -> list[int]:
        return [item for item, when in self.next.items() if when <= day]

    def heard(self, item: int, day: int, right: bool) -> None:
        step = self.steps.get(item, -1) + 1 if right else 0
        self.steps[item] = step
        if step < len(self.intervals):
            self.next[item] = day + self.intervals[step]
        else:
            self.next.pop(item, None)


@dataclass
class Sm2:
    """SM-2 as Anki has it: 1 day, 6 days, then the interval times the ease; a lapse costs 0.2 of it."""

    state: dict[int, tuple[int, float, int]] = field(default_factory=dict)
    """Successes in a row, ease and interval."""
    next: dict[int, int] = field(default_factory=dict)

    def due(self, day: int) -> list[int]:
        return [item for item, when in self.next.items() if when <= day]

    def heard(self, item: int, day: int, right: bool) -> None:
        count, ease, interval = self.state.get(item, (0, 2.5, 0))
        if right:
            count += 1
            interval = {1: 1, 2: 6}.get(count, round(interval * ease))
        else:
            count, ease, interval = 1, max(1.3, ease - 0.2), 1
        self.state[item] = count, ease, interval
        self.next[item] = day + interval


@dataclass
class Outcome:
    """What a class did."""

    reviews: int = 0
    by_day: list[float] = field(default_factory=lambda: [0.0] * DAYS)
    """Mean probability of a right answer at the end of each day, over what has been learnt."""


def _date(day: int) -> date:
    return (FIRST + timedelta(days=day)).date()


def _event(verb: str, item: int, when: datetime, payload: dict[str, Any]) -> Event:
    return Event("", when, "me", "c", f"l{item % 7}", "en", f"{item}", verb, payload)


def _moment(day: int) -> datetime:
    return datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(days=day)


def study(policy: Policy, random: Random, outcome: Outcome) -> None:
    """Let one learner study, and add what comes of it."""
    cards: dict[int, Card] = {}
    for day in range(DAYS):
        for item in policy.due(day):
            right = random.random() < TRUTH.get_card_retrievability(cards[item], _moment(day))
            cards[item], _ = TRUTH.review_card(
                cards[item], Rating.Good if right else Rating.Again, _moment(day)
            )
            policy.heard(item, day, right)
            outcome.reviews += 1
        for item in range(min(ITEMS, day * A_DAY), min(ITEMS, (day + 1) * A_DAY)):
            cards[item], _ = TRUTH.review_card(Card(card_id=item), Rating.Good, _moment(day))
            policy.heard(item, day, True)
        # As it is in the morning after, before anything is asked again.
        known = [TRUTH.get_card_retrievability(card, _moment(day + 1)) for card in cards.values()]
        outcome.by_day[day] += statistics.fmean(known)


def events_of_a_learner(count: int) -> Iterator[Event]:
    """Yield a log as a learner leaves it: most of it is reading, editing and running."""
    random, when = Random(7), FIRST
    verbs = [
        "answered",
        "asked",
        "experienced",
        "responded",
        "attended",
        "progressed",
        "attempted",
        "interacted",
    ]
    for _ in range(count):
        when += timedelta(minutes=random.expovariate(1 / 9))
        verb = random.choices(verbs, [14, 2, 1, 14, 12, 30, 7, 20])[0]
        payload: dict[str, Any] = {}
        if verb == "answered":
            payload = {"answer": {}, "score": 1.0, "passed": random.random() < 0.7}
        yield _event(verb, random.randrange(120), when, payload)


def planning(turns: int) -> tuple[float, float]:
    """Return the milliseconds to plan from 10,000 events, and those that FSRS itself takes for the same reviews."""
    events = list(events_of_a_learner(10_000))
    today = events[-1].time.date()
    ours, bare = [], []
    for _ in range(turns):
        begun = time.process_time()
        memory = Memory(events)
        plan(memory, today, memory.traces)
        ours.append((time.process_time() - begun) * 1000)
        ratings = {"again": Rating.Again, "hard": Rating.Hard, "good": Rating.Good}
        begun = time.process_time()
        for trace in memory.traces.values():
            card = Card(card_id=1)
            for day, recall in enumerate(trace.recalls):
                card, _ = TRUTH.review_card(card, ratings[recall], _moment(day))
        bare.append((time.process_time() - begun) * 1000)
    return statistics.median(ours), statistics.median(bare)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    ours, bare = planning(15)
    report("plan of 10,000 events", ours, "ms", 50)
    report("the same reviews by FSRS alone", ours, "ms", 3, "py-fsrs", bare)
    policies: dict[str, type[Ours] | type[Fixed] | type[Sm2]] = {
        "EvoClass": Ours,
        "1-3-7-21": Fixed,
        "SM-2": Sm2,
    }
    outcomes = {name: Outcome() for name in policies}
    for number in range(options.learners):
        for name, policy in policies.items():
            study(policy(), Random(number), outcomes[name])
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"\r{number} of {options.learners}", end="", file=sys.stderr)
    print(f"\n{options.learners} learners, {ITEMS} questions, {DAYS} days\n")
    print("| | reviews a learner | remembered after 60 days | lowest on any day |\n|---|---:|---:|---:|")
    for name, outcome in outcomes.items():
        curve = [value / options.learners for value in outcome.by_day]
        reviews = outcome.reviews / options.learners
        print(f"| {name} | {reviews:.0f} | {curve[-1]:.1%} | {min(curve):.1%} |")
    mine, others = outcomes["EvoClass"], [outcomes["1-3-7-21"], outcomes["SM-2"]]
    forgotten = 1 - mine.by_day[-1] / options.learners
    report("forgotten after 60 days", forgotten, "share", 0.1)
    for name, other in zip(("1-3-7-21", "SM-2"), others, strict=True):
        report(
            "reviews a learner",
            mine.reviews / options.learners,
            "",
            1,
            name,
            other.reviews / options.learners,
        )
    if options.plot:
        _plot(options.plot, outcomes, options.learners)


def _plot(path: Path, outcomes: dict[str, Outcome], learners: int) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "evoclass"
    figure, axes = pyplot.subplots(figsize=(7, 3.2), layout="constrained")
    for (name, outcome), style in zip(outcomes.items(), ("-", "--", ":"), strict=True):
        shown = f"{name}, {outcome.reviews / learners:.0f} reviews"
        axes.plot(range(1, DAYS + 1), [value / learners for value in outcome.by_day], style, label=shown)
    axes.set_xlabel("day")
    axes.set_ylabel("remembered next morning")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
