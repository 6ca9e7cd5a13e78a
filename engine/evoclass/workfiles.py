"""The learner's working folder: lab files on disk, which another editor may change too."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

RECORD = ".written.json"
"""Which text each file had when it was last written from here."""


@dataclass(frozen=True, slots=True)
class OutsideEdit:
    """A file that another program has changed."""

    file: str
    text: str
    """What it holds now."""
    both: bool
    """Whether it was changed here as well."""
    aside: str = ""
    """Name of the file that keeps the version from here, if it had to be kept."""


class WorkFiles:
    """Files of one lesson in one folder.  All methods raise OSError when the disk says no."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, texts: dict[str, str]) -> None:
        """Write files whole or not at all, and only those that change (so that their times stay true)."""
        written = self._record()
        for name, text in texts.items():
            if self._read(name) != text:
                self._replace(self.folder / name, text)
            written[name] = _digest(text)
        record = json.dumps(written, indent=1, sort_keys=True)
        if self._read(RECORD) != record:
            self._replace(self.folder / RECORD, record)

    def changed(self, texts: dict[str, str]) -> list[OutsideEdit]:
        """Return what other programs wrote into files since they were last written from here.

        `texts` are the files as they are known here; a file that was deleted counts as unchanged.
        """
        written = self._record()
        found = []
        for name, text in texts.items():
            there = self._read(name)
            if there is not None and there != text and _digest(there) != written.get(name):
                found.append(OutsideEdit(name, there, both=_digest(text) != written.get(name)))
        return found

    def set_aside(self, name: str, text: str) -> str:
        """Keep a text beside a file, under a name of its own, and return that name."""
        stem, suffix = os.path.splitext(name)
        number = 1
        while (self.folder / (aside := f"{stem}.mine-{number}{suffix}")).exists():
            if self._read(aside) == text:
                return aside
            number += 1
        self._replace(self.folder / aside, text)
        return aside

    def _record(self) -> dict[str, str]:
        try:
            known = json.loads(self._read(RECORD) or "{}")
        except ValueError:
            return {}  # somebody has been at the record too: then every file counts as changed by others
        return known if isinstance(known, dict) else {}

    def _read(self, name: str) -> str | None:
        try:
            # Line ends stay as they are, else a file that was only saved with others would never compare equal.
            with (self.folder / name).open(encoding="utf-8", errors="replace", newline="") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _replace(self, path: Path, text: str) -> None:
        temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(temporary, path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
