"""Keeps the log and a synced folder together, in a thread of its own: a folder on a dead disk must hold nothing up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from evoclass.disk.log import logger_of
from evoclass.i18n import Catalog
from evoclass.wording.printable import printable

if TYPE_CHECKING:
    from evoclass.learner.synced import Synced, Trouble

logger = logger_of(__name__)

PATIENCE = 3.0
"""Most seconds that a command or the end of a session waits for the folder."""

SETTLED = 2_000
"""Milliseconds of quiet after changes in the folder: a service brings several files one after the other."""


class Syncing:
    """Looks into the synced folder when it is asked to; without a folder it does nothing."""

    def __init__(self, folder: str, log: Path | None, learner: str) -> None:
        self.folder = folder
        self._log, self._learner = log, learner
        self.heard: Callable[[Synced], object] | None = None
        """Called in the thread with what each look has brought; a front end sets it."""
        self.latest: Synced | None = None
        """What the latest look has brought."""
        self.known = folder
        """The folder that this session began with."""
        self.told: set[tuple[str, str]] = set()
        """Troubles that the learner has been told of, by sentence and file."""
        self._wanted = threading.Condition()
        self._asked = self._done = 0
        """Numbers of the latest look that was asked for, and of the latest that is done."""
        self._thread: threading.Thread | None = None
        self._watched = ""
        self._stop = threading.Event()

    def wish(self) -> int:
        """Have the folder looked at soon; return the number of that look."""
        if not self.folder or self._log is None:
            return 0
        with self._wanted:
            self._asked += 1
            self._wanted.notify_all()
            if self._thread is None:
                # Not one that the interpreter waits for at its end.
                self._thread = threading.Thread(target=self._work, name="synced folder", daemon=True)
                self._thread.start()
            return self._asked

    def bring(self, seconds: float = PATIENCE) -> None:
        """Have the folder looked at, and wait for it some seconds at most."""
        number = self.wish()
        with self._wanted:
            self._wanted.wait_for(lambda: self._done >= number, seconds)

    def follow(self) -> None:
        """Look again whenever something changes in the folder."""
        if self.folder and self.folder != self._watched:
            self._watched = self.folder
            self._stop.set()
            self._stop = threading.Event()
            arguments = (self.folder, self._stop)
            threading.Thread(target=self._watch, args=arguments, name="synced folder", daemon=True).start()

    def close(self) -> None:
        """Write what is left, if the folder answers soon."""
        self._stop.set()
        self.heard = None
        self.bring()

    def _work(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._asked > self._done)
                number = self._asked
            outcome = self._look()
            self.latest = outcome or self.latest
            with self._wanted:
                self._done = number
                self._wanted.notify_all()
            if outcome is not None and self.heard is not None:
                self.heard(outcome)

    def _look(self) -> Synced | None:
        """Look into the folder with a connection of this thread's own."""
        from evoclass.learner.store import Store
        from evoclass.learner.syncfolder import SyncFolder

        log, folder = self._log, self.folder
        if log is None or not folder:
            return None
        try:
            store = Store(log, self._learner)
            try:
                return SyncFolder(Path(folder), store, records(log)).sync()
            finally:
                store.close()
        except Exception:  # the thread must go on
            logger.exception("the synced folder")
            return None

    def _watch(self, folder: str, stop: threading.Event) -> None:
        try:
            from watchfiles import watch

            for _ in watch(folder, stop_event=stop, debounce=SETTLED, recursive=False, raise_interrupt=False):
                self.wish()
        except Exception as error:  # the machine has no watches left, or there is no such folder today
            logger.warning("the synced folder is not watched: %s", error)
            self._watched = ""

    def troubles(self, catalog: Catalog) -> list[str]:
        """Return sentences for what is wrong and the learner has not been told of yet."""
        from evoclass.learner.synced import Trouble

        outcome = self.latest
        if outcome is None:
            return []
        troubles = outcome.troubles
        if outcome.theirs is not None:
            troubles = (Trouble("sync.not_mine", learner=outcome.theirs.learner), *troubles)
        found = []
        for trouble in troubles:
            if trouble.key != "sync.incomplete" and (trouble.key, trouble.file) not in self.told:
                self.told.add((trouble.key, trouble.file))
                found.append(sentence(trouble, self.folder, catalog))
        return found


def records(log: Path) -> Path:
    """Return where this machine keeps what it knows of synced folders."""
    return log.with_name("sync")


def sentence(trouble: Trouble, folder: str, catalog: Catalog) -> str:
    """Return what is wrong, and what to do."""
    return catalog(
        trouble.key,
        folder=printable(folder),
        file=printable(trouble.file),
        learner=printable(trouble.learner),
        reason=printable(trouble.reason),
    )
