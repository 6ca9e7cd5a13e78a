"""The other files that become part of a lesson: included texts, and programs of labs.

Each gets lines of its own behind those of the lesson's file, so that one number says where a block is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from evoclass.disk.real import real
from evoclass.errors import LessonError, Problem
from evoclass.model import Passage
from evoclass.reading import coursefiles, source
from evoclass.reading.coursefiles import LARGEST, Refused

DEEPEST = 4
"""How deep files may include each other."""

MOST = 200
"""Most passages of a lesson."""

MOST_CHARACTERS = source.MAX_BYTES
"""Most characters of all passages of a lesson: a few files that include each other could become very many."""

GAP = 1
"""Lines between two files, so that a problem just below one is not taken for one of the next."""


class Passages:
    """The passages of one lesson while it is read."""

    def __init__(self, path: Path | None, course: Path | None, lines: list[str]) -> None:
        self._path = real(path) if path is not None else None
        self._course = course
        self._lines = lines
        """The lines of all files so far."""
        self._left = MOST_CHARACTERS
        self.taken: list[Passage] = []
        self.files: dict[Path, None] = {}
        """All files that the lesson names, also those that cannot be read."""

    def check(self, name: str, directive: str, line: int) -> None:
        """Check a file that programs need beside them.  Raises LessonError."""
        path = self._find(name, directive, line)
        try:
            coursefiles.check(path, LARGEST)
        except Refused as error:
            raise _refused(error, name, directive, line, LARGEST) from None

    def take(self, name: str, directive: str, line: int, is_program: bool = False) -> Passage:
        """Read a file and put its lines behind the others.  Raises LessonError."""
        fields = {"source": name}
        if len(self.taken) >= MOST:
            raise LessonError(Problem("E108", line, fields=fields | {"limit": MOST, "variant": "much"}))
        path = self._find(name, directive, line)
        around = list(self._around(line))
        if not is_program and path in (self._path, *(part.path for part in around)):
            raise LessonError(Problem("E108", line, fields=fields))
        if len(around) >= DEEPEST:
            raise LessonError(Problem("E108", line, fields=fields | {"limit": DEEPEST, "variant": "deep"}))
        try:
            data = coursefiles.read(path, source.MAX_BYTES)
        except Refused as error:
            raise _refused(error, name, directive, line, source.MAX_BYTES) from None
        try:
            read = source.read(data)
        except LessonError:
            raise _refused(Refused("kind"), name, directive, line, 0, "text") from None
        self._left -= len(read.text)
        if self._left < 0:
            raise LessonError(Problem("E108", line, fields=fields | {"limit": MOST, "variant": "much"}))
        self._lines += [""] * GAP
        first = len(self._lines) + 1
        text = read.text.removesuffix("\n")
        self._lines += text.split("\n")
        passage = Passage(
            path=path,
            first=first,
            last=len(self._lines),
            at=line,
            digest=hashlib.sha256(data).hexdigest(),
            text=text,
            is_program=is_program,
        )
        self.taken.append(passage)
        return passage

    def holding(self, line: int) -> Passage | None:
        """Return the passage that has a line, if one has it."""
        return next((part for part in self.taken if part.first <= line <= part.last), None)

    def _around(self, line: int) -> Iterator[Passage]:
        """Yield the passage that has a line, the one that includes it, and so on."""
        while (part := self.holding(line)) is not None:
            yield part
            line = part.at

    def _find(self, name: str, directive: str, line: int) -> Path:
        """Return the file of that name, and remember it.  Raises LessonError."""
        try:
            if self._course is None:  # a text that is not a file
                raise Refused("")
            path = coursefiles.find(name, self._course)
        except Refused as error:
            raise _refused(error, name, directive, line, LARGEST) from None
        self.files[path] = None
        return path


def _refused(
    error: Refused, name: str, directive: str, line: int, limit: int, variant: str = ""
) -> LessonError:
    fields = {"source": name, "directive": directive, "limit": f"{limit / 2**20:.0f}"}
    return LessonError(Problem("E107", line, fields=fields | {"variant": variant or error.reason}))
