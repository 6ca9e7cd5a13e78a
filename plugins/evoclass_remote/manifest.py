"""The files that travel with a program, by their content."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from evoclass.errors import RunnerError
from evoclass.runner import Program
from evoclass_remote.staging import LARGEST, travels
from evoclass_remote.wire import MOST_FILES, File


class Manifest:
    """Lists folders, and reads a file again only when it has changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._places: dict[str, str] = {}
        """Where each content was found last."""

    def files(self, program: Program) -> tuple[File, ...]:
        """Return the files below the program's folder.  Raises RunnerError."""
        folder = str(program.folder)
        if not os.path.isdir(folder):
            raise RunnerError(f"no folder {folder}", "remote.no_folder", folder=folder)
        found, size = [], 0
        for root, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if travels(name))
            for name in sorted(filter(travels, names)):
                file = self._file(os.path.join(root, name), folder)
                if file is None:
                    continue
                found.append(file)
                size += file.size
                if size > LARGEST or len(found) > MOST_FILES:
                    raise RunnerError(
                        f"{folder} has more files than can travel with a program",
                        "remote.too_large",
                        folder=folder,
                        files=MOST_FILES,
                        megabytes=LARGEST // 2**20,
                    )
        return tuple(found)

    def _file(self, path: str, folder: str) -> File | None:
        try:
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode):
                return None
            mark = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(path)
            if known is None or known[0] != mark:
                with open(path, "rb") as file:
                    known = self._known[path] = mark, hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None  # it has gone, or is not ours to read
        self._places[known[1]] = path
        relative = Path(os.path.relpath(path, folder)).as_posix()
        return File(path=relative, size=status.st_size, digest=known[1])

    def place(self, digest: str) -> str:
        """Return where a content was found last; empty if nowhere."""
        return self._places.get(digest, "")
