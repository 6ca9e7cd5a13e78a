"""Whether the code of a course may run: the learner said yes for this folder with this content.

Running a program is not contained in any way; a yes means that its author is trusted like the author of any
program that one installs.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from evoclass import paths
from evoclass.errors import ConfigError

YES = frozenset(("y", "yes", "s", "si", "sì"))
"""What a person may type for yes, in any language of the interface."""


class Trust:
    """The learner's decisions, kept in one file."""

    def __init__(self, bundled: Iterable[Path], file: Path | None = None) -> None:
        self._bundled = tuple(folder.resolve() for folder in bundled)
        self._file = file
        self._for_now: set[Path] = set()

    @property
    def file(self) -> Path:
        """Where the decisions are kept."""
        return self._file or paths.data_folder() / "trusted.json"

    def holds(self, place: Path) -> bool:
        """Whether code of this course folder, or single lesson, may run.

        It may when it came with EvoClass or with a plugin, or when the learner said yes and it has not changed since.
        """
        place = place.resolve()
        if any(place.is_relative_to(folder) for folder in (*self._bundled, *self._for_now)):
            return True
        known = self._read().get(str(place))
        return known is not None and known == digest(place)

    def grant(self, place: Path) -> None:
        """Remember a yes; it holds until the content changes.  Raises ConfigError when it cannot be written."""
        decisions = self._read() | {str(place.resolve()): digest(place)}
        try:
            with tempfile.NamedTemporaryFile("wb", dir=self.file.parent, delete=False) as written:
                written.write(msgspec.json.format(msgspec.json.encode(decisions)))
            os.replace(written.name, self.file)
        except OSError as error:
            raise ConfigError(f"{self.file}: {error.strerror}") from error

    def grant_for_now(self, place: Path) -> None:
        """Trust a folder until this process ends, whatever changes in it: for an author's own drafts."""
        self._for_now.add(place.resolve())

    def _read(self) -> dict[str, str]:
        with contextlib.suppress(
            FileNotFoundError, msgspec.DecodeError
        ):  # a damaged file trusts nobody: ask again
            return msgspec.json.decode(self.file.read_bytes(), type=dict[str, str])
        return {}


_UNCOUNTED = {".git", ".hg", ".svn", "__pycache__", ".DS_Store"}
"""What changes without the author's doing: version control's own files, Python's and the desktop's notes."""


def digest(place: Path) -> str:
    """Return the SHA-256 of a file, or of every file in a folder and behind its links, with its name."""
    total = hashlib.sha256()
    for file in [place] if place.is_file() else sorted(_files(place)):
        total.update(f"{file.relative_to(place).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            total.update(hashlib.file_digest(content, "sha256").digest())
    return total.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    seen: set[str] = set()
    for base, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(base)
        folders[:] = [name for name in folders if name not in _UNCOUNTED and real not in seen]
        if real not in seen:  # a link may lead back to a folder above
            yield from (
                Path(base, name) for name in names if name not in _UNCOUNTED and Path(base, name).is_file()
            )
        seen.add(real)
