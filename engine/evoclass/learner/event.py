"""One entry of the learner's log, its id, and its form as a row of text."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from evoclass.frozen import frozen
from evoclass.pattern import pattern

Row = tuple[str, ...]
"""The nine columns of the log: id, time, learner, course, lesson, language, block, verb, payload."""

ID = pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")


class Verb(StrEnum):
    """The verbs of events, in the words of xAPI (https://registry.tincanapi.com)."""

    INITIALIZED = "initialized"
    """A lesson was opened."""
    ANSWERED = "answered"
    """An answer was checked."""
    RESPONDED = "responded"
    """An answer was changed but not checked yet."""
    ASKED = "asked"
    """A hint was asked for."""
    EXPERIENCED = "experienced"
    """A solution was shown."""
    VOIDED = "voided"
    """An answer was cleared to try again; without a block, the whole lesson was."""
    RESUMED = "resumed"
    """A lesson that was cleared was taken back as it was, with what has been done since."""
    INTERACTED = "interacted"
    """A lab file was edited, reset (then there is no source), or left with the cursor at a position."""
    ATTEMPTED = "attempted"
    """A lab was run."""
    PROGRESSED = "progressed"
    """A block was reached in reading."""
    ATTENDED = "attended"
    """Seconds of active study."""
    PREFERRED = "preferred"
    """A language was chosen."""
    COMMENTED = "commented"
    """A note was written at a block; an empty one takes it away."""
    PREDICTED = "predicted"
    """A guess was made before a run, or begun, or what comes was looked at without a run."""
    BOOKMARKED = "bookmarked"
    """A bookmark was set at a block, or taken away."""


@frozen
class Event:
    """One row of the log."""

    id: str
    """UUID version 7: sorts by time."""
    time: datetime
    learner: str
    course: str
    lesson: str
    language: str
    block: str
    """Id of the question or of the block that was reached; name of the file for INTERACTED and ATTEMPTED."""
    verb: str
    payload: dict[str, Any]
    """`answer`, `score` and `passed` for ANSWERED, `answer` for RESPONDED, `hint` (its number) for ASKED, `seconds` for
    ATTENDED, `source` with its `base`, `parted` or `cursor` for INTERACTED, `run` for ATTEMPTED, with what it
    `measured` and whether its program was `unchanged`, or `figures` as they are later in the run that `started` then,
    `guess`, `draft` or `looked` for PREDICTED,
    `note` for COMMENTED and `set` for BOOKMARKED, both with what it was put `at`; with what a learner does in a
    question, `draw`: from what its values were drawn; more may join them.  Events of a review have its number as
    `review`, and `seconds` with an answer; those of a question that no review asks have `once`."""

    def row(self) -> Row:
        """Return the columns as text that every reader can decode."""
        columns = (self.learner, self.course, self.lesson, self.language, self.block, self.verb)
        moment = self.time.isoformat(timespec="milliseconds")
        try:
            payload = msgspec.json.encode(self.payload).decode()
        except UnicodeEncodeError:  # halves of surrogate pairs, from a name on disk or a program's output
            payload = msgspec.json.encode(_whole(self.payload)).decode()
        return (self.id, moment, *map(_whole_text, columns), payload)


def read_row(row: Sequence[Any]) -> Event | None:
    """Return the event of a row, or None if a column holds a value that no version of EvoClass writes."""
    if len(row) != 9 or set(map(type, row)) != {str}:
        return None
    key, moment, learner, course, lesson, language, block, verb, payload = row
    try:
        if not ID.match(key):
            return None
        "".join(row[:8]).encode()  # halves of characters stand for bytes that are no text
        when = datetime.fromisoformat(moment)
        content = msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    if when.tzinfo is None:
        return None
    return Event(key, when, learner, course, lesson, language, block, verb, content)


def _whole_text(text: str) -> str:
    """Return `text` with the bytes of lone surrogates escaped: SQLite and JSON cannot store them."""
    return text.encode("utf-8", "backslashreplace").decode()


def _whole(value: Any) -> Any:
    match value:
        case str():
            return _whole_text(value)
        case dict():
            return {_whole(key): _whole(item) for key, item in value.items()}
        case list() | tuple():
            return [_whole(item) for item in value]
        case _:
            return value


class Clock:
    """Makes ids that sort as events happen, even when the machine's clock is set back."""

    LATEST = (2**48 - 2**40) * 1_000_000
    """Nanoseconds since 1970 that no clock shows; a later id is damaged, and new ids do not continue from it."""

    def __init__(self) -> None:
        self._last = 0

    def goes_on_from(self, key: str) -> None:
        """Make every later id sort after this one."""
        number = int(key.replace("-", ""), 16)
        milliseconds, fraction = number >> 80, number >> 64 & 0xFFF
        # A fraction is rounded down; the step in `next` is larger than one fraction.
        moment = milliseconds * 1_000_000 + fraction * 1_000_000 // 4096
        if moment < self.LATEST:
            self._last = max(self._last, moment)

    def before(self, seconds: float) -> str:
        """Return a text that sorts before the ids of the last seconds and after all older ids."""
        moment = max(time.time_ns(), self._last) - int(seconds * 1e9)
        text = f"{max(moment, 0) // 1_000_000:012x}"
        return f"{text[:8]}-{text[8:12]}"

    def next(self) -> str:
        """Return a UUID version 7 (RFC 9562): 48 bits of milliseconds, a fraction of one, and randomness."""
        self._last = max(time.time_ns(), self._last + 250)  # 250 ns is the step of the 12-bit fraction
        milliseconds, rest = divmod(self._last, 1_000_000)
        value = milliseconds << 80 | 7 << 76 | (rest * 4096 // 1_000_000) << 64 | 2 << 62
        value |= int.from_bytes(os.urandom(8)) >> 2
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


CLOCK = Clock()
"""One clock for the whole process, so that ids of two logs in it sort correctly."""


NIGHT = timedelta(hours=4)
"""A day of study ends when the learner sleeps."""


def day_of(when: datetime) -> date:
    """Return the day of study of a moment, where the learner was."""
    return (when - NIGHT).date()


def now() -> datetime:
    """Return the time as events carry it, in whole milliseconds and in the zone of the learner's clock."""
    moment = datetime.now(UTC).astimezone()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
