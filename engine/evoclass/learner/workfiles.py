"""The learner's working folder: lab files on disk, which other editors and programs may change too.

What they put there is looked at before it is opened: a pipe, a device or an endless file in the place of a lab file is
moved out of the way, never read, and never lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.running import programtext

RECORD = ".written.json"
"""Which text each file had when it was last written from here."""

LARGEST = 5 * 2**20
"""Bytes of a file that is taken for a program at most."""


@dataclass(frozen=True, slots=True)
class OutsideEdit:
    """A file that another program, or another window, has changed."""

    file: str
    text: str
    """What it holds now."""
    both: bool
    """Whether it was changed here as well."""
    aside: str = ""
    """Name of the file that keeps the version that gave way, if it had to be kept."""
    window: bool = False
    """Whether it was another window of EvoClass."""


class WorkFiles:
    """Files of one lesson in one folder.  All methods raise OSError when the disk says no."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, texts: dict[str, str]) -> dict[str, str]:
        """Write files whole or not at all, and only those that change (so that their times stay true).

        What stood in the way of one and is no ordinary file is moved; returns its new name by that file's.
        """
        written = self._record()
        moved = {}
        for name, text in texts.items():
            there = _read_back(name, text)
            if self._read(name) != there and (aside := self._replace(name, text)):
                moved[name] = aside
            written[name] = _digest(there)
        record = json.dumps(written, indent=1, sort_keys=True)
        if self._read(RECORD) != record:
            self._replace(RECORD, record)
        return moved

    def changed(self, texts: dict[str, str]) -> list[OutsideEdit]:
        """Return what other programs wrote into files since they were last written from here.

        `texts` are the files as they are known here; a file that was deleted counts as unchanged, and so does one that
        is no ordinary file any more.
        """
        written = self._record()
        found = []
        for name, text in texts.items():
            there, text = self._read(name), _read_back(name, text)
            if there is not None and there != text and _digest(there) != written.get(name):
                found.append(OutsideEdit(name, there, both=_digest(text) != written.get(name)))
        return found

    def set_aside(self, name: str, text: str, word: str = "mine") -> str:
        """Keep a text beside a file, under a name of its own with this word in it, and return that name."""
        for aside in _names(name, word):
            if not os.path.lexists(self.folder / aside):
                self._replace(aside, text)
                return aside
            if self._read(aside) == _read_back(aside, text):
                return aside
        raise AssertionError

    def _record(self) -> dict[str, str]:
        try:
            known = json.loads(self._read(RECORD) or "{}")
        except (ValueError, RecursionError):
            return {}  # somebody has been at the record too: then every file counts as changed by others
        return known if isinstance(known, dict) else {}

    def _read(self, name: str) -> str | None:
        """Return the text of a file; None if there is none, or nothing that could be one."""
        try:
            data = read_bytes(self.folder / name, LARGEST)
        except (FileNotFoundError, NotRegularFile, FileTooLarge):
            return None
        except OSError:
            if os.path.islink(self.folder / name):  # it leads round in a circle
                return None
            raise
        # Line ends stay as they are, else a file that was only saved with others would never compare equal.
        return _decoded(name, data)

    def _replace(self, name: str, text: str) -> str:
        """Put a file in the place of what is there; return the new name of what is moved for that, if anything is."""
        path = self.folder / name
        aside = self._move_away(name) if self._in_the_way(path) else ""
        write_whole(path, _encoded(name, text))
        return aside

    @staticmethod
    def _in_the_way(path: Path) -> bool:
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return False
        return not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST

    def _move_away(self, name: str) -> str:
        for aside in _names(name, "other"):
            if not os.path.lexists(self.folder / aside):
                os.rename(self.folder / name, self.folder / aside)
                return aside
        raise AssertionError


def _names(name: str, word: str) -> Iterator[str]:
    """Yield names beside a file, the first that is free to be taken."""
    stem, suffix = os.path.splitext(name)
    number = 1
    while True:
        yield f"{stem}.{word}-{number}{suffix}"
        number += 1


def _decoded(name: str, data: bytes) -> str:
    """Return a file's text; a program's as Python reads it, by its byte-order mark or the encoding that it declares."""
    if name.endswith(".py"):
        with contextlib.suppress(SyntaxError, UnicodeError):
            return programtext.decoded(data)
    return data.decode("utf-8", "replace")


def _encoded(name: str, text: str) -> bytes:
    """Return what a file's text is written as: a program's in the encoding that it declares, if it can be."""
    if name.endswith(".py"):
        with contextlib.suppress(SyntaxError, UnicodeError):
            data = programtext.encoded(text)
            if (
                programtext.decoded(data) == text
            ):  # not so of UTF-16, say, which hides the line that declares it
                return data
    return text.encode("utf-8", "replace")


def _read_back(name: str, text: str) -> str:
    """Return what a text will be when it has been written and read."""
    return _decoded(name, _encoded(name, text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
