"""A synced folder: each machine adds to a file of its own there and reads those of the others.

The union of all files is the learner's log, so whatever order files come in, every machine ends with the same.
"""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from evoclass.disk.locked import locked
from evoclass.disk.log import logger_of
from evoclass.errors import ProgressError
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.store import Store
from evoclass.learner.synced import Synced, Trouble
from evoclass.learner.synclook import Look, reason
from evoclass.learner.syncrecord import SyncRecord, forget

logger = logger_of(__name__)


class SyncFolder:
    """One learner's synced folder, as this machine sees it."""

    def __init__(self, folder: Path, store: Store, records: Path) -> None:
        """`records` is a folder of this machine for what it knows of synced folders."""
        self._folder, self._store = folder, store
        self._figures = FigureFolder.beside(store.path)
        key = hashlib.sha256(f"{store.learner}\0{folder}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._record_file = records / f"{key}.db"

    def forget(self) -> None:
        """Begin anew, as if the folder had never been seen.  Raises OSError."""
        forget(self._record_file)

    def sync(self, *, mine: bool = False) -> Synced:
        """Take in what other machines have written, and write what they lack; nothing raises.

        With `mine`, the learner has said that everything in the folder is theirs.
        """
        try:
            self._record_file.parent.mkdir(parents=True, exist_ok=True)
            with (
                locked(self._record_file.with_suffix(".lock")),
                SyncRecord.open(self._record_file) as record,
            ):
                return Look(self._folder, self._store, self._figures, record, mine).do()
        except TimeoutError:
            return Synced()  # another window is at it
        except ProgressError as error:
            return Synced(troubles=(Trouble(error.key, reason=str(error.fields.get("reason", ""))),))
        except (OSError, sqlite3.Error) as error:
            logger.warning("the synced folder: %s", error)
            return Synced(troubles=(Trouble("sync.unreadable", reason=reason(error)),))
