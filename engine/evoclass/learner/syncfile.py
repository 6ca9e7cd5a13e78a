"""One machine's file in a synced folder: a line that says whose it is, then batches of events, only ever added to.

Each batch has the checksum of all that is before it and in it, so a reader takes whole batches only, whatever the
program that carries the file between machines has done with it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from evoclass.errors import ProgressError
from evoclass.frozen import frozen
from evoclass.learner.event import Event, read_row

VERSION = 1
"""Version of the file; a file with a higher one comes from a newer EvoClass."""

SUFFIX = ".evosync"

LARGEST = 256 * 2**20
"""Most bytes of a file that are read."""

LONGEST_HEAD = 10_000

UNFOLDED = 256 * 2**20
"""Most bytes of one batch when it is unfolded; more is no batch of ours."""

BATCH = 500
"""Most events in a batch."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    evoclass: str
    """Always `sync`."""
    version: int
    owner: str
    """The same in all files of one learner, and in nobody else's."""
    learner: str
    machine: str


class _Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The line before a batch."""

    events: int
    bytes: int
    sha256: str
    """Of the checksum before it, and the batch."""


@frozen
class Batches:
    """What was read of a file."""

    events: tuple[Event, ...]
    end: int
    """Where the last whole batch ends."""
    checksum: str
    """That of the last whole batch."""
    damaged: bool
    """Whether what follows cannot be the beginning of a batch."""


def head(data: bytes, file: str) -> tuple[Head, int]:
    """Return the first line, and where it ends.  Raises ProgressError, also for the first half of one."""
    line, end, _ = data[:LONGEST_HEAD].partition(b"\n")
    try:
        found = msgspec.json.decode(line, type=Head) if end else None
        version = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).get("version") if end else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = version = None
    if found is None or found.evoclass != "sync":
        begins = b'{"evoclass":"sync"'
        if version is None and (not data.strip(b"\0") or begins.startswith(data[: len(begins)])):
            raise ProgressError(f"{file} is not whole yet", "sync.incomplete", file=file)
        raise ProgressError(f"{file} is no file of EvoClass", "sync.foreign", file=file)
    if found.version > VERSION:
        raise ProgressError(f"{file} is newer", "sync.newer", file=file)
    return found, len(line) + 1


def first_checksum(line: bytes) -> str:
    """Return the checksum on which the first batch builds: that of the first line."""
    return hashlib.sha256(line).hexdigest()


def head_line(found: Head) -> bytes:
    """Return the first line as it is written."""
    return msgspec.json.encode(found) + b"\n"


def sealed(events: Iterable[Event], checksum: str) -> tuple[bytes, str]:
    """Return events as a batch that follows the one with this checksum, and its own checksum."""
    lines = [msgspec.json.encode(event.row()) for event in events]
    content = zlib.compress(b"\n".join(lines), 6)
    after = _checksum(checksum, content)
    seal = _Seal(events=len(lines), bytes=len(content), sha256=after)
    return msgspec.json.encode(seal) + b"\n" + content + b"\n", after


def batches(data: bytes, start: int, checksum: str) -> Batches:
    """Return the whole batches from `start` on, where one with this checksum ends."""
    events: list[Event] = []
    # Some programs make room for a file before they fill it.
    data = data[: max(start, len(data.rstrip(b"\0")))] if data.endswith(b"\0" * 16) else data
    for found in _batches(data, start, checksum):
        if found is None:
            return Batches(tuple(events), start, checksum, True)
        new, start, checksum = found
        events += new
    return Batches(tuple(events), start, checksum, False)


def _batches(data: bytes, start: int, checksum: str) -> Iterator[tuple[Sequence[Event], int, str] | None]:
    """Yield each whole batch with its end and its checksum, and None for one that is not as it was written."""
    while start < len(data):
        line_end = data.find(b"\n", start, start + LONGEST_HEAD)
        if line_end < 0:
            if len(data) - start >= LONGEST_HEAD or not b'{"events":'.startswith(data[start : start + 10]):
                yield None
            return
        try:
            seal = msgspec.json.decode(data[start:line_end], type=_Seal)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield None
            return
        end = line_end + 1 + seal.bytes + 1
        if seal.bytes < 0 or end > LARGEST + LONGEST_HEAD:
            yield None
            return
        if end > len(data):
            return
        content = data[line_end + 1 : end - 1]
        events = _events(content) if _checksum(checksum, content) == seal.sha256 else None
        if events is None or len(events) != seal.events or data[end - 1 : end] != b"\n":
            yield None
            return
        start, checksum = end, seal.sha256
        yield events, start, checksum


def _events(content: bytes) -> list[Event] | None:
    unfolding = zlib.decompressobj()
    try:
        text = unfolding.decompress(content, UNFOLDED)
    except zlib.error:
        return None
    if not unfolding.eof:
        return None
    found = []
    for line in text.split(b"\n") if text else ():
        try:
            event = read_row(msgspec.json.decode(line, type=list[str]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if event is None:
            return None
        found.append(event)
    return found


def _checksum(before: str, content: bytes) -> str:
    return hashlib.sha256(before.encode() + content).hexdigest()
