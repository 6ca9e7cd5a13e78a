"""Files of a course that its lessons name: only regular files inside the course, within a size limit.

Their paths begin at the course's folder and not at the lesson's, so that they are the same in every language.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import Literal

from evoclass.disk.real import real
from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes, read_head

LARGEST = 64 * 2**20
"""Largest data file in bytes."""

LARGEST_MODULE = 2 * 2**20
"""Largest module that labs share, in bytes."""

SHARED = "shared"
"""Folder of a course whose modules every lab can import."""

MOST_SHARED = 200
"""Most modules in that folder."""

UNCOUNTED = {
    *(".git", ".hg", ".svn", "__pycache__", ".DS_Store", ".ipynb_checkpoints"),
    *(".venv", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
}
"""Names that change without the author and hold no lessons: version control files, tools' notes, packages."""

_UNCOUNTED = {name.casefold() for name in UNCOUNTED}

Reason = Literal["", "outside", "large", "kind", "uncounted"]


class Refused(Exception):
    """The file cannot be used; `reason` says why, and is empty if there is none."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def find(name: str, course: Path) -> Path:
    """Return the file that a lesson calls `name`, without links; it may not exist.  Raises Refused."""
    if not name.strip():
        raise Refused("")
    try:
        root, windows = real(course), PureWindowsPath(name)
        place = real(root / name)
    except (OSError, ValueError, RuntimeError) as error:  # zero bytes, names too long, links in a circle
        raise Refused("") from error
    # A path from the root is right on one machine only, even if it leads into the course there.
    if Path(name).is_absolute() or windows.drive or windows.root or not place.is_relative_to(root):
        raise Refused("outside")
    # The learner's trust is in the files that are counted.
    if _UNCOUNTED.intersection(part.casefold() for part in place.relative_to(root).parts):
        raise Refused("uncounted")
    return place


def read(place: Path, limit: int) -> bytes:
    """Return the content of a file that was found.  Raises Refused."""
    try:
        return read_bytes(place, limit)
    except (OSError, ValueError) as error:
        raise _refused(error) from error


def check(place: Path, limit: int) -> None:
    """Check that a file that was found can be used, without reading all of it.  Raises Refused."""
    try:
        read_head(place, 1, limit)
    except (OSError, ValueError) as error:
        raise _refused(error) from error


def shared(course: Path) -> list[str]:
    """Return the names of the modules that all labs of a course can import."""
    try:
        names = sorted(path.name for path in (course / SHARED).iterdir() if path.suffix == ".py")
    except OSError:
        return []
    return [f"{SHARED}/{name}" for name in names if name.removesuffix(".py").isidentifier()][:MOST_SHARED]


def _refused(error: Exception) -> Refused:
    if isinstance(error, FileTooLarge):
        return Refused("large")
    return Refused("kind" if isinstance(error, NotRegularFile) else "")
