"""A lesson as a learner hands it in: one file with the answers, the attempts and the programs of that lesson."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from evoclass.errors import ProgressError
from evoclass.frozen import frozen
from evoclass.learner import sealedfile
from evoclass.learner.event import Event, Verb
from evoclass.learner.progressfile import without_names
from evoclass.learner.trail import in_force

VERSION = 1
"""Version of the file; a file with a higher one comes from a newer EvoClass."""

KIND = "submission"

LARGEST = 32 * 2**20
"""Most bytes of a file that are read."""

SUFFIX = ".evosubmission"
"""How the name of a file ends."""

VERBS = frozenset(Verb) - {Verb.COMMENTED, Verb.BOOKMARKED}
"""What is handed in: notes and bookmarks stay with the learner."""


class Head(sealedfile.Head, frozen=True, kw_only=True):
    """The first line of a file."""

    course: str
    """Id of the course, as its page has it."""
    lesson: str
    title: str
    language: str
    digest: str
    """Of the lesson's text as the learner has it."""
    draws: str
    """What the learner's values are drawn from, so that they can be drawn again."""


@frozen
class Submission:
    """What a file holds."""

    head: Head
    events: tuple[Event, ...]

    @property
    def programs(self) -> dict[str, str]:
        """The learner's versions of the lesson's programs, by file name."""
        found: dict[str, str] = {}
        for event in self.events:
            match event.verb, event.payload:
                case Verb.INTERACTED, {"source": str(source)}:
                    found[event.block] = source
                case Verb.INTERACTED, {"source": None}:
                    found.pop(event.block, None)
        return found


def hand_in(head: Head, events: Iterable[Event], hidden: Sequence[str]) -> Submission:
    """Return what is handed in of the events of a lesson; the words of `hidden`, such as home folders, are left out."""
    kept = [
        replace(event, course=head.course, payload=payload)
        for event, payload in _needed(in_force(event for event in events if _is_handed_in(event)))
    ]
    return Submission(head, tuple(without_names(kept, head.learner, hidden)))


def _is_handed_in(event: Event) -> bool:
    """Whether an event is the teacher's business: of reviews, which are practice, only the right answers."""
    if "review" in event.payload:
        return event.verb == Verb.ANSWERED and event.payload.get("passed") is True
    return event.verb in VERBS


def _needed(events: Sequence[Event]) -> Iterator[tuple[Event, dict[str, Any]]]:
    """Yield events with what a teacher needs of each: of programs and drafts only the last, of runs only when."""
    last = {
        (event.verb, event.block): event.id
        for event in events
        if event.verb == Verb.RESPONDED or "source" in event.payload
    }
    for event in events:
        names: tuple[str, ...] = ()
        match event.verb:
            case Verb.INITIALIZED:
                names = ("digest",)
            case Verb.ANSWERED:
                names = ("answer", "score", "passed", "draw", "review")
            case Verb.ASKED:
                names = ("hint",)
            case Verb.ATTENDED:
                names = ("seconds",)
            case Verb.RESPONDED | Verb.INTERACTED if last.get((event.verb, event.block)) == event.id:
                names = ("answer", "draw", "source")
        yield event, {name: event.payload[name] for name in names if name in event.payload}


def write(path: Path, submission: Submission) -> None:
    """Write a file.  Raises ProgressError when there is a file that is no submission, OSError."""
    if path.exists() and not is_one(path):
        raise ProgressError(f"{path} is no submission", "submission.in_the_way", file=path)
    sealedfile.write(path, submission.head, submission.events)


def is_one(path: Path) -> bool:
    """Whether a file says that it is a submission, whole or not."""
    return sealedfile.kind_of(path) == KIND


def read(path: Path) -> Submission:
    """Return what a file holds.  Raises ProgressError with what is wrong with it."""
    data = sealedfile.read_data(path, LARGEST)
    head = sealedfile.read_head(path, data, Head, KIND, VERSION, "submission.foreign")
    lines, _ = sealedfile.read_lines(path, data)
    events = sealedfile.read_events(path, head.learner, lines)
    for number, event in enumerate(events, 2):
        if (event.course, event.lesson) != (head.course, head.lesson):
            raise sealedfile.damaged(path, "line", line=number)
    return Submission(head, tuple(sorted(events, key=lambda event: event.id)))


def course_id(course: str) -> str:
    """Return the id of a course as its page has it, without what tells it from others on the learner's machine."""
    if course.startswith("file:"):
        return f"file:{PurePath(course.removeprefix('file:')).name}"
    name, at, mark = course.rpartition("@")
    return name if at and len(mark) == 8 and set(mark) <= set("0123456789abcdef") else course
