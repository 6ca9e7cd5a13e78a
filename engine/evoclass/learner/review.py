"""What to ask a learner again today: the questions that are due, mixed, and no more than can be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest
from statistics import median

from evoclass.frozen import frozen
from evoclass.i18n import Catalog
from evoclass.learner.memory import Memory, Question, Trace

SITTING = 10
"""Most questions of one sitting."""

DAILY = 2 * SITTING
"""Most questions that are due on one day: after a long break the others wait for the days after."""

USUAL = 40.0
"""Seconds that a question takes before the learner has shown how long."""


@frozen
class Plan:
    """The reviews of a day."""

    due: tuple[Trace, ...]
    """What should be asked today, the first to ask first."""
    waiting: tuple[Trace, ...]
    """What is due too and has to wait, because it would be too much for one day."""
    ahead: tuple[Trace, ...]
    """What is not due yet, the next first."""

    def said(self, catalog: Catalog) -> str:
        """Return in a sentence what is due."""
        return catalog("review.due", count=len(self.due), minutes=self.minutes)

    def coming(self, today: date, catalog: Catalog) -> str:
        """Return in a sentence what is to be reviewed next, and when; empty if nothing is."""
        if self.due or not self.ahead:
            return f"{self.said(catalog)}." if self.due else ""
        traces = [trace for trace in self.ahead if trace.due == self.ahead[0].due][:DAILY]
        days = (self.ahead[0].due - today).days
        key = "review.tomorrow" if days == 1 else "review.in_days"
        return catalog(key, count=len(traces), minutes=minutes_of(traces), days=days)

    @property
    def minutes(self) -> int:
        """How long it takes to answer what is due, about."""
        return minutes_of(self.due)

    def sitting(self, *, more: bool = False) -> list[Question]:
        """Return the questions of the next sitting; `more` takes those that wait, and those that are due next."""
        there = (*self.due, *self.waiting, *self.ahead) if more else self.due
        return mixed([trace.question for trace in there[:SITTING]])


def minutes_of(traces: Iterable[Trace]) -> int:
    """Return how long questions take, about."""
    seconds = sum(median(trace.seconds) if trace.seconds else USUAL for trace in traces)
    return max(1, round(seconds / 60))


def plan(memory: Memory, today: date, there: Iterable[Question]) -> Plan:
    """Return what is due of the questions that are still `there`.  The same log gives the same plan on any machine."""
    known = [trace for question in there if (trace := memory.traces.get(question)) is not None]
    done = sum(trace.last == today and trace.reviews > 0 for trace in known)
    late = [trace for trace in known if trace.due <= today and trace.last < today]
    # When not all can be asked, those that are nearly remembered come first: for them a review still comes in time.
    late.sort(key=lambda trace: (-memory.probability(trace, today), trace.due, trace.question))
    room = max(0, DAILY - done)
    ahead = [trace for trace in known if trace.due > today]
    ahead.sort(key=lambda trace: (trace.due, trace.question))
    return Plan(tuple(late[:room]), tuple(late[room:]), tuple(ahead))


def mixed(questions: Sequence[Question]) -> list[Question]:
    """Return the questions so that, as far as possible, one lesson does not follow itself."""
    lessons: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        lessons.setdefault(question[:2], []).append(question)
    longest_first = sorted(lessons.values(), key=len, reverse=True)
    return [question for turn in zip_longest(*longest_first) for question in turn if question is not None]
