"""Whether the code of a course may run: the learner has trusted this folder with this content.

A running program is not contained in any way; trust in a course means the same trust as in any program that one
installs.  It covers the content that was read, not later content on disk: see `digest`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from evoclass.disk import paths
from evoclass.disk.locked import locked
from evoclass.disk.real import real
from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.errors import ConfigError
from evoclass.learner.coursedigest import CourseDigest
from evoclass.learner.origin import origin
from evoclass.model import Lesson
from evoclass.reading.supplies import supplies

LARGEST = 16 * 2**20
"""Largest file of decisions in bytes."""

REMEMBERED = 50
"""Most trusted contents of one folder; the oldest is dropped first."""


class Trust:
    """The learner's decisions, kept in one file."""

    def __init__(self, bundled: Iterable[Path], file: Path | None = None) -> None:
        self._bundled = tuple(real(folder) for folder in bundled)
        self._file = file
        self._for_now: set[Path] = set()
        self._said: set[tuple[str, str]] = set()
        """Folders and digests that were trusted in this process."""
        self._digests = CourseDigest()

    @property
    def file(self) -> Path:
        """File of the decisions."""
        return self._file or paths.data_folder() / "trusted.json"

    def always(self, place: Path) -> bool:
        """Whether code of this folder, or single lesson, may run whatever its content.

        It may if it came with EvoClass or with a plugin, or belongs to an author.
        """
        place = real(place)
        return any(place.is_relative_to(folder) for folder in (*self._bundled, *self._for_now))

    def digest(self, place: Path, shown: Mapping[Path, str] | None = None) -> str:
        """Return the digest of a folder or single lesson, with the files in `shown` as they were read.

        Reads every file that has changed since the last time, so a front end calls this in a thread.  Raises
        ConfigError.
        """
        inside = {_within(place, path): digest for path, digest in (shown or {}).items() if digest}
        return self._digests.of(real(place), inside)

    def files_of(self, lesson: Lesson) -> dict[Path, str]:
        """Return the digest of each file that a lesson and its programs use: as it was read, if that has been done."""
        found = {path: digest for path, digest in self.supplies(lesson).values()}
        found |= {part.path: part.digest for part in lesson.passages}
        return found | ({lesson.path: lesson.file_digest} if lesson.path is not None else {})

    def supplies(self, lesson: Lesson) -> dict[str, tuple[Path, str]]:
        """Return what a lesson's programs find beside them: path and digest, by name."""
        found = {}
        for name, path in supplies(lesson).items():
            with suppress(OSError):  # it has just gone
                found[name] = path, self._digests.file(path)
        return found

    def holds(self, place: Path, digest: str | None = None) -> bool:
        """Whether the learner trusts a folder with this content, by default its current content."""
        if self.always(place):
            return True
        known = {said for folder, said in self._said if folder == origin(place)}
        known |= set(self._read().get(origin(place), []))
        return bool(known) and (digest or self.digest(place)) in known

    def grant(self, place: Path, digest: str | None = None) -> None:
        """Trust this content, by default the folder's current content.

        The decision always holds in this process.  Raises ConfigError when it cannot be saved.
        """
        digest = digest or self.digest(place)
        self._said.add((origin(place), digest))
        try:
            with locked(self.file.with_name(self.file.name + ".lock")):
                self._write(origin(place), digest)
        except OSError as error:
            raise ConfigError(f"{self.file}: {error.strerror}") from error

    def grant_for_now(self, place: Path) -> None:
        """Trust a folder until this process ends, whatever its content: for an author's own drafts."""
        self._for_now.add(real(place))

    def _write(self, place: str, digest: str) -> None:
        decisions = self._read(set_aside=True)
        kept = [known for known in decisions.get(place, []) if known != digest]
        decisions[place] = [*kept, digest][-REMEMBERED:]
        text = msgspec.json.format(msgspec.json.encode(decisions))
        write_whole(self.file, text, 0o600)

    def _read(self, set_aside: bool = False) -> dict[str, list[str]]:
        """Return the decisions; an unreadable file counts as empty, and a copy is kept before it is overwritten."""
        try:
            data = read_bytes(self.file, LARGEST)
            found = msgspec.json.decode(data, type=dict[str, list[str] | str])
        except (FileNotFoundError, ConfigError):  # it cannot be in any folder
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if set_aside and os.path.lexists(self.file):
                stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
                os.rename(self.file, self.file.with_name(f"trusted-{stamp}.set-aside.json"))
            return {}
        return {
            place: digests if isinstance(digests, list) else [digests] for place, digests in found.items()
        }


def _within(place: Path, path: Path) -> str:
    """Return the path of a file within a folder; `.` if the folder is the file itself."""
    inside = os.path.relpath(os.path.abspath(path), os.path.abspath(place))
    if inside.startswith(".."):
        inside = os.path.relpath(real(path), real(place))
    return inside
