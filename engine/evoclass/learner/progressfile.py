"""Progress as a file that travels: a line that says whose it is, the events of the log, the pictures of their figures,
and a line that seals them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from evoclass.errors import ProgressError
from evoclass.frozen import frozen
from evoclass.learner import logfile, sealedfile
from evoclass.learner.event import Event
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.rescue import rescue
from evoclass.learner.sealedfile import Head, damaged
from evoclass.protocol import MAX_FIGURE
from evoclass.running.png import png_size

VERSION = 1
"""Version of the file; a file with a higher one comes from a newer EvoClass."""

PICTURES = 64 * 2**20
"""Most bytes of pictures in a file."""

KIND = "progress"

SQLITE = b"SQLite format 3\0"
"""How the log itself begins: a copy of another machine's `progress.db` is taken too."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The line of a picture that the events name."""

    png: bytes


@frozen
class ProgressFile:
    """The progress of one learner, as a file holds it."""

    learner: str
    events: tuple[Event, ...]
    pictures: tuple[bytes, ...] = ()
    """Of the figures that its runs have shown."""


def write(path: Path, events: Iterable[Event], learner: str, pictures: Iterable[bytes] = ()) -> int:
    """Write events into a file, and return their number.  A file that is no progress is not replaced.

    Raises ProgressError, OSError.
    """
    if path.exists() and not _is_one(path):
        raise ProgressError(f"{path} is no progress file", "progress.in_the_way", file=path)
    head = Head(evoclass=KIND, version=VERSION, learner=learner)
    return sealedfile.write(path, head, events, (Picture(png=picture) for picture in pictures))


def read(path: Path) -> ProgressFile:
    """Return what a file holds.  Raises ProgressError with what is wrong with it."""
    data = sealedfile.read_data(path)
    if data.startswith(SQLITE):
        if int.from_bytes(data[60:64], "big") > logfile.VERSION:  # where SQLite keeps `user_version`
            raise ProgressError(f"{path} is newer", "progress.newer_file", file=path)
        return _log(path)
    head = _head(path, data)
    lines, more = sealedfile.read_lines(path, data)
    events = sealedfile.read_events(path, head.learner, lines)
    return ProgressFile(head.learner, events, tuple(_pictures(path, len(lines), more)))


def _head(path: Path, data: bytes) -> Head:
    return sealedfile.read_head(path, data, Head, KIND, VERSION, "progress.foreign")


def _is_one(path: Path) -> bool:
    try:
        _head(path, sealedfile.read_data(path))
    except ProgressError as error:
        return error.key == "progress.newer_file"
    return True


def _pictures(path: Path, events: int, lines: Sequence[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines, start=events + 2):
        try:
            picture = msgspec.json.decode(line, type=Picture).png
            png_size(picture)
        except (ValueError, RecursionError) as error:  # a DecodeError is a ValueError
            raise damaged(path, "line", line=number) from error
        if len(picture) > MAX_FIGURE:
            raise damaged(path, "line", line=number)
        yield picture


def digests_of(events: Iterable[Event]) -> list[str]:
    """Return the digests of the figures that runs have shown, the latest last."""
    digests: dict[str, None] = {}
    for event in events:
        match event.payload:
            case {"run": {"figures": list() as figures}} | {"figures": list() as figures}:
                for figure in figures:
                    match figure:
                        case {"digest": str() as digest}:
                            digests.pop(digest, None)
                            digests[digest] = None
    return list(digests)


def pictures_of(events: Iterable[Event], folder: FigureFolder) -> list[bytes]:
    """Return the pictures of the figures that runs have shown, as far as they are there: the newest, up to a bound."""
    found: list[bytes] = []
    room = PICTURES
    for digest in reversed(digests_of(events)):
        picture = folder.picture(digest)
        if picture is not None:
            room -= len(picture)
            if room < 0:
                break
            found.append(picture)
    return found


def _log(path: Path) -> ProgressFile:
    try:
        found = rescue(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(f"{path}: {reason}", "progress.unreadable", file=path, reason=reason) from error
    if found.lost:
        raise damaged(path, "changed")
    learners = {event.learner for event in found.events.values()}
    if len(learners) > 1:
        names = ", ".join(sorted(learners))
        raise ProgressError(f"{path} is of several learners", "progress.several", file=path, names=names)
    return ProgressFile(
        next(iter(learners), ""), tuple(sorted(found.events.values(), key=lambda event: event.id))
    )


def union(files: Iterable[ProgressFile]) -> list[Event]:
    """Return the events of all files, each once, in the order they happened.  Raises ProgressError."""
    found: dict[str, Event] = {}
    for file in files:
        for event in file.events:
            known = found.setdefault(event.id, event)
            if replace(known, learner="") != replace(event, learner=""):
                raise ProgressError(f"two forms of {event.id}", "progress.two_forms", time=event.time.date())
    return sorted(found.values(), key=lambda event: event.id)


def pseudonym(identity: str) -> str:
    """Return a name for a learner that stays the same and tells nothing, from the id of the learner's first event."""
    return f"learner-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"


def without_names(events: Iterable[Event], name: str, hidden: Sequence[str]) -> list[Event]:
    """Return events of a learner of another name, in which these words (a home folder, a login name) do not occur."""
    words = [word for word in hidden if len(word) > 2]
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)")

    def clean(text: str) -> str:
        return pattern.sub("~", text)

    return [
        Event(
            event.id,
            event.time,
            name,
            clean(event.course),
            event.lesson,
            event.language,
            event.block,
            event.verb,
            {key: _mapped(value, clean) for key, value in event.payload.items()},
        )
        for event in events
    ]


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {change(key): _mapped(item, change) for key, item in value.items()}
        case list():
            return [_mapped(item, change) for item in value]
        case _:
            return value
