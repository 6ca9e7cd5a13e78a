"""The event log: one append-only SQLite table.  What `append` has returned for survives a `kill -9`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from evoclass.errors import ProgressError

VERSION = 1
"""Version of the table; a file with a higher one comes from a newer EvoClass and is left alone."""


class Verb(StrEnum):
    """What happened, in the words of xAPI (https://registry.tincanapi.com)."""

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
    """An answer was taken back to try again."""
    INTERACTED = "interacted"
    """A lab file was edited, reset when there is no source, or left with the cursor at some place."""
    ATTEMPTED = "attempted"
    """A lab was run."""
    PROGRESSED = "progressed"
    """A block was reached in reading."""
    ATTENDED = "attended"
    """Seconds of active study."""
    PREFERRED = "preferred"
    """A language was chosen."""


@dataclass(frozen=True, slots=True)
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
    verb: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A progress file that could not be used and was moved, never overwritten."""

    file: Path
    reason: str
    newer: bool
    """Whether it comes from a newer EvoClass."""


class Store:
    """The event log in one file.  Two windows may write at once."""

    def __init__(self, path: Path, learner: str = "me") -> None:
        """Open or make the log.  Raises ProgressError when the folder cannot be written."""
        self.path = path
        self.learner = learner
        self.set_aside: SetAside | None = None
        self.commits = 0
        """How many events this store has written; front ends show it as saved."""
        try:
            self._connection = self._open()
        except _UnusableError as problem:
            self.set_aside = self._move_away(str(problem), problem.newer)
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=10.0, isolation_level=None)
        except sqlite3.Error as error:
            raise ProgressError(f"{self.path}: {error}") from error
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                reason = f"made by a newer EvoClass (format {version}, this one knows {VERSION})"
                raise _UnusableError(reason, newer=True)
            connection.execute("PRAGMA journal_mode=WAL")
            # In WAL mode NORMAL survives the death of the process; only a power cut may take the last moments.
            connection.execute("PRAGMA synchronous=NORMAL")
            with closing(connection.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute(
                    "CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, time TEXT NOT NULL, learner TEXT NOT NULL,"
                    " course TEXT NOT NULL, lesson TEXT NOT NULL, language TEXT NOT NULL, block TEXT NOT NULL,"
                    " verb TEXT NOT NULL, payload TEXT NOT NULL) WITHOUT ROWID"
                )
                cursor.execute("CREATE INDEX IF NOT EXISTS event_of ON event (learner, course, lesson, id)")
                cursor.execute(f"PRAGMA user_version = {VERSION}")
                cursor.execute("COMMIT")
            connection.execute("SELECT id, verb, payload FROM event ORDER BY id DESC LIMIT 1").fetchall()
        except sqlite3.OperationalError as error:
            connection.close()
            if "no such column" in str(error):
                raise _UnusableError(str(error)) from error
            raise ProgressError(f"{self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _UnusableError(str(error)) from error
        except _UnusableError:
            connection.close()
            raise
        return connection

    def _move_away(self, reason: str, newer: bool) -> SetAside:
        """Rename the file and what SQLite keeps beside it, so that nothing of it is lost."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        target = self.path.with_name(f"{self.path.stem}-{stamp}.set-aside{self.path.suffix}")
        try:
            for suffix in ("", "-wal", "-shm"):
                part = self.path.with_name(self.path.name + suffix)
                if part.exists():
                    os.rename(part, target.with_name(target.name + suffix))
        except OSError as error:
            raise ProgressError(f"{self.path}: {reason}; and it cannot be moved: {error}") from error
        return SetAside(target, reason, newer)

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
        """Write one event; when this returns, it is safe.  Raises ProgressError when it cannot be written."""
        now = datetime.now(UTC)
        event = Event(_uuid7(), now, self.learner, course, lesson, language, block, verb.value, payload)
        row = (
            event.id,
            now.isoformat(timespec="milliseconds"),
            self.learner,
            course,
            lesson,
            language,
            block,
            verb.value,
            msgspec.json.encode(payload).decode(),
        )
        try:
            self._connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise ProgressError(f"{self.path}: {error}") from error
        self.commits += 1
        return event

    def events(self, course: str | None = None, lesson: str | None = None) -> Iterator[Event]:
        """Yield this learner's events in the order they happened, of one course or lesson if named."""
        where, values = "learner = ?", [self.learner]
        if course is not None:
            where, values = f"{where} AND course = ?", [*values, course]
        if lesson is not None:
            where, values = f"{where} AND lesson = ?", [*values, lesson]
        try:
            rows = self._connection.execute(
                f"SELECT * FROM event WHERE {where} ORDER BY id", values
            ).fetchall()
        except sqlite3.Error as error:
            raise ProgressError(f"{self.path}: {error}") from error
        for key, moment, learner, of_course, of_lesson, language, block, verb, payload in rows:
            try:
                content = msgspec.json.decode(payload, type=dict[str, Any])
                yield Event(
                    key,
                    datetime.fromisoformat(moment),
                    learner,
                    of_course,
                    of_lesson,
                    language,
                    block,
                    verb,
                    content,
                )
            except (msgspec.DecodeError, ValueError):
                continue  # one damaged row must not take the others with it; it stays in the file

    def identity(self) -> str:
        """Return the id of this learner's first event, which tells apart learners of one name; empty before it."""
        row = self._connection.execute(
            "SELECT id FROM event WHERE learner = ? ORDER BY id LIMIT 1", (self.learner,)
        ).fetchone()
        return str(row[0]) if row is not None else ""

    def last(self, verb: Verb) -> Event | None:
        """Return this learner's latest event of one kind."""
        row = self._connection.execute(
            "SELECT id, time, course, lesson, language, block, payload FROM event"
            " WHERE learner = ? AND verb = ? ORDER BY id DESC LIMIT 1",
            (self.learner, verb.value),
        ).fetchone()
        if row is None:
            return None
        key, moment, course, lesson, language, block, payload = row
        content = msgspec.json.decode(payload, type=dict[str, Any])
        return Event(
            key,
            datetime.fromisoformat(moment),
            self.learner,
            course,
            lesson,
            language,
            block,
            verb.value,
            content,
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class _UnusableError(Exception):
    def __init__(self, reason: str, newer: bool = False) -> None:
        super().__init__(reason)
        self.newer = newer


_last_time = 0


def _uuid7() -> str:
    """Return a UUID version 7 (RFC 9562): 48 bits of milliseconds, then a counter and randomness.

    The 12 bits after the version hold the fraction of the millisecond, and time never stands still or goes
    back within a process, so that events sort as they happened.
    """
    global _last_time
    _last_time = max(time.time_ns(), _last_time + 250)  # 250 ns is the step of the 12-bit fraction
    milliseconds, rest = divmod(_last_time, 1_000_000)
    value = milliseconds << 80 | 7 << 76 | (rest * 4096 // 1_000_000) << 64 | 2 << 62
    value |= int.from_bytes(os.urandom(8)) >> 2
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
