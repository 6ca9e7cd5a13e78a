"""The news of one run on the host's side: numbered, kept until it is heard, and merged while the link is slow."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from evoclass.protocol import (
    MAX_FIGURES,
    Exit,
    Figure,
    Frame,
    Output,
    Prompt,
    RunEvent,
    Started,
    Step,
    encode,
)
from evoclass_remote.frames import merged
from evoclass_remote.wire import Happened, Left, News, Written

WINDOW = 1024 * 1024
"""Bytes of news that may be on their way."""

BACKLOG = 16 * 1024 * 1024
"""Bytes of news that may wait; a program that prints more has to wait, as at any terminal."""

CHUNK = 32 * 1024
"""Characters up to which waiting output becomes one event."""


HALF = 16 * 1024 * 1024
"""Bytes of the beginning of a file that are kept until its end has been heard."""


@dataclass(slots=True)
class _Entry:
    number: int
    news: News
    size: int
    """Bytes on the wire, about."""


class Journal:
    """What a run has told.  Output stays until the run is let go of, for a front end that starts anew."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._waiting: deque[_Entry] = deque()
        """Not sent yet on this connection."""
        self._sent: deque[_Entry] = deque()
        """Sent and not heard yet."""
        self._kept: list[_Entry] = []
        """Heard, and needed by a front end that starts anew."""
        self._picture: Frame | None = None
        """All frames that were heard, as one."""
        self._half: list[_Entry] = []
        """Heard, of a file of which the end has not been heard."""
        self.torn = ""
        """Path of such a file if too much of it has been heard to be kept."""
        self._all_brought = False
        """Whether `Left` was heard: the files since then are those that a front end has asked for."""
        self._number = 0
        self._under_way = 0
        self._backlog = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def silent(self) -> bool:
        """Whether everything has been heard."""
        return not self._waiting and not self._sent

    @property
    def overfull(self) -> bool:
        """Whether a front end goes on asking and takes no answers: a program's own news wait for room."""
        return self._backlog > 2 * BACKLOG

    async def room(self) -> None:
        """Wait until the journal takes more."""
        await self._room.wait()

    def happened(self, event: RunEvent) -> None:
        """Add an event.

        Of waiting frames and steps only one stays and of each figure its newest picture; waiting output grows together.
        """
        last = self._waiting[-1] if self._waiting else None
        if isinstance(event, Output) and last is not None:
            before = last.news.event if isinstance(last.news, Happened) else None
            if isinstance(before, Output) and len(before.text) < CHUNK:
                self._forget(last)
                self._waiting.pop()
                event = Output(text=before.text + event.text)
        elif isinstance(event, Frame | Step):
            for entry in self._waiting:
                before = entry.news.event if isinstance(entry.news, Happened) else None
                if type(before) is type(event):
                    self._forget(entry)
                    self._waiting.remove(entry)
                    if isinstance(event, Frame) and isinstance(before, Frame):
                        event = merged(before, event)
                    break
        elif isinstance(event, Figure):
            for entry in _outdated(self._waiting, event):
                self._forget(entry)
                self._waiting.remove(entry)
        self._number += 1
        self.add(Happened(run=self._run, number=self._number, event=event))

    def next_number(self) -> int:
        """Return a number for news that is no event."""
        self._number += 1
        return self._number

    def add(self, news: News) -> None:
        """Add news with the number that it was made with."""
        entry = _Entry(news.number, news, _size(news))
        self._waiting.append(entry)
        self._backlog += entry.size
        if self._backlog > BACKLOG:
            self._room.clear()

    def _forget(self, entry: _Entry) -> None:
        self._backlog -= entry.size
        if self._backlog < BACKLOG // 2:
            self._room.set()

    def due(self) -> Iterator[bytes]:
        """Yield the messages that may be sent now."""
        while self._waiting and self._under_way < WINDOW:
            entry = self._waiting.popleft()
            self._sent.append(entry)
            self._under_way += entry.size
            yield encode(entry.news)

    def heard(self, number: int) -> None:
        """Note that the news up to a number has been taken."""
        while self._sent and self._sent[0].number <= number:
            entry = self._sent.popleft()
            self._under_way -= entry.size
            self._forget(entry)
            event = entry.news.event if isinstance(entry.news, Happened) else None
            if isinstance(entry.news, Written):
                self._heard_part(entry, entry.news)
            elif isinstance(entry.news, Left):
                self._all_brought = True
            elif isinstance(event, Frame):
                self._picture = event if self._picture is None else merged(self._picture, event)
            elif event is not None and not isinstance(event, Step | Prompt):
                if isinstance(event, Figure):
                    for old in _outdated(self._kept, event):
                        self._kept.remove(old)
                self._kept.append(entry)

    def _heard_part(self, entry: _Entry, part: Written) -> None:
        if part.first:
            self._half, self.torn = [], ""
        self._half.append(entry)
        if self.torn or sum(one.size for one in self._half) > HALF:
            self._half, self.torn = [], part.path
        if part.last:
            self._half, self.torn = [], ""

    def resume(self, number: int) -> None:
        """Begin again on a new connection, after the news that the front end has heard."""
        self.heard(number)
        self._waiting.extendleft(reversed(self._sent))
        self._sent.clear()
        self._under_way = 0

    def rewind(self, prompt: Prompt | None, left: Sequence[tuple[str, int]] = ()) -> None:
        """Begin again for a front end that knows nothing of the run: all output, and the newest picture.

        `prompt` is the one that waits for a line now, if one does; `left` names the files that stay here.  Of a file
        that has come half-way, the new front end gets all or nothing.
        """
        self.resume(0)
        heard = [entry.news.event for entry in self._kept if isinstance(entry.news, Happened)]
        later, picture, all_brought = self._still_wanted(left), self._picture, self._all_brought
        self._half, self.torn, self._all_brought = [], "", False
        self._kept, self._picture, self._backlog = [], None, 0
        self._waiting.clear()
        last: list[RunEvent] = [event for event in heard if isinstance(event, Exit)]
        for event in heard:
            if not isinstance(event, Exit):
                self.happened(event)
        if picture is not None:
            last.insert(0, msgspec.structs.replace(picture, whole=True, gone=()))
        if prompt is not None and not any(_is_prompt(entry.news) for entry in later):
            last.append(prompt)
        if all_brought:
            self.add(Left(run=self._run, number=self.next_number(), files=tuple(left)))
        for event in last:
            self.happened(event)
        for entry in later:
            self.add(msgspec.structs.replace(entry.news, number=self.next_number()))

    def _still_wanted(self, left: Sequence[tuple[str, int]]) -> list[_Entry]:
        """Return what waits, without the rest of a torn file, and without files that only the old front end wanted."""
        fetched = self._all_brought
        found = [] if fetched else list(self._half)
        dropping = fetched or bool(self.torn)
        for entry in self._waiting:
            match entry.news:
                case Written(first=first):
                    dropping = fetched or (dropping and not first)
                    if dropping:
                        continue
                case Left():
                    fetched = True
                    entry.news = msgspec.structs.replace(entry.news, files=tuple(left))
            found.append(entry)
        return found


def _outdated(entries: Iterable[_Entry], newest: Figure) -> list[_Entry]:
    """Return the entries of figures that a newer picture, or too many newer figures, put out of use."""
    figures = [(entry, figure) for entry in entries if (figure := _figure(entry.news)) is not None]
    same = [entry for entry, figure in figures if figure.number == newest.number]
    return same or [entry for entry, _ in figures[: max(0, len(figures) - MAX_FIGURES + 1)]]


def _figure(news: News) -> Figure | None:
    return news.event if isinstance(news, Happened) and isinstance(news.event, Figure) else None


def _is_prompt(news: News) -> bool:
    return isinstance(news, Happened) and isinstance(news.event, Prompt)


def _size(news: News) -> int:
    event = news.event if isinstance(news, Happened) else None
    if isinstance(event, Output):
        return 40 + len(event.text)
    if isinstance(event, Started | Step):
        return 80
    if isinstance(event, Figure):
        return 100 + len(event.png)
    return len(encode(news))
