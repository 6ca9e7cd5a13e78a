"""What one learner did at each question of a lesson: attempts, hints, the solution, time; a fold over the log."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evoclass.exercise import Answer
from evoclass.frozen import frozen
from evoclass.learner.event import Event, Verb
from evoclass.learner.memory import TOLD
from evoclass.learner.progress import FORGETTING

AT_WORK = frozenset((Verb.ANSWERED, Verb.RESPONDED, Verb.ASKED, Verb.EXPERIENCED))
"""What shows that the time before it was spent on the question."""

LONGEST_DRAW = 100
"""Characters of what a question was drawn from; more is damage."""


@frozen
class Attempt:
    """One answer that was checked."""

    answer: Answer
    score: float
    """From 0 to 1, as the learner's program judged it."""
    passed: bool
    counts: bool
    """Whether the solution had not been shown shortly before."""
    time: datetime
    language: str
    """The language in which the question was answered."""
    turns: Mapping[str, int]
    """How often each question had been begun again by then: on that its drawn values depend."""
    draw: str = ""
    """What the question was drawn from, and its turn, where the log says so (`ID/TURN`)."""
    in_review: bool = False


@dataclass(slots=True)
class Trail:
    """What a learner did at one question; of its reviews only that it was known there in the end."""

    attempts: list[Attempt] = field(default_factory=list)
    hints: int = 0
    seen: bool = False
    """Whether the solution was shown before a right answer."""
    seconds: float = 0.0
    """Time between its events, up to the first right answer; where it is long, the learner was away."""
    draft: Attempt | None = None
    """Last answer that was not checked; it has no score."""
    reviewed: Attempt | None = None
    """Last right answer in a review that counts: so a solution that was shown is earned back."""

    @property
    def answered(self) -> bool:
        """Whether an answer was checked, in the lesson or in a review that counts."""
        return bool(self.attempts) or self.reviewed is not None

    @property
    def passed(self) -> bool:
        """Whether there was a right answer that counts."""
        return self.reviewed is not None or any(
            attempt.passed and attempt.counts for attempt in self.attempts
        )

    @property
    def right_at_once(self) -> bool:
        """Whether the first answer was right, and the solution not known."""
        return bool(self.attempts) and self.attempts[0].passed and self.attempts[0].counts

    @property
    def tries(self) -> int:
        """How many answers were checked, up to the first right one."""
        for place, attempt in enumerate(self.attempts, 1):
            if attempt.passed and attempt.counts:
                return place
        return len(self.attempts)

    @property
    def best(self) -> Attempt | None:
        """The attempt that decides: of those that count, the latest one with the highest score."""
        counting = [attempt for attempt in self.attempts if attempt.counts]
        if self.reviewed is not None:
            counting.insert(0, self.reviewed)
        return max(reversed(counting), key=lambda attempt: (attempt.passed, attempt.score), default=None)


def in_force(events: Iterable[Event]) -> list[Event]:
    """Return the events of one lesson without what the learner put away to begin the lesson anew."""
    put_away: list[list[Event]] = [[]]
    for event in events:
        if event.verb == Verb.VOIDED and not event.block:
            put_away.append([])
        elif event.verb == Verb.RESUMED:
            if len(put_away) > 1:
                since = put_away.pop()
                put_away[-1] += since
        else:
            put_away[-1].append(event)
    return put_away[-1]


def trails(events: Iterable[Event]) -> dict[str, Trail]:
    """Return what a learner did at the questions of one lesson, by the question's id; the events in their order.

    An event of unknown verb or shape changes nothing.
    """
    found: dict[str, Trail] = {}
    seen_at: dict[str, float] = {}
    turns: dict[str, int] = {}
    before: float | None = None
    for event in events:
        given = event.payload.get("draw")
        draw = given if isinstance(given, str) and len(given) < LONGEST_DRAW else ""
        now = event.time.timestamp()
        if "review" in event.payload:
            known = found.get(event.block)
            match event.verb, event.payload:
                case Verb.ANSWERED, {"answer": dict(answer), "passed": True} if (
                    known is not None and counts_at(seen_at.get(event.block), now)
                ):
                    known.reviewed = Attempt(
                        answer, 1.0, True, True, event.time, event.language, turns, draw, in_review=True
                    )
            continue
        gap, before = (now - before if before is not None else 0.0), now
        if event.verb == Verb.VOIDED and event.block:
            turns = {**turns, event.block: turns.get(event.block, 0) + 1}
            if event.block in found:
                found[event.block].draft = None
        if event.verb not in AT_WORK or not event.block:
            continue
        trail = found.get(event.block)
        if trail is None:
            trail = found[event.block] = Trail()
        if not trail.passed and 0 < gap < TOLD:
            trail.seconds += gap
        match event.verb, event.payload:
            case Verb.ANSWERED, {
                "answer": dict(answer),
                "score": int() | float() as score,
                "passed": bool(passed),
            }:
                counts = counts_at(seen_at.get(event.block), now)
                trail.attempts.append(
                    Attempt(answer, _share(score), passed, counts, event.time, event.language, turns, draw)
                )
                trail.draft = None
            case Verb.RESPONDED, {"answer": dict(answer)}:
                # What was emptied again is no answer.
                filled = any(value not in ("", None, [], {}) for value in answer.values())
                trail.draft = (
                    Attempt(answer, 0.0, False, True, event.time, event.language, turns, draw)
                    if filled
                    else None
                )
            case Verb.ASKED, _:
                trail.hints += 1
            case Verb.EXPERIENCED, _:
                trail.seen = trail.seen or not trail.passed
                seen_at[event.block] = now
    return found


def counts_at(seen: float | None, now: float) -> bool:
    """Whether an answer counts: the solution was never shown, or so long ago that the learner remembers it."""
    return seen is None or now - seen >= FORGETTING


def _share(score: float) -> float:
    # An int of a file may be too large for a float.
    return 0.0 if math.isnan(min(score, 1)) else float(max(min(score, 1), 0))
