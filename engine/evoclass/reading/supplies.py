"""What a lesson's programs find beside them: the data of its labs, and the modules that the course shares."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from evoclass.disk.regularfile import read_bytes
from evoclass.disk.wholefile import write_whole
from evoclass.model import Lesson
from evoclass.reading import coursefiles
from evoclass.reading.coursefiles import LARGEST, LARGEST_MODULE, Refused


def supplies(lesson: Lesson) -> dict[str, Path]:
    """Return the files for the folder of a lesson's labs, by their names there; a lab's own name stays the lab's."""
    if lesson.course is None:
        return {}
    taken = {lab.file.casefold() for lab in lesson.labs}
    found = modules(lesson.course) | data(lesson)
    return {name: place for name, place in found.items() if name.casefold() not in taken}


def data(lesson: Lesson) -> dict[str, Path]:
    """Return the data of a lesson's labs, by name."""
    return _placed(lesson.course, lesson.data, LARGEST) if lesson.course is not None else {}


def lay_beside(lesson: Lesson, folder: Path) -> None:
    """Put these files into the folder of one run; a link of that name is replaced, never followed.  Raises OSError."""
    for name, place in supplies(lesson).items():
        write_whole(folder / name, read_bytes(place, LARGEST))


def modules(course: Path | None) -> dict[str, Path]:
    """Return the modules that a course shares, by name."""
    return _placed(course, coursefiles.shared(course), LARGEST_MODULE) if course is not None else {}


def _placed(course: Path, names: Iterable[str], limit: int) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in names:
        try:
            place = coursefiles.find(name, course)
            coursefiles.check(place, limit)
        except Refused:
            continue  # `evoclass check` reports it
        found.setdefault(PurePosixPath(name).name, place)
    return found
