"""The authors and the licence of a lesson, which must accompany its text everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evoclass.disk.regularfile import read_bytes
from evoclass.errors import LessonError
from evoclass.model import Lesson
from evoclass.reading import frontmatter, source
from evoclass.reading.filenames import COURSE_PAGE
from evoclass.reading.frontmatter import COURSE_KEYS, LESSON_KEYS, Key


@dataclass(frozen=True, slots=True)
class Credits:
    """Authors and licence."""

    authors: tuple[str, ...] = ()
    license: str = ""

    @property
    def line(self) -> str:
        """Both in one line, or nothing."""
        return " · ".join(filter(None, [", ".join(self.authors), self.license]))


def credits_of(lesson: Lesson) -> Credits:
    """Return the lesson's credits, and its course page's for any that the lesson lacks."""
    if lesson.path is None:
        return Credits()
    own = _read(lesson.path, LESSON_KEYS)
    course = _read(lesson.path.parent / COURSE_PAGE, COURSE_KEYS)
    return Credits(own.authors or course.authors, own.license or course.license)


def _read(path: Path, keys: dict[str, Key]) -> Credits:
    try:
        front = frontmatter.read(source.read(read_bytes(path, source.MAX_BYTES)).text, keys)
    except (OSError, LessonError):
        return Credits()  # there is no course page, or `evoclass check` reports its problems
    return Credits(tuple(front.values.get("authors", ())), front.text("license"))
