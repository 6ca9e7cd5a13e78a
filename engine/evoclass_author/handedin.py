"""The files of many learners: progress and submissions, grouped by whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from evoclass.errors import ProgressError
from evoclass.frozen import frozen
from evoclass.learner import progressfile, submission
from evoclass.learner.event import ID, Event

SUFFIXES = (".evoprogress", submission.SUFFIX)
"""How the names of both kinds end."""


@frozen
class LeftOut:
    """A file that cannot be used."""

    file: Path
    error: ProgressError


@frozen
class HandedIn:
    """The files that can be used, those of one learner together, and those that cannot."""

    learners: tuple[tuple[Path, ...], ...]
    left_out: tuple[LeftOut, ...]


def files_in(paths: Iterable[Path], suffixes: tuple[str, ...] = SUFFIXES) -> list[Path]:
    """Return files, each once; of a folder and its folders, those whose names end so."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.name.lower().endswith(suffixes))
            found |= dict.fromkeys(sorted(inside))
        else:
            found[path] = None
    return list(found)


def events_of(path: Path) -> tuple[Event, ...]:
    """Return the events of a file of progress or of a submission.  Raises ProgressError."""
    return submission.read(path).events if submission.is_one(path) else progressfile.read(path).events


def grouped(files: Sequence[Path], tell: Callable[[int], object]) -> HandedIn:
    """Find out which files are of the same learner: those that share an event, whatever name they carry.

    `tell` hears how many files have been read.  Events are not kept: a class has more than fits into memory.
    """
    group_of: list[int] = []
    """For each usable file, one before it of the same learner, or itself."""
    usable: list[Path] = []
    left_out: list[LeftOut] = []
    owner: dict[int, int] = {}
    """The first file that has an event, by the event's id as a number."""

    def first(place: int) -> int:
        while group_of[place] != place:
            group_of[place] = place = group_of[group_of[place]]
        return place

    for count, file in enumerate(files, 1):
        tell(count)
        try:
            keys = list(_keys(file))
        except ProgressError as error:
            left_out.append(LeftOut(file, error))
            continue
        here = len(usable)
        usable.append(file)
        group_of.append(here)
        for key in keys:
            there = owner.setdefault(int(key.replace("-", ""), 16), here)
            if there != here:
                group_of[first(there)] = first(here)
    groups: dict[int, list[Path]] = {}
    for place, file in enumerate(usable):
        groups.setdefault(first(place), []).append(file)
    return HandedIn(tuple(map(tuple, groups.values())), tuple(left_out))


def _keys(file: Path) -> Iterator[str]:
    """Yield the ids of a file's events, and for a submission that of the learner's first one."""
    if submission.is_one(file):
        head = submission.read(file).head
        if ID.match(head.draws):
            yield head.draws
    for event in events_of(file):
        yield event.id


def united(files: Iterable[Path]) -> list[Event]:
    """Return the events of one learner's files in their order, each once: of two forms of one, the first.

    Raises ProgressError.
    """
    found: dict[str, Event] = {}
    for file in files:
        for event in events_of(file):
            found.setdefault(event.id, event)
    return sorted(found.values(), key=lambda event: event.id)
