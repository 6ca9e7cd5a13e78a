"""The learner's working folder: lab files on disk, which other editors and programs may change too.

Files from other programs are checked before they are opened: a pipe, a device or an endless file that replaces a lab
file is moved out of the way, never read, and never lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.frozen import frozen
from evoclass.running import programtext

RECORD = ".written.json"
"""The text of each file when it was last written from here."""

LARGEST = 5 * 2**20
"""Largest program file in bytes."""


@frozen
class OutsideEdit:
    """A file that another program, or another window, has changed."""

    file: str
    text: str
    """Its current text."""
    both: bool
    """Whether it was changed here too."""
    aside: str = ""
    """Name of the file that keeps the replaced version, if it had to be kept."""
    window: bool = False
    """Whether another window of EvoClass changed it."""
    unread: str = ""
    """Name of the file that keeps its bytes, if not all of them could be read as text."""


class WorkFiles:
    """Files of one lesson in one folder.  All methods raise OSError when the disk cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, texts: dict[str, str]) -> dict[str, str]:
        """Write files whole or not at all, and only those that change (so that their times stay true).

        Anything else at the path of a file is moved; returns its new name by that file's name.
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
        """Return the changes that other programs have made to files since they were last written from here.

        `texts` are the files' texts as known here; a file that was deleted, or is no longer a regular file, counts as
        unchanged.
        """
        written = self._record()
        found = []
        for name, text in texts.items():
            there, text = self._read(name), _read_back(name, text)
            if there is not None and there != text and _digest(there) != written.get(name):
                found.append(OutsideEdit(name, there, both=_digest(text) != written.get(name)))
        return found

    def set_aside(self, name: str, text: str, word: str = "mine") -> str:
        """Keep a text beside a file under a separate name that contains this word, and return that name."""
        for aside in _names(name, word):
            if not os.path.lexists(self.folder / aside):
                self._replace(aside, text)
                return aside
            if self._read(aside) == _read_back(aside, text):
                return aside
        raise AssertionError

    def keep_unread(self, name: str) -> str:
        """Keep a file's bytes beside it, if not all of them can be read as text, and return the name of that file."""
        data = read_bytes(self.folder / name, LARGEST)
        if "\ufffd" not in _decoded(name, data) or "\ufffd".encode() in data:
            return ""
        aside = free_name(self.folder, name, "other")
        write_whole(self.folder / aside, data)
        return aside

    def _record(self) -> dict[str, str]:
        try:
            known = json.loads(self._read(RECORD) or "{}")
        except (ValueError, RecursionError):
            return {}  # another program has changed the record too: then every file counts as changed by others
        return known if isinstance(known, dict) else {}

    def _read(self, name: str) -> str | None:
        """Return the text of a file; None if there is none, or if it cannot be one."""
        try:
            data = read_bytes(self.folder / name, LARGEST)
        except (FileNotFoundError, NotRegularFile, FileTooLarge):
            return None
        except OSError:
            if os.path.islink(self.folder / name):  # the link leads back to itself
                return None
            raise
        # Line ends stay unchanged, otherwise a file that was only saved with different ones would never compare equal.
        return _decoded(name, data)

    def _replace(self, name: str, text: str) -> str:
        """Replace a file; return the new name of an obstacle that was moved for that, if any."""
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
        aside = free_name(self.folder, name, "other")
        os.rename(self.folder / name, self.folder / aside)
        return aside


def free_name(folder: Path, name: str, word: str) -> str:
    """Return a name beside a file, with this word in it, that no file has."""
    return next(aside for aside in _names(name, word) if not os.path.lexists(folder / aside))


def _names(name: str, word: str) -> Iterator[str]:
    """Yield possible names beside a file, to try until one is free."""
    stem, suffix = os.path.splitext(name)
    number = 1
    while True:
        yield f"{stem}.{word}-{number}{suffix}"
        number += 1


def _decoded(name: str, data: bytes) -> str:
    """Return a file's text; a program is decoded as Python does, by its byte-order mark or declared encoding."""
    if name.endswith(".py"):
        with contextlib.suppress(SyntaxError, UnicodeError):
            return programtext.decoded(data)
    return data.decode("utf-8", "replace")


def _encoded(name: str, text: str) -> bytes:
    """Return a file's text as bytes: a program's in its declared encoding, if possible."""
    if name.endswith(".py"):
        with contextlib.suppress(SyntaxError, UnicodeError):
            data = programtext.encoded(text)
            if (
                programtext.decoded(data) == text
            ):  # but not UTF-16, for example, which hides the line that declares it
                return data
    return text.encode("utf-8", "replace")


def _read_back(name: str, text: str) -> str:
    """Return a text as it is after it has been written and read."""
    return _decoded(name, _encoded(name, text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
