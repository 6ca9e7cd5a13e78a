"""Lessons in a folder where no course looks for them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from evoclass.disk.regularfile import read_head
from evoclass.errors import Problem

DEPTH = 3
"""How deep sub-folders are searched."""

MOST = 1_000
"""Most files and folders that are checked, because a course may lie in a home folder."""

SUFFIXES = (".md", ".markdown")

HEAD = 512


def strays(folder: Path, sources: Mapping[str, Mapping[str, Path]]) -> Iterator[Problem]:
    """Yield a problem for each lesson in a sub-folder of a course's lesson folders."""
    places = {path.parent for files in sources.values() for path in files.values()}
    left = MOST
    for place in sorted(places):
        for path in _below(place, {other for other in places if other != place}):
            left -= 1
            if left < 0:
                return
            if _is_lesson(path):
                yield Problem("W045", 1, fields={"folder": str(path.parent.relative_to(folder))}, path=path)


def _below(place: Path, others: set[Path]) -> Iterator[Path]:
    for visited, (here, folders, names) in enumerate(os.walk(place)):
        if visited > MOST:
            return
        parts = Path(here).relative_to(place).parts
        hidden = (name for name in folders if name[0] in "._" or name in ("node_modules", "venv"))
        skipped = {*hidden, *(name for name in folders if Path(here, name) in others)}
        folders[:] = [] if len(parts) >= DEPTH else sorted(name for name in folders if name not in skipped)
        if parts:
            yield from (Path(here, name) for name in sorted(names) if name.lower().endswith(SUFFIXES))


def _is_lesson(path: Path) -> bool:
    """Whether a file begins with the front matter of a lesson."""
    try:
        head = read_head(path, HEAD, limit=5 * 1024 * 1024).decode("utf-8-sig", "replace")
    except OSError:
        return False  # it is not a lesson of this course either way
    return head.startswith("---") and "\nnumber:" in head.replace("\r", "\n")
