"""The pictures of kept runs' figures: files named by their content, so that two runs with the same figure share one."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from evoclass.disk.log import logger_of
from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.frozen import mutable
from evoclass.pattern import pattern
from evoclass.protocol import MAX_FIGURE, Figure

logger = logger_of(__name__)

ROOM = 256 * 1024 * 1024
"""Bytes of pictures in the folder; beyond that, those that were needed longest ago go."""

IN_MEMORY = 16 * 1024 * 1024
"""Bytes of pictures of this window's runs that are also held in memory, for a disk that takes nothing."""

_DIGEST = pattern(r"[0-9a-f]{64}\Z")


@mutable(kw_only=True)
class KeptFigure:
    """A figure in the record of a run, without its picture."""

    number: int
    digest: str
    """SHA-256 of the picture, which also names its file."""
    title: str = ""
    file: str = ""
    line: int = 0
    axes: tuple[tuple[str, float, float], ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def kept(figure: Figure) -> KeptFigure:
    """Return how a record names a figure."""
    return KeptFigure(
        number=figure.number,
        digest=hashlib.sha256(figure.png).hexdigest(),
        title=figure.title,
        file=figure.file,
        line=figure.line,
        axes=figure.axes,
        legend=figure.legend,
    )


class FigureFolder:
    """Keeps pictures and finds them again; a picture that is gone is no error."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder, pictures stay in memory."""
        self._folder = folder
        self._held: dict[str, bytes] = {}

    @classmethod
    def beside(cls, log: Path | None) -> FigureFolder:
        """Return the folder that belongs to an event log."""
        return cls(log.with_name("figures") if log is not None else None)

    def put(self, pictures: Iterable[bytes]) -> None:
        """Keep pictures."""
        new = False
        for picture in pictures:
            digest = hashlib.sha256(picture).hexdigest()
            self._hold(digest, picture)
            if self._folder is None:
                continue
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                place = self._folder / f"{digest}.png"
                if place.exists():
                    os.utime(place)
                else:
                    write_whole(place, picture)
                    new = True
            except OSError as error:
                logger.warning("a figure is not kept: %s", error)
        if new:
            self._make_room()

    def _hold(self, digest: str, picture: bytes) -> None:
        self._held.pop(digest, None)
        self._held[digest] = picture
        size = sum(map(len, self._held.values()))
        for old in tuple(self._held):
            if size <= IN_MEMORY:
                break
            size -= len(self._held.pop(old))

    def _make_room(self) -> None:
        assert self._folder is not None
        with contextlib.suppress(OSError):
            files = [
                (entry.stat().st_mtime, entry.stat().st_size, entry.path)
                for entry in os.scandir(self._folder)
            ]
            room = ROOM
            for _, size, path in sorted(files, reverse=True):
                room -= size
                if room < 0:
                    os.unlink(path)

    def find(self, figure: KeptFigure) -> Figure | None:
        """Return a figure with its picture, or None if that is gone or was changed."""
        picture = self.picture(figure.digest)
        if picture is None:
            return None
        try:
            return Figure(
                number=figure.number,
                png=picture,
                title=figure.title,
                file=figure.file,
                line=figure.line,
                axes=figure.axes,
                legend=figure.legend,
            )
        except ValueError:
            return None

    def picture(self, digest: str) -> bytes | None:
        """Return the picture with this digest, unless it is gone."""
        return self._held.get(digest) or self._read(digest)

    def _read(self, digest: str) -> bytes | None:
        if self._folder is None or not _DIGEST.match(digest):
            return None
        try:
            data = read_bytes(self._folder / f"{digest}.png", MAX_FIGURE)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None
