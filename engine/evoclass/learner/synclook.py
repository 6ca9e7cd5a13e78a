"""One look at a synced folder: what has come is taken in, and what the folder lacks is written."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import secrets
import stat
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from evoclass.disk.log import logger_of
from evoclass.disk.regularfile import read_bytes, read_head
from evoclass.errors import ProgressError
from evoclass.learner.event import Event, Verb
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.store import Store
from evoclass.learner.synced import Machine, Synced, Theirs, Trouble
from evoclass.learner.syncfile import (
    BATCH,
    LARGEST,
    LONGEST_HEAD,
    SUFFIX,
    VERSION,
    Head,
    batches,
    first_checksum,
    head,
    head_line,
    sealed,
)
from evoclass.learner.syncpictures import SyncPictures
from evoclass.learner.syncrecord import KnownFile, SyncRecord

logger = logger_of(__name__)

SEGMENT = 2**20
"""Bytes from which on a machine begins another file: some services send a whole file again with each change."""

MOST = 2_000
"""Most files that are read."""

PATIENCE = 86_400.0
"""Seconds that a file of another machine may be missing before its events are written again."""

WORK = (Verb.ANSWERED, Verb.RESPONDED, Verb.EXPERIENCED, Verb.INTERACTED, Verb.ATTEMPTED, Verb.COMMENTED)
"""What shows that somebody has worked here."""


class Look:
    """One look at the folder."""

    def __init__(
        self, folder: Path, store: Store, figures: FigureFolder, record: SyncRecord, mine: bool
    ) -> None:
        self._folder, self._store, self._figures, self._record = folder, store, figures, record
        self._mine = mine
        self._came: list[Event] = []
        self._went: list[Event] = []
        self._taken = 0
        self._unsure: list[tuple[Head, tuple[Event, ...]]] = []
        """What files of unknown owners hold."""

    def do(self) -> Synced:
        if self._store.trouble:
            return Synced()  # told elsewhere; the next look is complete
        there, record = self._there(), self._record
        known = record.files()
        if known and not any(name in there for name in known) and not any(map(self._is_accepted, there)):
            raise ProgressError(f"{self._folder} is empty", "sync.empty")
        with record.whole():
            self._check_place()
        self._check_own(there)
        self._check_log()
        with record.whole():
            for name in known.keys() - there.keys():
                record.miss(known[name], PATIENCE)
        known = record.files()
        for name, status in there.items():
            self._read(known.get(name, KnownFile(name)), status)
        if not record.owners and self._unsure:
            return Synced(theirs=_theirs(self._unsure))
        troubles = []
        pictures = SyncPictures(self._folder, self._figures, record)
        try:
            self._write()
            self._clean()
            pictures.lend(self._went)
        except OSError as error:
            troubles.append(Trouble("sync.unwritable", reason=reason(error)))
        pictures.fetch(self._came)
        files = [file for file in record.files().values() if not file.gone]
        troubles += [Trouble(file.trouble, file.name, file.learner) for file in files if file.trouble]
        return Synced(self._taken, len(self._went), tuple(troubles), _machines(files))

    def _there(self) -> dict[str, os.stat_result]:
        """Return the files of the folder.  Raises ProgressError, OSError."""
        if not self._folder.is_dir():
            raise ProgressError(f"{self._folder} is missing", "sync.missing")
        found: dict[str, os.stat_result] = {}
        for entry in sorted(os.scandir(self._folder), key=lambda entry: entry.name):
            if entry.name.endswith(SUFFIX) and not entry.name.startswith(".") and len(found) < MOST:
                try:
                    status = entry.stat()
                    entry.name.encode()
                except (OSError, UnicodeEncodeError):
                    continue
                if stat.S_ISREG(status.st_mode):
                    found[entry.name] = status
        return found

    def _is_accepted(self, name: str) -> bool:
        """Whether a file is known to be this learner's."""
        try:
            first, _ = head(read_head(self._folder / name, LONGEST_HEAD, LARGEST), name)
        except (OSError, ProgressError):
            return False
        return first.owner in self._record.owners

    # ---------------------------------------------------------------------------------------- what may have changed

    def _check_place(self) -> None:
        """Add nothing to the files of another machine, from which the record was copied."""
        here = _fingerprint(self._store.path)
        if self._record.fact("place") != here:
            self._record.disown()
            self._record.note("place", here)
            self._record.note("key", secrets.token_hex(4))

    def _check_own(self, there: Mapping[str, os.stat_result]) -> None:
        """Add no more to a file that is not as this machine left it: somebody else writes it, or it is damaged."""
        today = date.today().isoformat()
        looked = self._record.fact("looked")
        self._record.note("looked", today)
        for file in self._record.files().values():
            status = there.get(file.name)
            if file.own != 1 or status is None:
                continue
            if looked == today and (status.st_size, status.st_mtime_ns) == (file.size, file.changed):
                continue  # once a day the content counts too: a disk can change it without a trace
            try:
                same = status.st_size == file.size and self._is_whole(file)
            except OSError:
                continue  # it cannot be read today, so nothing can be added either
            with self._record.whole():
                if same:
                    self._record.keep(replace(file, changed=status.st_mtime_ns))
                else:
                    self._record.unread(file.name)

    def _is_whole(self, file: KnownFile) -> bool:
        data = read_bytes(self._folder / file.name, LARGEST)
        line = data.partition(b"\n")[0]
        found = batches(data, len(line) + 1, first_checksum(line))
        return (found.end, found.checksum) == (file.read, file.checksum)

    def _check_log(self) -> None:
        """Read every file again when the log lacks what was taken in: it was lost, and the folder has it."""
        record = self._record
        if self._store.count != record.count and not record.ids() <= self._store.ids():
            with record.whole():
                for name in record.files():
                    record.unread(name)

    # ------------------------------------------------------------------------------------------------------- reading

    def _read(self, known: KnownFile, status: os.stat_result) -> None:
        """Take in what a file holds since the last look."""
        seen = replace(known, size=status.st_size, changed=status.st_mtime_ns, gone=0.0)
        again = not self._record.owners or (self._mine and known.trouble == "sync.others")
        if seen == known and not again:
            return
        try:
            data = read_bytes(self._folder / known.name, LARGEST)
        except OSError as error:
            logger.warning("%s: %s", known.name, error)
            self._keep(replace(known, trouble="sync.unreadable_file"))
            return
        try:
            first, start = head(data, known.name)
        except ProgressError as error:
            self._keep(replace(seen, size=len(data), read=0, checksum="", trouble=error.key), anew=True)
            return
        # What has only grown is read on from there; what was changed otherwise, from its beginning.
        anew = known.own == 2 or not 0 < known.read < len(data)
        found = batches(data, start, first_checksum(data[: start - 1])) if anew else None
        if found is None:
            found = batches(data, known.read, known.checksum)
            if found.damaged and found.end == known.read:  # another file than before
                anew, found = True, batches(data, start, first_checksum(data[: start - 1]))
        trouble = "sync.damaged" if found.damaged else "sync.incomplete" if found.end < len(data) else ""
        last = max((event.time for event in found.events), default=None)
        seen = replace(
            seen,
            size=len(data),
            read=found.end,
            checksum=found.checksum,
            trouble=trouble,
            last=last.isoformat() if last is not None else known.last,
            machine=first.machine,
            learner=first.learner,
        )
        self._take(seen, first, found.events, anew)

    def _take(self, file: KnownFile, first: Head, events: tuple[Event, ...], anew: bool) -> None:
        """Take events of a file in, if they are this learner's."""
        if first.owner not in self._record.owners:
            if not self._is_mine(first, events):
                self._unsure.append((first, events))
                self._keep(replace(file, read=0, checksum="", trouble="sync.others"), anew=True)
                return
            self._record.accept(first.owner)
        try:
            count = self._store.merge(events)
        except ProgressError as error:
            if error.key == "progress.unkept":
                raise
            self._keep(replace(file, read=0, checksum="", trouble="sync.contradicts"), anew=True)
            return
        self._keep(file, (event.id for event in events), anew=anew)
        self._taken += count
        self._came += events if count else ()

    def _is_mine(self, first: Head, events: Sequence[Event]) -> bool:
        """Whether a file of an unknown owner is this learner's."""
        if self._mine or self._store.has(events):
            return True
        # A machine on which nothing has been done yet may join.
        named = first.learner == self._store.learner and not self._record.owners
        return named and not self._store.events_with(WORK)

    def _keep(self, file: KnownFile, ids: Iterable[str] = (), *, anew: bool = False) -> None:
        """Keep what is known of a file, and which events it holds; `anew`, nothing that it held before."""
        with self._record.whole():
            if anew:
                self._record.unread(file.name)
            self._record.has(ids, file.name)
            self._record.keep(file)

    # ------------------------------------------------------------------------------------------------------- writing

    def _write(self) -> None:
        """Add to this machine's file what no file has.  Raises OSError."""
        if self._store.count == self._record.count:
            return
        missing = sorted(self._store.ids() - self._record.ids())
        for begin in range(0, len(missing), BATCH):
            events = self._store.events_of_ids(missing[begin : begin + BATCH])
            self._add(events)
            self._went += events

    def _add(self, events: Sequence[Event]) -> None:
        """Add a batch to this machine's file, or to the next one.  Raises OSError."""
        own = (file for file in self._record.files().values() if file.own == 1 and file.size < SEGMENT)
        file = next(own, None)
        line, flags = b"", os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        if file is None:
            machine = re.sub(r"[^A-Za-z0-9_-]+", "-", platform.node()).strip("-")[:40] or "machine"
            name = f"{machine}-{secrets.token_hex(4)}{SUFFIX}"
            owners = self._record.owners or (secrets.token_hex(8),)
            first = Head(
                evoclass="sync",
                version=VERSION,
                owner=owners[0],
                learner=self._store.learner,
                machine=machine,
            )
            line, flags = head_line(first), flags | os.O_CREAT | os.O_EXCL
            file = KnownFile(
                name, 1, size=0, machine=machine, checksum=first_checksum(line[:-1]), learner=first.learner
            )
            self._record.accept(owners[0])
            self._keep(file)  # before there is one, so that half of one is known as this machine's
        batch, checksum = sealed(events, file.checksum)
        descriptor = os.open(self._folder / file.name, flags, 0o600)
        with open(descriptor, "wb", buffering=0) as out:
            out.write(line + batch)
            os.fsync(descriptor)
            status = os.fstat(descriptor)
        size = file.size + len(line) + len(batch)
        if status.st_size != size:
            raise OSError(errno.EIO, "it was changed meanwhile", file.name)
        last = max(event.time for event in events).isoformat()
        file = replace(
            file, size=size, changed=status.st_mtime_ns, read=size, checksum=checksum, last=last, trouble=""
        )
        self._keep(file, (event.id for event in events))

    def _clean(self) -> None:
        """Delete a file that this machine wrote and that was damaged; by now all of it stands in another."""
        for file in self._record.files().values():
            if file.own == 2 and file.trouble in ("sync.damaged", "sync.incomplete", "sync.foreign"):
                (self._folder / file.name).unlink(missing_ok=True)
                with self._record.whole():
                    self._record.drop(file.name)


def _theirs(found: Sequence[tuple[Head, Sequence[Event]]]) -> Theirs:
    times = sorted(event.time for _, events in found for event in events)
    return Theirs(found[0][0].learner, len(times), *((times[0], times[-1]) if times else (None, None)))


def _machines(files: Iterable[KnownFile]) -> tuple[Machine, ...]:
    found: dict[str, Machine] = {}
    for file in files:
        if not file.machine or file.trouble == "sync.others":
            continue
        last = datetime.fromisoformat(file.last) if file.last else None
        known = found.get(file.machine)
        times = [time for time in (last, known.last if known is not None else None) if time is not None]
        own = bool(file.own) or (known is not None and known.own)
        found[file.machine] = Machine(file.machine, max(times, default=None), own)
    return tuple(found.values())


def _fingerprint(log: Path | None) -> str:
    """Return what tells this machine and this log from others."""
    try:
        system = Path("/etc/machine-id").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        system = f"{uuid.getnode():x}"
    return hashlib.sha256(f"{platform.node()}\0{system}\0{log}".encode("utf-8", "replace")).hexdigest()


def reason(error: Exception) -> str:
    """Return what the system says of an error."""
    return str(getattr(error, "strerror", "") or error)
