"""What this machine knows of a synced folder: how far each file was read, and which events the folder has.

It stays on this machine, and nothing is lost with it: without it every file is read again, and a new one is begun.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from evoclass.disk.transaction import transaction
from evoclass.frozen import frozen

VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS known (id TEXT PRIMARY KEY, file TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS known_from ON known (file);
CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, own INTEGER NOT NULL, size INTEGER NOT NULL,
  changed INTEGER NOT NULL, read INTEGER NOT NULL, checksum TEXT NOT NULL, machine TEXT NOT NULL,
  last TEXT NOT NULL, trouble TEXT NOT NULL, learner TEXT NOT NULL, gone REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owner (token TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wanted (digest TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lent (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""


@frozen
class KnownFile:
    """A file of the folder as it was at the last look."""

    name: str
    own: int = 0
    """1 for a file to which this machine adds, 2 for one to which it has added, 0 for others."""
    size: int = -1
    changed: int = 0
    """Its time in nanoseconds."""
    read: int = 0
    """Where the last batch ends that was taken in or written."""
    checksum: str = ""
    machine: str = ""
    last: str = ""
    """When the last of its events happened."""
    trouble: str = ""
    """Key of the sentence that says what is wrong with it."""
    learner: str = ""
    gone: float = 0.0
    """When it was first missed, as seconds since 1970."""


class SyncRecord:
    """The record of one folder."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[SyncRecord]:
        """Open the record; one that cannot be used is made anew.  Raises OSError and sqlite3.Error."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = _opened(path)
        except sqlite3.DatabaseError:
            forget(path)
            connection = _opened(path)
        with contextlib.closing(connection):
            yield cls(connection)

    def whole(self) -> AbstractContextManager[None]:
        """Keep all changes of a block, or none."""
        return transaction(self._connection)

    # ------------------------------------------------------------------------------------------------ its files

    def files(self) -> dict[str, KnownFile]:
        """Return every file by its name."""
        query = (
            "SELECT name, own, size, changed, read, checksum, machine, last, trouble, learner, gone FROM file"
        )
        rows = self._connection.execute(query)
        return {row[0]: KnownFile(*row) for row in rows}

    def keep(self, file: KnownFile) -> None:
        """Keep what is known of a file."""
        values = (file.name, file.own, file.size, file.changed, file.read, file.checksum, file.machine)
        more = (file.last, file.trouble, file.learner, file.gone)
        self._connection.execute(f"REPLACE INTO file VALUES ({', '.join('?' * 11)})", (*values, *more))

    def miss(self, file: KnownFile, patience: float) -> None:
        """Note that a file is not there; after some seconds its events count as missing from the folder."""
        now = time.time()
        if file.own or (file.gone and now - file.gone > patience):
            self.drop(file.name)
        elif not file.gone:
            self._connection.execute("UPDATE file SET gone = ? WHERE name = ?", (now, file.name))

    def unread(self, name: str) -> None:
        """Forget what was read of a file, and add no more to it."""
        self._connection.execute("DELETE FROM known WHERE file = ?", (name,))
        self._connection.execute(
            "UPDATE file SET own = min(own * 2, 2), size = -1, read = 0, checksum = '' WHERE name = ?",
            (name,),
        )

    def disown(self) -> None:
        """Take no file for this machine's: the record comes from another one."""
        self._connection.execute("DELETE FROM known WHERE file IN (SELECT name FROM file WHERE own)")
        self._connection.execute("UPDATE file SET own = 0, size = -1, read = 0, checksum = '' WHERE own")

    def drop(self, name: str) -> None:
        """Forget a file."""
        self.unread(name)
        self._connection.execute("DELETE FROM file WHERE name = ?", (name,))

    def has(self, ids: Iterable[str], file: str) -> None:
        """Note that a file of the folder holds these events."""
        self._connection.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", ((id, file) for id in ids))

    @property
    def count(self) -> int:
        """How many events the folder has."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM known")
        return int(count)

    def ids(self) -> set[str]:
        """Return the ids of the events that the folder has."""
        return {id for (id,) in self._connection.execute("SELECT id FROM known")}

    # ------------------------------------------------------------------------------------------ its owners and facts

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners whose files are this learner's, in the order of their tokens."""
        return tuple(token for (token,) in self._connection.execute("SELECT token FROM owner ORDER BY token"))

    def accept(self, owner: str) -> None:
        """Note that files of this owner are this learner's."""
        self._connection.execute("INSERT OR IGNORE INTO owner VALUES (?)", (owner,))

    def fact(self, name: str) -> str:
        """Return what was noted under a name; empty if nothing was."""
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row is not None else ""

    def note(self, name: str, value: str) -> None:
        """Note something."""
        self._connection.execute("REPLACE INTO fact VALUES (?, ?)", (name, value))

    # ------------------------------------------------------------------------------------------------- its pictures

    def want(self, digests: Iterable[str]) -> None:
        """Note pictures that events name and that have not come yet."""
        self._connection.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((each,) for each in digests))

    def wanted(self) -> list[str]:
        """Return the pictures that have not come yet."""
        return [digest for (digest,) in self._connection.execute("SELECT digest FROM wanted")]

    def came(self, digest: str) -> None:
        """Note that a picture has come."""
        self._connection.execute("DELETE FROM wanted WHERE digest = ?", (digest,))

    def lend(self, digest: str, size: int, room: int) -> list[str]:
        """Note that this machine has put a picture into the folder; return those that must go to make room."""
        self._connection.execute("REPLACE INTO lent VALUES (?, ?, ?)", (digest, size, time.time()))
        gone = []
        newest_first = "SELECT digest, size FROM lent ORDER BY at DESC, digest"
        for name, taken in self._connection.execute(newest_first).fetchall():
            room -= taken
            if room < 0:
                gone.append(name)
                self._connection.execute("DELETE FROM lent WHERE digest = ?", (name,))
        return gone


def forget(path: Path) -> None:
    """Delete a record.  Raises OSError."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("of another version")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(TABLES)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
