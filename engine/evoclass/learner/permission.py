"""Whether the code of the open lesson may run: the learner trusts its course as it was read."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from evoclass.errors import NotTrustedError
from evoclass.learner.openlesson import OpenLesson


class Permission:
    """The learner's yes to the code of the open lesson, remembered for the content that was read."""

    def __init__(self, lesson: OpenLesson) -> None:
        self._open = lesson
        self._given: set[tuple[Path, str]] = set()
        """Courses and lesson files whose code may run, by the digest of the content that was read."""
        self._looked: tuple[tuple[Path, str], str] | None = None
        """The unit of trust that was digested in advance, and its digest."""

    @property
    def given(self) -> bool:
        """Whether code of this lesson is already known to be trusted; reads only files that have changed."""
        return self._open.trust.always(self._open.place) or self._what_runs in self._given

    def check(self) -> None:
        """Raise NotTrustedError unless code of this course may run, ConfigError when its folder cannot be read."""
        if self.given:
            return
        looked, self._looked = self._looked, None
        known = looked is not None and looked[0] == self._what_runs
        digest = looked[1] if looked is not None and known else self.digest()
        place = self._open.place
        if not self._open.trust.holds(place, digest):
            raise NotTrustedError(place, self._open.catalog("trust.needed", folder=place), digest)
        self._given.add(self._what_runs)

    def give(self, digest: str | None = None) -> None:
        """Trust the course with the content of a digest, by default its current content.

        Raises ConfigError when the decision cannot be saved, so that it holds for this session only.
        """
        self._given.add(self._what_runs)
        self._open.trust.grant(self._open.place, digest or self.digest())

    async def look_ahead(self) -> None:
        """Read the course's files in a thread, so that `check` need not.  Raises ConfigError."""
        if not self.given:
            what = self._what_runs
            self._looked = (what, await asyncio.to_thread(self.digest))

    def digest(self) -> str:
        """Return the digest of the course with the open lesson as it was read."""
        return self._open.trust.digest(self._open.place, self._open.trust.files_of(self._open.lesson))

    @property
    def _what_runs(self) -> tuple[Path, str]:
        # The code that was read is the code that runs, whatever happens to the files, so trust in it needs no second
        # check.  Data and shared modules are read at each run, and asked about again when they have changed.
        total = hashlib.sha256()
        for path, digest in sorted(self._open.trust.files_of(self._open.lesson).items()):
            total.update(os.fsencode(path) + b"\0" + digest.encode() + b"\0")
        return self._open.place, total.hexdigest()
