"""Whether the code of a course may run: the learner said yes for this folder with this content.

Running a program is not contained in any way; a yes means that its author is trusted like the author of any
program that one installs.  The yes is for what was read, not for what the disk holds by then: see `digest`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
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

LARGEST = 16 * 2**20
"""Bytes of the file of decisions at most."""

REMEMBERED = 50
"""Contents of one folder that a yes is kept for; the oldest goes first."""


class Trust:
    """The learner's decisions, kept in one file."""

    def __init__(self, bundled: Iterable[Path], file: Path | None = None) -> None:
        self._bundled = tuple(real(folder) for folder in bundled)
        self._file = file
        self._for_now: set[Path] = set()
        self._said: set[tuple[str, str]] = set()
        """Folders and digests that were said yes to in this process."""
        self._digests = CourseDigest()

    @property
    def file(self) -> Path:
        """Where the decisions are kept."""
        return self._file or paths.data_folder() / "trusted.json"

    def always(self, place: Path) -> bool:
        """Whether code of this folder, or single lesson, may run whatever is in it.

        It may when it came with EvoClass or with a plugin, or is an author's own.
        """
        place = real(place)
        return any(place.is_relative_to(folder) for folder in (*self._bundled, *self._for_now))

    def digest(self, place: Path, shown: Mapping[Path, str] | None = None) -> str:
        """Return the digest of a folder or single lesson, with the files in `shown` as they were read.

        Reads every file that has changed since the last time, so a front end asks in a thread.  Raises ConfigError.
        """
        inside = {_within(place, path): digest for path, digest in (shown or {}).items() if digest}
        return self._digests.of(real(place), inside)

    def holds(self, place: Path, digest: str | None = None) -> bool:
        """Whether the learner said yes to a folder with this content, by default with what it holds now."""
        if self.always(place):
            return True
        known = {said for folder, said in self._said if folder == origin(place)}
        known |= set(self._read().get(origin(place), []))
        return bool(known) and (digest or self.digest(place)) in known

    def grant(self, place: Path, digest: str | None = None) -> None:
        """Remember a yes to this content, by default to what the folder holds now.

        It holds in this process in any case.  Raises ConfigError when it cannot be written down.
        """
        digest = digest or self.digest(place)
        self._said.add((origin(place), digest))
        try:
            with locked(self.file.with_name(self.file.name + ".lock")):
                self._write(origin(place), digest)
        except OSError as error:
            raise ConfigError(f"{self.file}: {error.strerror}") from error

    def grant_for_now(self, place: Path) -> None:
        """Trust a folder until this process ends, whatever changes in it: for an author's own drafts."""
        self._for_now.add(real(place))

    def _write(self, place: str, digest: str) -> None:
        decisions = self._read(set_aside=True)
        kept = [known for known in decisions.get(place, []) if known != digest]
        decisions[place] = [*kept, digest][-REMEMBERED:]
        text = msgspec.json.format(msgspec.json.encode(decisions))
        write_whole(self.file, text, 0o600)

    def _read(self, set_aside: bool = False) -> dict[str, list[str]]:
        """Return the decisions; what cannot be read trusts nobody, and is kept beside before it is written over."""
        try:
            data = read_bytes(self.file, LARGEST)
            found = msgspec.json.decode(data, type=dict[str, list[str] | str])
        except (FileNotFoundError, ConfigError):  # there is no folder that it could be in
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
    """Return the path of a file within a folder, `.` for the folder that is the file itself."""
    inside = os.path.relpath(os.path.abspath(path), os.path.abspath(place))
    if inside.startswith(".."):
        inside = os.path.relpath(real(path), real(place))
    return inside
