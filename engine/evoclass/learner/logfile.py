"""The file of the event log: opened for use, or set aside while its readable rows continue in a new file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.disk.locked import locked
from evoclass.frozen import frozen
from evoclass.learner.rescue import Rescued, ids_in, rescue, write_ahead
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass.i18n import Catalog

VERSION = 1
"""Version of the table; a file with a higher one comes from a newer EvoClass and is left alone."""

COLUMNS = ("id", "time", "learner", "course", "lesson", "language", "block", "verb", "payload")

TABLE = (
    "CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, time TEXT NOT NULL, learner TEXT NOT NULL,"
    " course TEXT NOT NULL, lesson TEXT NOT NULL, language TEXT NOT NULL, block TEXT NOT NULL,"
    " verb TEXT NOT NULL, payload TEXT NOT NULL) WITHOUT ROWID"
)
INDEX = "CREATE INDEX IF NOT EXISTS event_of ON event (learner, course, lesson, id)"
INSERT = "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@frozen
class SetAside:
    """A progress file that could not be used and was moved, but not overwritten."""

    file: Path
    reason: str
    newer: bool
    """Whether it comes from a newer EvoClass."""
    kept: int
    """Entries that were read from it and continue in the new file."""
    lost: int
    """Entries that were seen in it but cannot be read."""

    def said(self, catalog: Catalog) -> str:
        """Return sentences that tell the learner where the progress is now."""
        fields = {"file": printable(str(self.file)), "reason": printable(self.reason)}
        if not self.kept and not self.lost:
            return catalog("progress.set_aside", **fields)
        return catalog("progress.salvaged", kept=self.kept, lost=self.lost, **fields)


class DamagedError(Exception):
    """The file is not a log that this version can use."""

    def __init__(self, reason: str, newer: bool = False, rows: int = 0, ahead: bytes | None = None) -> None:
        super().__init__(reason)
        self.newer = newer
        self.rows = rows
        """Entries that are known to be unreadable."""
        self.ahead = ahead
        """A damaged write-ahead log, which SQLite has discarded."""


class TroubleError(Exception):
    """The disk or the system does not allow access to the file."""


def open_log(path: Path, patience: float) -> sqlite3.Connection:
    """Open or make the file; wait `patience` seconds for another writer.  Raises DamagedError, TroubleError."""
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise TroubleError(f"{path}: not a regular file")
        ahead = write_ahead(path)
    except OSError as error:
        raise TroubleError(f"{path}: {error.strerror}") from error
    try:
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    except sqlite3.Error as error:
        raise TroubleError(f"{path}: {error}") from error
    try:
        _prepare(connection)
        if any(_misses(connection, key) for key in ids_in(ahead)):
            found = rescue(path, ahead)
            if found.lost:
                raise DamagedError("its write-ahead log is damaged", ahead=ahead)
            _insert(connection, found)
    except DamagedError:
        connection.close()
        raise
    except OSError as error:
        connection.close()
        raise TroubleError(f"{path}: {error.strerror}") from error
    except (sqlite3.Error, OverflowError) as error:
        connection.close()
        if is_damage(error):
            raise DamagedError(str(error)) from error
        raise TroubleError(f"{path}: {error}") from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        reason = f"made by a newer EvoClass (format {version}, this one knows {VERSION})"
        raise DamagedError(reason, newer=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA journal_mode=WAL")
    # In WAL mode NORMAL survives the death of the process; only a power cut may lose the last moments.
    connection.execute("PRAGMA synchronous=NORMAL")
    with closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(TABLE)
        cursor.execute(INDEX)
        cursor.execute(f"PRAGMA user_version = {VERSION}")
        cursor.execute("COMMIT")
    made = set(connection.execute("SELECT type, name FROM sqlite_schema"))
    strange = made - {("table", "event"), ("index", "event_of"), ("index", "sqlite_autoindex_event_1")}
    columns = tuple(row[1] for row in connection.execute("PRAGMA table_info(event)"))
    if strange or columns != COLUMNS:
        # A trigger, for example, could delete rows unnoticed.
        raise DamagedError("it holds " + (", ".join(sorted(name for _, name in strange)) or "other columns"))
    (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        raise DamagedError(str(sound))
    # The indexed columns are checked here, because queries would never find a row with a bad learner or lesson.
    connection.execute("SELECT DISTINCT learner, course, lesson FROM event").fetchall()
    kinds = " OR ".join(f"typeof({name}) != 'text'" for name in ("id", "learner", "course", "lesson"))
    (bad,) = connection.execute(
        f"SELECT count(*) FROM event WHERE {kinds} OR id NOT GLOB '????????-????-7*'"
    ).fetchone()
    if bad:
        raise unreadable(bad)


def unreadable(rows: int) -> DamagedError:
    """Return the damage of a file with this many unreadable entries."""
    return DamagedError(f"{rows} of its entries cannot be read", rows=rows)


def _misses(connection: sqlite3.Connection, key: str) -> bool:
    return connection.execute("SELECT 1 FROM event WHERE id = ?", (key,)).fetchone() is None


def _insert(connection: sqlite3.Connection, found: Rescued) -> None:
    connection.executemany(INSERT, (event.row() for event in found.events.values()))


def log_in_memory(path: Path | None) -> sqlite3.Connection:
    """Return a log in memory with all readable rows of the file."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(TABLE)
    connection.execute(INDEX)
    if path is not None:
        with contextlib.suppress(OSError):  # there is nothing to read
            _insert(connection, rescue(path))
    return connection


def identity(path: Path) -> tuple[int, int]:
    """Return a value that tells the file at `path` from a replacement.  Raises OSError."""
    status = os.stat(path)
    return status.st_dev, status.st_ino


def repaired(
    path: Path, file: tuple[int, int], damage: DamagedError, patience: float
) -> tuple[sqlite3.Connection, SetAside | None]:
    """Set the damaged `file` aside and open a new one with the rows that can be read.

    If another window has already set the file aside, this leaves it alone.  Raises TroubleError.
    """
    try:
        with locked(path.with_name(path.name + ".lock")):
            if not path.exists() or identity(path) != file:
                return open_log(path, patience), None
            return _rebuilt(path, damage, patience)
    except (OSError, TroubleError, DamagedError, sqlite3.Error) as error:
        raise TroubleError(f"{path}: {damage}; {error}") from error


def _rebuilt(path: Path, damage: DamagedError, patience: float) -> tuple[sqlite3.Connection, SetAside]:
    found = Rescued() if damage.newer else rescue(path, damage.ahead)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    for suffix in ("", "-wal", "-shm"):
        new.with_name(new.name + suffix).unlink(missing_ok=True)
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute(TABLE)
        connection.execute(INDEX)
        _insert(connection, found)
        connection.execute("COMMIT")
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}-{stamp}.set-aside{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            os.rename(part, aside.with_name(aside.name + suffix))
    if damage.ahead is not None:
        aside.with_name(aside.name + "-wal").write_bytes(damage.ahead)
    os.replace(new, path)
    connection = open_log(path, patience)
    if not damage.newer:
        later = rescue(aside)  # another window may have written to the old file until now
        _insert(connection, later)
        found.events |= later.events
    lost = max(len(found.lost - found.events.keys()), damage.rows)
    return connection, SetAside(aside, str(damage), damage.newer, len(found.events), lost)


_OF_THE_SYSTEM = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}


def is_damage(error: Exception) -> bool:
    """Whether the file itself is the reason, and not the disk below it or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _OF_THE_SYSTEM
