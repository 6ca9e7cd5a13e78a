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

from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ProgressError
from evoclass.frozen import frozen
from evoclass.learner import logfile
from evoclass.learner.event import Event, read_row
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.rescue import rescue
from evoclass.protocol import MAX_FIGURE
from evoclass.running.png import png_size

VERSION = 1
"""Version of the file; a file with a higher one comes from a newer EvoClass."""

LARGEST = 512 * 2**20
"""Most bytes of a file that are read."""

PICTURES = 64 * 2**20
"""Most bytes of pictures in a file."""

SQLITE = b"SQLite format 3\0"
"""How the log itself begins: a copy of another machine's `progress.db` is taken too."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file."""

    evoclass: str
    """Always `progress`."""
    version: int
    learner: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The line of a picture that the events name."""

    png: bytes


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of a file."""

    events: int
    sha256: str
    """Of all bytes before this line."""


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
    lines = [msgspec.json.encode(Head(evoclass="progress", version=VERSION, learner=learner))]
    lines += [msgspec.json.encode(event.row()) for event in events]
    count = len(lines) - 1
    lines += [msgspec.json.encode(Picture(png=picture)) for picture in pictures]
    text = b"".join(line + b"\n" for line in lines)
    seal = Seal(events=count, sha256=hashlib.sha256(text).hexdigest())
    # It holds all that the learner has written, so nobody else needs to read it.
    write_whole(path, text + msgspec.json.encode(seal) + b"\n", mode=0o600)
    return seal.events


def read(path: Path) -> ProgressFile:
    """Return what a file holds.  Raises ProgressError with what is wrong with it."""
    data = _data(path)
    if data.startswith(SQLITE):
        if int.from_bytes(data[60:64], "big") > logfile.VERSION:  # where SQLite keeps `user_version`
            raise ProgressError(f"{path} is newer", "progress.newer_file", file=path)
        return _log(path)
    body, _, last = data.rstrip(b"\n").rpartition(b"\n")
    head = _head(path, data)
    try:
        seal = msgspec.json.decode(last, type=Seal)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _damaged(path, "end") from error
    body += b"\n"
    lines = body.split(b"\n")[1:-1]
    if not 0 <= seal.events <= len(lines) or seal.sha256 != hashlib.sha256(body).hexdigest():
        raise _damaged(path, "changed")
    events = _events(path, head.learner, lines[: seal.events])
    return ProgressFile(head.learner, events, tuple(_pictures(path, seal.events, lines)))


def _data(path: Path) -> bytes:
    try:
        return read_bytes(path, LARGEST)
    except FileTooLarge as error:
        raise ProgressError(f"{path} is too large", "progress.too_large", file=path) from error
    except NotRegularFile as error:
        raise ProgressError(f"{path} is no file", "progress.no_file", file=path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(f"{path}: {reason}", "progress.unreadable", file=path, reason=reason) from error


def _is_one(path: Path) -> bool:
    try:
        _head(path, _data(path))
    except ProgressError as error:
        return error.key == "progress.newer_file"
    return True


def _head(path: Path, data: bytes) -> Head:
    first = data.partition(b"\n")[0]
    try:
        head = msgspec.json.decode(first, type=Head)
    except (msgspec.DecodeError, RecursionError):
        head = None
    if head is None or head.evoclass != "progress":
        raise ProgressError(f"{path} is no progress file", "progress.foreign", file=path)
    if head.version > VERSION:
        raise ProgressError(f"{path} is newer", "progress.newer_file", file=path)
    return head


def _events(path: Path, learner: str, lines: Sequence[bytes]) -> tuple[Event, ...]:
    found: dict[str, Event] = {}
    for number, line in enumerate(lines, start=2):
        try:
            row: Any = msgspec.json.decode(line, type=list[Any])
        except (msgspec.DecodeError, RecursionError):
            row = ()
        event = read_row(row)
        if event is None or event.learner != learner or found.setdefault(event.id, event) != event:
            raise _damaged(path, "line", line=number)
    return tuple(found.values())


def _pictures(path: Path, events: int, lines: Sequence[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines[events:], start=events + 2):
        try:
            picture = msgspec.json.decode(line, type=Picture).png
            png_size(picture)
        except (ValueError, RecursionError) as error:  # a DecodeError is a ValueError
            raise _damaged(path, "line", line=number) from error
        if len(picture) > MAX_FIGURE:
            raise _damaged(path, "line", line=number)
        yield picture


def digests_of(events: Iterable[Event]) -> list[str]:
    """Return the digests of the figures that runs have shown, the latest last."""
    digests: dict[str, None] = {}
    for event in events:
        match event.payload:
            case {"run": {"figures": list() as figures}}:
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
        raise _damaged(path, "changed")
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


def _damaged(path: Path, what: str, **fields: object) -> ProgressError:
    return ProgressError(f"{path} is damaged ({what})", f"progress.damaged_{what}", file=path, **fields)


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
