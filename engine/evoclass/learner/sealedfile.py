"""A file of a learner's events that travels: a line that says what it is, the events, more lines, and a seal.

The seal tells accidental damage: whoever edits a file can seal it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.disk.regularfile import read_head as read_head_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ProgressError
from evoclass.learner.event import Event, read_row

LARGEST = 512 * 2**20
"""Most bytes of a file that are read."""

FIRST = 64 * 1024
"""Most bytes of a first line."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a file."""

    evoclass: str
    """What the file is, such as `progress`."""
    version: int
    learner: str


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of a file."""

    events: int
    sha256: str
    """Of all bytes before this line."""


H = TypeVar("H", bound=Head)


def write(path: Path, head: Head, events: Iterable[Event], more: Iterable[msgspec.Struct] = ()) -> int:
    """Write a file and return the number of its events.  Raises OSError."""
    lines = [msgspec.json.encode(head)]
    lines += [msgspec.json.encode(event.row()) for event in events]
    count = len(lines) - 1
    lines += map(msgspec.json.encode, more)
    text = b"".join(line + b"\n" for line in lines)
    seal = Seal(events=count, sha256=hashlib.sha256(text).hexdigest())
    # It holds all that the learner has written, so nobody else needs to read it.
    write_whole(path, text + msgspec.json.encode(seal) + b"\n", mode=0o600)
    return seal.events


def read_data(path: Path, limit: int = LARGEST) -> bytes:
    """Return the bytes of a file.  Raises ProgressError."""
    try:
        return read_bytes(path, limit)
    except FileTooLarge as error:
        raise ProgressError(f"{path} is too large", "progress.too_large", file=path) from error
    except NotRegularFile as error:
        raise ProgressError(f"{path} is no file", "progress.no_file", file=path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProgressError(f"{path}: {reason}", "progress.unreadable", file=path, reason=reason) from error


def kind_of(path: Path) -> str:
    """Return what a file says that it is; empty if it is no file of ours, or cannot be read."""
    try:
        return msgspec.json.decode(_first(read_head_bytes(path, FIRST, LARGEST)), type=Head).evoclass
    except (OSError, msgspec.DecodeError, RecursionError):
        return ""


def _first(data: bytes) -> bytes:
    return data.partition(b"\n")[0]


def read_head(path: Path, data: bytes, form: type[H], kind: str, version: int, foreign: str) -> H:
    """Return the first line of a file of this kind, up to this version.

    Raises ProgressError; of a file of another kind it has the key `foreign`.
    """
    first = _first(data)
    try:
        base = msgspec.json.decode(first, type=Head)
    except (msgspec.DecodeError, RecursionError):
        base = None
    if base is None or base.evoclass != kind:
        raise ProgressError(f"{path} is no {kind} file", foreign, file=path)
    if base.version > version:
        raise ProgressError(f"{path} is newer", "progress.newer_file", file=path)
    try:
        return msgspec.json.decode(first, type=form)
    except msgspec.DecodeError as error:
        raise damaged(path, "line", line=1) from error


def read_lines(path: Path, data: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the lines of the events, and those after them, as they were sealed.  Raises ProgressError."""
    body, _, last = data.rstrip(b"\n").rpartition(b"\n")
    try:
        seal = msgspec.json.decode(last, type=Seal)
    except (msgspec.DecodeError, RecursionError) as error:
        raise damaged(path, "end") from error
    body += b"\n"
    lines = body.split(b"\n")[1:-1]
    if not 0 <= seal.events <= len(lines) or seal.sha256 != hashlib.sha256(body).hexdigest():
        raise damaged(path, "changed")
    return lines[: seal.events], lines[seal.events :]


def read_events(path: Path, learner: str, lines: Sequence[bytes]) -> tuple[Event, ...]:
    """Return the events of lines, each once.  Raises ProgressError for one that is not the learner's."""
    found: dict[str, Event] = {}
    for number, line in enumerate(lines, start=2):
        try:
            row: Any = msgspec.json.decode(line, type=list[Any])
        except (msgspec.DecodeError, RecursionError):
            row = ()
        event = read_row(row)
        if event is None or event.learner != learner or found.setdefault(event.id, event) != event:
            raise damaged(path, "line", line=number)
    return tuple(found.values())


def damaged(path: Path, what: str, **fields: object) -> ProgressError:
    """Return the error of a file that is not as it was written."""
    return ProgressError(f"{path} is damaged ({what})", f"progress.damaged_{what}", file=path, **fields)
