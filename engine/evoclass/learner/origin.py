"""Whose progress a course goes on with: two courses that share an id must not share it by accident."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, replace
from pathlib import Path

from evoclass.disk.real import real
from evoclass.learner.store import Store, Verb
from evoclass.model import Course


@dataclass(frozen=True, slots=True)
class Owner:
    """The course under which an open course is known in the log."""

    course: Course
    """The course, with the id under which its progress and its files are kept."""
    other: str = ""
    """Folder of another course with the same id, which keeps its own progress."""
    moved_from: str = ""
    """Folder that the course had before and that is gone now."""


class Origins:
    """Which folder the progress of each course belongs to, as the log tells.

    A course that came with EvoClass or with a plugin owns its id.  Of others, the folder that was opened first does, as
    long as it holds a course of that id; a folder that has been moved or renamed takes its progress along.
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
        """Return whose progress a course goes on with."""
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
    """Return the name under which the log knows a folder."""
    return os.fsencode(real(folder)).decode("utf-8", "backslashreplace")
