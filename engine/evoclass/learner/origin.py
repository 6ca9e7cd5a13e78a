"""Which progress a course continues: two courses with the same id must not share progress by accident."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Set
from dataclasses import replace
from pathlib import Path

from evoclass.disk.real import real
from evoclass.frozen import frozen
from evoclass.learner.store import Store, Verb
from evoclass.model import Course


@frozen
class Owner:
    """The identity of an open course in the log."""

    course: Course
    """The course, with the id under which its progress and its files are kept."""
    other: str = ""
    """Folder of another course with the same id, which keeps its own progress."""
    moved_from: str = ""
    """Folder that the course was in before and that is gone now."""


class Origins:
    """Finds in the log which folder the progress of each course belongs to.

    A course that came with EvoClass or with a plugin owns its id.  For any other id, the owner is the folder that was
    opened first, as long as it holds a course with that id; a moved or renamed folder keeps its progress.
    """

    def __init__(self, store: Store, bundled: Iterable[Path], ids_in: Callable[[Path], Set[str]]) -> None:
        self._store = store
        self._bundled = tuple(real(folder) for folder in bundled)
        self._ids_in = ids_in
        """Returns the ids that the course in a folder has in its languages."""
        self._known: dict[tuple[str, str], Owner] = {}

    def course(self, course: Course) -> Course:
        """Return a course with the id under which its progress and its files are kept."""
        return self.owner(course).course

    def owner(self, course: Course) -> Owner:
        """Return the origin whose progress a course continues."""
        if course.folder is None:
            return Owner(course)
        place = (course.id, origin(course.folder))
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._owner(course, course.folder)
            self._known[known.course.id, place[1]] = known
        return replace(known, course=replace(course, id=known.course.id))

    def _owner(self, course: Course, folder: Path) -> Owner:
        here = origin(folder)
        if any(real(folder) == bundled for bundled in self._bundled):
            return Owner(course)
        own = replace(course, id=f"{course.id}@{hashlib.sha256(here.encode()).hexdigest()[:8]}")
        if self._first(own.id):
            return Owner(own)
        for bundled in self._bundled:
            if course.id in self._ids_in(bundled):
                return Owner(own, other=str(bundled))
        before = self._first(course.id)
        if not before or before == here:
            return Owner(course)
        if course.id in self._ids_in(Path(before)):
            return Owner(own, other=before)
        return Owner(course, moved_from=before)

    def _first(self, course: str) -> str:
        """Return the folder that the progress of a course belongs to; empty if none is known."""
        opened = self._store.events_of(Verb.INITIALIZED, course)
        places = [event.payload["origin"] for event in opened if isinstance(event.payload.get("origin"), str)]
        return places[-1] if places else ""


def origin(folder: Path) -> str:
    """Return the log's name for a folder."""
    return os.fsencode(real(folder)).decode("utf-8", "backslashreplace")
