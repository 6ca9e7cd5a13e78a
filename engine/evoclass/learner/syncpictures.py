"""The pictures of runs in a synced folder: each a file of its own, named by its content and by who put it there."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.learner.event import Event
from evoclass.learner.figurefolder import FigureFolder
from evoclass.learner.progressfile import PICTURES, digests_of, pictures_of
from evoclass.learner.syncrecord import SyncRecord
from evoclass.protocol import MAX_FIGURE
from evoclass.running.png import png_size

FIGURES = "figures"
"""Name of the folder."""

_DIGEST = re.compile(r"[0-9a-f]{64}\Z").match
_PICTURE = re.compile(r"([0-9a-f]{64})-[0-9a-f]{8}\.png\Z")


class SyncPictures:
    """The pictures in one synced folder."""

    def __init__(self, folder: Path, figures: FigureFolder, record: SyncRecord) -> None:
        self._folder, self._figures, self._record = folder / FIGURES, figures, record

    def lend(self, events: Iterable[Event]) -> None:
        """Put the pictures of events that went into the folder, as far as there is room.  Raises OSError."""
        pictures = pictures_of(events, self._figures)
        if not pictures:
            return
        folder, key = self._folder, self._record.fact("key")
        folder.mkdir(exist_ok=True)
        there = self._there()
        for picture in reversed(pictures):  # the newest last, so that it stays longest
            digest = hashlib.sha256(picture).hexdigest()
            if digest in there:
                continue
            write_whole(folder / f"{digest}-{key}.png", picture, 0o600)
            with self._record.whole():
                gone = self._record.lend(digest, len(picture), PICTURES)
            for old in gone:
                (folder / f"{old}-{key}.png").unlink(missing_ok=True)

    def fetch(self, events: Iterable[Event]) -> None:
        """Take the pictures that events of other machines name, these and earlier ones, as far as they have come."""
        named = filter(_DIGEST, digests_of(events))  # events may say anything
        wanted = dict.fromkeys((*self._record.wanted(), *named))
        missing = [digest for digest in wanted if self._figures.picture(digest) is None]
        there = self._there() if missing else {}
        with self._record.whole():
            self._record.want(missing)
            for digest in wanted:
                picture = _picture(there[digest], digest) if digest in there else None
                if picture is not None:
                    self._figures.put([picture])
                if picture is not None or digest not in missing:
                    self._record.came(digest)

    def _there(self) -> dict[str, Path]:
        """Return the pictures in the folder by their digests."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return {}
        found = (_PICTURE.match(name) for name in names)
        return {match[1]: self._folder / match[0] for match in found if match is not None}


def _picture(path: Path, digest: str) -> bytes | None:
    """Return a picture; None if the file is not whole, or something else."""
    try:
        data = read_bytes(path, MAX_FIGURE)
        png_size(data)
    except (OSError, ValueError):
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None
