"""The event log: one append-only SQLite table.  An event kept by `append` survives a `kill -9`.

A fault in the file or the disk never ends a lesson.  A damaged file is set aside and its readable rows continue in a
new one; if nothing can be written, the log continues in memory, and on disk as soon as that is possible again.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from evoclass.disk.log import logger_of
from evoclass.disk.transaction import transaction
from evoclass.errors import ProgressError
from evoclass.learner.event import CLOCK, ID, Event, Row, Verb, now, read_row
from evoclass.learner.logfile import (
    INSERT,
    DamagedError,
    SetAside,
    TroubleError,
    identity,
    is_damage,
    log_in_memory,
    open_log,
    repaired,
    unreadable,
)

logger = logger_of(__name__)

__all__ = ["Event", "SetAside", "Store", "Verb"]

PATIENCE = 2.0
"""Seconds to wait for another window that is writing."""

MARGIN = 60.0
"""Most seconds between an event's id and its entry in the file, for an event of another window."""

RETRY = 2.0
"""Seconds between two attempts to use the disk again."""


class Store:
    """The event log in one file.  Several windows may write at once."""

    def __init__(self, path: Path | None, learner: str = "me", trouble: str = "") -> None:
        """Open or make the log; without a path it is in memory, because of the `trouble`."""
        self.path = path
        self.learner = learner
        self.set_aside: SetAside | None = None
        self.trouble = trouble
        """Why nothing is being kept at the moment; empty when everything is kept."""
        self.commits = 0
        """How many events this store has written to the disk."""
        self._pending: list[Row] = []
        """Events that wait until the disk can be written again."""
        self._retry = 0.0
        self._file: tuple[int, int] | None = None
        """Identity of the open file, so that a replacement is noticed."""
        self._version = -1
        """SQLite's number of the file's state after other windows have written to it."""
        self._known: set[str] = set()
        """Ids after the floor that this window has written or read."""
        self._floor = CLOCK.before(MARGIN)
        """Sorts before every id that may be new."""
        self._followed = ""
        """The course of which `news` tells."""
        self._count = 0
        """How many events of it are known here."""
        self._latest = ""
        """The id of the latest of them."""
        self._connection: sqlite3.Connection
        self._open()
        self._go_on_from_newest()

    def _open(self, damage: DamagedError | None = None) -> None:
        """Open the file, or set it aside and start a new one; use memory if neither is possible."""
        if self.path is not None:
            try:
                self._use(self._opened(self.path, damage))
                return
            except (TroubleError, OSError) as error:
                self._fail(str(error))
        self._connection = self._in_memory()

    def _opened(self, path: Path, damage: DamagedError | None) -> sqlite3.Connection:
        file = self._file or (0, 0)
        if damage is None:
            try:
                return open_log(path, PATIENCE)
            except DamagedError as error:
                damage = error
                file = identity(path)
        logger.warning("%s is damaged: %s", path, damage)
        connection, aside = repaired(path, file, damage, PATIENCE)
        self.set_aside = aside or self.set_aside
        return connection

    def _use(self, connection: sqlite3.Connection) -> None:
        assert self.path is not None
        self._file, self._version = identity(self.path), -1
        self._connection = connection

    def _fail(self, reason: str) -> None:
        if reason != self.trouble:
            logger.warning("nothing is kept: %s", reason)
        self.trouble = reason
        self._retry = time.monotonic() + RETRY

    def _in_memory(self) -> sqlite3.Connection:
        connection = log_in_memory(self.path)
        connection.executemany(INSERT, self._pending)
        self._file = None
        return connection

    def _go_on_from_newest(self) -> None:
        """Make ids continue from the newest one, so that a clock that was set back does not make new work look old."""
        rows = self._read("SELECT id FROM event ORDER BY id DESC LIMIT 100", ())
        newest = next((key for (key,) in rows if type(key) is str and ID.match(key)), None)
        if newest is not None:
            CLOCK.goes_on_from(newest)

    # --------------------------------------------------------------------------------------------- writing

    def append(
        self,
        verb: Verb,
        *,
        course: str,
        lesson: str = "",
        language: str = "",
        block: str = "",
        **payload: Any,
    ) -> Event:
        """Write one event; when this returns without `trouble`, it is safe."""
        event = Event(CLOCK.next(), now(), self.learner, course, lesson, language, block, verb.value, payload)
        self._known.add(event.id)
        if course == self._followed:
            self._count, self._latest = self._count + 1, event.id
        self._write([event.row()])
        return event

    def merge(self, events: Iterable[Event]) -> int:
        """Add the events that the log lacks, all or none, and return their number.  Raises ProgressError."""
        if self.trouble:
            raise ProgressError(self.trouble, "progress.unkept", reason=self.trouble)
        new = [replace(event, learner=self.learner) for event in events if self._lacks(event)]
        try:
            with transaction(self._connection):
                self._connection.executemany(INSERT, (event.row() for event in new))
        except sqlite3.Error as error:
            raise ProgressError(str(error), "progress.unkept", reason=str(error)) from error
        for event in new:
            CLOCK.goes_on_from(event.id)
        self.commits += len(new)
        return len(new)

    def _lacks(self, event: Event) -> bool:
        """Whether the log has no such event.  Raises ProgressError for one that it has in another form."""
        rows = self._read("SELECT * FROM event WHERE id = ?", (event.id,))
        for row in rows:
            known = read_row(row)
            if known is None or known.learner != self.learner:
                raise ProgressError("it is another learner's here", "progress.others")
            if known.row() != replace(event, learner=self.learner).row():
                raise ProgressError(f"two forms of {event.id}", "progress.two_forms", time=event.time.date())
        return not rows

    def has(self, events: Iterable[Event]) -> bool:
        """Whether the log has one of these events as this learner's."""
        query = "SELECT 1 FROM event WHERE id = ? AND learner = ?"
        return any(self._read(query, (event.id, self.learner)) for event in events)

    def _write(self, rows: Sequence[Row]) -> None:
        self._pending += rows
        if self.trouble:
            if not self._back_to_disk():
                self._connection.executemany(INSERT, rows)
            return
        try:
            self._insert()
        except (sqlite3.Error, OSError) as error:
            self._fail(f"{self.path}: {error}")
        if self.trouble:
            self._connection.close()
            self._connection = self._in_memory()

    def _insert(self) -> None:
        """Write the waiting events into the file at the path, whatever file is there now."""
        try:
            self._connection.executemany(INSERT, self._pending)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._repair(DamagedError(str(error)))
            self._connection.executemany(INSERT, self._pending)
        if not self.trouble and not self._is_in_place():
            if not self._exists():
                self._pending = [event.row() for event in self._all()]
            self._connection.close()
            self._open()
            self._connection.executemany(INSERT, self._pending)
        if not self.trouble:
            self.commits += len(self._pending)
            self._pending = []

    def _is_in_place(self) -> bool:
        assert self.path is not None
        try:
            return self._file == identity(self.path)
        except OSError:
            return False

    def _exists(self) -> bool:
        return self.path is not None and os.path.exists(self.path)

    def _all(self) -> list[Event]:
        return [event for row in self._connection.execute("SELECT * FROM event") if (event := read_row(row))]

    def _back_to_disk(self) -> bool:
        """Use the file again and write all waiting events, if the disk allows it."""
        if self.path is None or time.monotonic() < self._retry:
            return False
        self._retry = time.monotonic() + RETRY
        try:
            connection = open_log(self.path, patience=0.0)
        except (TroubleError, DamagedError):
            return False
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, self._pending)
            connection.execute("COMMIT")
            self._connection.close()
            self._use(connection)
        except (sqlite3.Error, OSError):
            connection.close()
            return False
        logger.warning("kept again, with %d events that waited", len(self._pending))
        self.commits += len(self._pending)
        self._pending, self.trouble = [], ""
        return True

    # --------------------------------------------------------------------------------------------- reading

    def events(self, course: str | None = None, lesson: str | None = None) -> list[Event]:
        """Return this learner's events in the order they happened, of one course or lesson if named."""
        where, values = "learner = ?", [self.learner]
        if course is not None:
            where, values = f"{where} AND course = ?", [*values, course]
        if lesson is not None:
            where, values = f"{where} AND lesson = ?", [*values, lesson]
        return self._events(f"WHERE {where} ORDER BY id", values)

    def events_of(self, verb: Verb, course: str) -> list[Event]:
        """Return this learner's events of one kind in a course."""
        clause = "WHERE learner = ? AND course = ? AND verb = ? ORDER BY id"
        return self._events(clause, (self.learner, course, verb.value))

    def events_with(self, verbs: Iterable[Verb]) -> list[Event]:
        """Return this learner's events of these kinds, of all courses, in the order they happened."""
        values = (self.learner, *(verb.value for verb in verbs))
        marks = ", ".join("?" * (len(values) - 1))
        return self._events(f"WHERE learner = ? AND verb IN ({marks}) ORDER BY id", values)

    def events_since(self, verb: Verb, when: datetime) -> list[Event]:
        """Return this learner's events of one kind since a moment, of all courses."""
        milliseconds = f"{max(0, int(when.timestamp() * 1000)):012x}"
        floor = f"{milliseconds[:8]}-{milliseconds[8:12]}"
        clause = "WHERE id > ? AND learner = ? AND verb = ? ORDER BY id"
        return self._events(clause, (floor, self.learner, verb.value))

    def _events(self, clause: str, values: Sequence[str]) -> list[Event]:
        for again in (True, False):
            rows = self._read(f"SELECT * FROM event {clause}", values)
            events = [read_row(row) for row in rows]
            whole = [event for event in events if event is not None]
            if len(whole) == len(rows) or not again or self.trouble:
                break
            self._repair(unreadable(len(rows) - len(whole)))
        return whole

    def _read(self, query: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return rows; a file that turns out to be damaged is repaired first."""
        values = [value.encode("utf-8", "backslashreplace").decode() for value in values]
        for careful in (False, True):
            if careful:
                # Bytes that are not UTF-8 become lone surrogates instead of ending the query.
                self._connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            try:
                return self._connection.execute(query, values).fetchall()
            except (sqlite3.Error, OverflowError) as error:
                problem = str(error)
        self._repair(DamagedError(problem))
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            self._fail(f"{self.path}: {error}")
            self._connection = self._in_memory()
            return self._connection.execute(query, values).fetchall()

    def _repair(self, damage: DamagedError) -> None:
        if self.path is not None and not self.trouble:
            self._connection.close()
            self._open(damage)

    def seen(self, events: Iterable[Event]) -> None:
        """Do not report these events as new."""
        floor = self._floor = CLOCK.before(MARGIN)
        self._known = {key for key in self._known if key > floor}
        self._known |= {event.id for event in events if event.id > floor}

    def follow(self, course: str) -> list[Event]:
        """Return all events of a course; from now on, `news` tells of others that come."""
        self._followed, self._count = course, self._counted(course)
        events = self.events(course)
        self._latest = events[-1].id if events else ""
        self.seen(events)
        return events

    def _counted(self, course: str) -> int:
        query = "SELECT count(*) FROM event WHERE learner = ? AND course = ?"
        ((count,),) = self._read(query, (self.learner, course))
        return int(count)

    def news(self, course: str) -> list[Event] | None:
        """Return events that other windows have logged in a course and that were neither returned nor `seen` before.

        None when some happened before what is known, on another machine: then `follow` must read all of them again.
        """
        if self.trouble:
            return []
        ((version,),) = self._read("PRAGMA data_version", ())
        if version == self._version:
            self.seen(())
            return []
        self._version = version
        clause = "WHERE learner = ? AND course = ? AND id > ? ORDER BY id"
        values = (self.learner, course, self._floor)
        found = [event for event in self._events(clause, values) if event.id not in self._known]
        for event in found:
            CLOCK.goes_on_from(event.id)
        self.seen(found)
        if course == self._followed:
            self._count += len(found)
            if self._counted(course) > self._count or (found and found[0].id < self._latest):
                return None
            self._latest = found[-1].id if found else self._latest
        return found

    def ids(self) -> set[str]:
        """Return the ids of all events of this learner."""
        rows = self._read("SELECT id FROM event WHERE learner = ?", (self.learner,))
        return {key for (key,) in rows if type(key) is str}

    @property
    def count(self) -> int:
        """How many events of this learner there are."""
        ((count,),) = self._read("SELECT count(*) FROM event WHERE learner = ?", (self.learner,))
        return int(count)

    def events_of_ids(self, ids: Sequence[str]) -> list[Event]:
        """Return this learner's events with these ids, some hundred at most, in the order they happened."""
        marks = ", ".join("?" * len(ids))
        return self._events(f"WHERE learner = ? AND id IN ({marks}) ORDER BY id", [self.learner, *ids])

    def identity(self) -> str:
        """Return the id of this learner's first event, which distinguishes learners of one name; empty before it."""
        rows = self._read("SELECT id FROM event WHERE learner = ? ORDER BY id LIMIT 100", (self.learner,))
        return next((key for (key,) in rows if type(key) is str and ID.match(key)), "")

    def last(self, verb: Verb, course: str | None = None) -> Event | None:
        """Return this learner's latest event of one kind, in one course if named."""
        where, values = "learner = ? AND verb = ?", [self.learner, verb.value]
        if course is not None:
            where, values = f"{where} AND course = ?", [*values, course]
        found = self._events(f"WHERE {where} ORDER BY id DESC LIMIT 1", values)
        return found[0] if found else None

    def close(self) -> None:
        """Close the file, after a last attempt to write the waiting events."""
        self._retry = 0.0
        if self._pending:
            self._back_to_disk()
        self._connection.close()
