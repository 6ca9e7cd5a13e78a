"""Recovers rows of the log from a file that SQLite cannot read: it finds them by their shape, anywhere in the file.

A row begins with a header that gives the types of its nine columns, then its id; the part that does not fit on its page
continues in a chain of other pages (https://www.sqlite.org/fileformat2.html).  Rows of the log never change, so an old
copy of a row, on an unused page or in the write-ahead log, is as good as the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.frozen import frozen, mutable
from evoclass.learner.event import Event, read_row
from evoclass.pattern import pattern

LARGEST = 2**30
"""Most bytes of a file that are searched."""

_ID = pattern(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_END = pattern(rb"-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""The end of an id: it begins with two known bytes, so a search for it is three times as fast."""
_COLUMNS = 9
_LONGEST_HEADER = 64
_FARTHEST = 1000
"""Most bytes between a header and an id after it: names of learners, courses and lessons are between them."""


@mutable
class Rescued:
    """The readable part of a damaged file."""

    events: dict[str, Event] = field(default_factory=dict)
    """Whole rows by their id."""
    lost: set[str] = field(default_factory=set)
    """Ids of rows whose other columns cannot be read."""


def rescue(path: Path, ahead: bytes | None = None) -> Rescued:
    """Return every row that can be read from a log and its write-ahead log.  Raises OSError."""
    main = read_bytes(path, LARGEST)
    if ahead is None:
        ahead = write_ahead(path)
    size = _page_size(main[16:18]) or _page_size(ahead[8:12]) or 4096
    pages = _Pages(main, ahead, size)
    found = Rescued()
    seen: dict[str, tuple[bytes, int, int]] = {}
    for text, start, end in pages.areas():
        for match in _ID.finditer(text, start, end):
            key = match[0].decode()
            if key in found.events:
                continue
            row = next(_headers(text, start, match.start(), _COLUMNS, before=0), None)
            event = _event(pages, text, end, row) if row is not None else None
            if event is not None and event.id == key:
                found.events[key] = event
            elif row is not None:
                found.lost.add(key)
            else:
                seen[key] = (text, start, match.start())
    # The index also knows ids of rows that are lost.
    found.lost |= {key for key, place in seen.items() if key not in found.events and _in_index(*place)}
    found.lost -= found.events.keys()
    return found


def write_ahead(path: Path) -> bytes:
    """Return the write-ahead log of a file; empty if there is none or it cannot be read."""
    try:
        return read_bytes(path.with_name(path.name + "-wal"), LARGEST)
    except OSError:
        return b""


def ids_in(data: bytes) -> set[str]:
    """Return every text with the shape of a row's id."""
    ids = (data[max(0, end.end() - 36) : end.end()] for end in _END.finditer(data))
    return {key.decode() for key in ids if _ID.fullmatch(key)}


def _page_size(field: bytes) -> int:
    size = int.from_bytes(field, "big")
    size = 65536 if size == 1 else size
    return size if 512 <= size <= 65536 and size & (size - 1) == 0 else 0


class _Pages:
    """The pages of the file and of its write-ahead log."""

    def __init__(self, main: bytes, ahead: bytes, size: int) -> None:
        self.size = size
        self.bytes = len(main) + len(ahead)
        self._main = main
        self._ahead = ahead
        self._newest: dict[int, int] = {}
        """Where the newest version of a page begins in the write-ahead log."""
        self._images = range(32 + 24, len(ahead), 24 + size)
        """Where its pages begin: after the log's header, each after its own header that begins with its number."""
        for start in self._images:
            self._newest[int.from_bytes(ahead[start - 24 : start - 20], "big")] = start

    def areas(self) -> Iterator[tuple[bytes, int, int]]:
        """Yield the bytes of each page with its start and end in them, the most recently written page first."""
        for start in reversed(self._images):
            yield self._ahead, start, min(start + self.size, len(self._ahead))
        for start in range(0, len(self._main), self.size):
            yield self._main, start, min(start + self.size, len(self._main))

    def versions(self, number: int) -> Iterator[bytes]:
        """Yield the known versions of a page by its number, counted from 1."""
        start = self._newest.get(number)
        if start is not None:
            yield self._ahead[start : start + self.size]
        if 0 < number <= -(-len(self._main) // self.size):
            yield self._main[(number - 1) * self.size : number * self.size]


@frozen
class _Header:
    begin: int
    length: int
    sizes: list[int]
    """Bytes of each column."""


def _headers(text: bytes, start: int, place: int, columns: int, before: int) -> Iterator[_Header]:
    """Yield the headers of records in which the column after the first `before` ones is at `place`."""
    farthest = _FARTHEST if before else _LONGEST_HEADER
    for begin in range(place - columns - 1, max(start, place - farthest) - 1, -1):
        length = text[begin]
        if not columns < length <= place - begin or length > _LONGEST_HEADER:
            continue
        sizes = _sizes(text[begin + 1 : begin + length])
        if sizes is None or len(sizes) != columns:
            continue
        if begin + length + sum(sizes[:before]) == place:
            yield _Header(begin, length, sizes)


def _in_index(text: bytes, start: int, place: int) -> bool:
    """Whether the id at `place` ends an entry of the index over learner, course, lesson and id."""
    return next(_headers(text, start, place, 4, before=3), None) is not None


def _event(pages: _Pages, text: bytes, end: int, header: _Header) -> Event | None:
    """Return the row that begins with `header`, or None if it is incomplete."""
    total = header.length + sum(header.sizes)
    for record in _records(pages, text, header.begin, end, total):
        columns, at = [], header.length
        for size in header.sizes:
            columns.append(record[at : at + size])
            at += size
        try:
            event = read_row([column.decode() for column in columns])
        except UnicodeDecodeError:
            continue
        if event is not None:
            return event
    return None


def _sizes(header: bytes) -> list[int] | None:
    """Return the sizes of the columns from a header, or None if one of them is not text."""
    sizes, number = [], 0
    for byte in header:
        number = number << 7 | byte & 0x7F
        if byte & 0x80:
            continue
        if number < 13 or number % 2 == 0:
            return None
        sizes.append((number - 13) // 2)
        number = 0
    return sizes


def _records(pages: _Pages, text: bytes, begin: int, end: int, total: int) -> Iterator[bytes]:
    """Yield each possible version of the record of `total` bytes that begins here: a page may have two versions."""
    usable = pages.size
    if total > pages.bytes:
        return
    most = (usable - 12) * 64 // 255 - 23
    least = (usable - 12) * 32 // 255 - 23
    if total <= most:
        yield text[begin : min(begin + total, end)]
        return
    here = least + (total - least) % (usable - 4)
    here = here if here <= most else least
    if begin + here + 4 > end:
        return
    first = int.from_bytes(text[begin + here : begin + here + 4], "big")
    for newest in (True, False):
        record, number = bytearray(text[begin : begin + here]), first
        while len(record) < total and number:
            versions = list(pages.versions(number))
            if not versions:
                break
            page = versions[0 if newest else -1]
            record += page[4 : 4 + total - len(record)]
            number = int.from_bytes(page[:4], "big")
            if len(page) <= 4:
                break
        if len(record) == total:
            yield bytes(record)
